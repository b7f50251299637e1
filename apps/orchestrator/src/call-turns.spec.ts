import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
  type ServiceError,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { asCaller } from './auth/call-context.js';
import { CallTurns, callTurns } from './call-turns.js';

const RUNNING = 2;
const WAITING = 3;

function turnsOf() {
  const turns = new CallTurns(RUNNING, WAITING);
  const begun: string[] = [];
  const enter = (caller: string, name: string) => turns.enter(caller, () => begun.push(name));
  return { turns, begun, enter };
}

describe('turns of calls', () => {
  it('refuses a call when as many of its caller wait as may, and nobody else', () => {
    const { enter, begun } = turnsOf();
    for (let index = 0; index < RUNNING + WAITING; index += 1) enter('mallory', `m${index}`);
    expect(() => enter('mallory', 'one more')).toThrow(
      expect.objectContaining({
        reason: 'LIMIT_EXCEEDED',
        facts: { limit: 'callsWaitingMax', max: expect.any(String), actual: String(WAITING + 1) },
      }),
    );
    enter('alice', 'a0');
    expect(begun).toEqual(['m0', 'm1', 'a0']);
  });

  it('begins the next call of a caller when one of its own ends, in order, and none twice', () => {
    const { turns, enter, begun } = turnsOf();
    for (let index = 0; index < 4; index += 1) enter('mallory', `m${index}`);
    turns.leave('alice');
    expect(begun).toEqual(['m0', 'm1']);
    turns.leave('mallory');
    expect(begun).toEqual(['m0', 'm1', 'm2']);
    for (let index = 0; index < 5; index += 1) turns.leave('mallory');
    expect(begun).toEqual(['m0', 'm1', 'm2', 'm3']);
  });

  it('forgets a call that was cancelled while it waited, and its place is free', () => {
    const { turns, enter, begun } = turnsOf();
    const quits = ['m0', 'm1', 'm2', 'm3', 'm4'].map((name) => enter('mallory', name));
    quits[2]?.();
    enter('mallory', 'm5');
    turns.leave('mallory');
    expect(begun).toEqual(['m0', 'm1', 'm3']);
  });

  it('lets a caller begin as many as before when all of its calls have ended', () => {
    const { turns, enter, begun } = turnsOf();
    enter('alice', 'a0');
    enter('alice', 'a1');
    turns.leave('alice');
    turns.leave('alice');
    enter('alice', 'a2');
    enter('alice', 'a3');
    enter('alice', 'a4');
    expect(begun).toEqual(['a0', 'a1', 'a2', 'a3']);
  });
});

type Handler = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => void;

const PATH = '/test.Turns/Work';
const bytes = (value: Buffer): Buffer => value;
const DEADLINE_MS = 10_000;

/** In the place of the guard. */
const asMallory: ServerInterceptor = (_, call) =>
  new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveHalfClose: (pass) => {
          asCaller(mallory, pass);
        },
      }),
  });
const mallory = {
  subject: 'key:1',
  tenant: 'mallory',
  roles: ['submitter'],
  kind: 'key',
  holder: 'mallory',
  expiresMs: Number.POSITIVE_INFINITY,
} as const;

describe('calls that take turns', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  async function serve(turns: CallTurns, requestMs: number, handler: Handler): Promise<Client> {
    const server = new Server({ interceptors: [asMallory, callTurns(turns, requestMs)] });
    const method = {
      path: PATH,
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    };
    server.addService({ work: method }, { work: handler });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    ends.push(
      () => client.close(),
      () => server.forceShutdown(),
    );
    return client;
  }

  function call(client: Client, text: string) {
    let cancel = (): void => undefined;
    const answer = new Promise<ServiceError | null>((resolve) => {
      const made = client.makeUnaryRequest(
        PATH,
        bytes,
        bytes,
        Buffer.from(text),
        { deadline: Date.now() + DEADLINE_MS },
        (error) => resolve(error),
      );
      cancel = () => made.cancel();
    });
    return { answer, cancel: () => cancel() };
  }

  it('ends a call whose message does not come', async () => {
    const client = await serve(new CallTurns(), 50, (_, answer) => answer(null, Buffer.alloc(0)));
    const error = await new Promise<ServiceError | null>((resolve) => {
      // A request stream that is never closed, to a method that takes one message.
      client.makeClientStreamRequest(PATH, bytes, bytes, { deadline: Date.now() + DEADLINE_MS }, resolve);
    });
    expect(error).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'request: expected the whole of it within 50 ms',
    });
  });

  it('holds the turn of a cancelled call until its handler ends, and refuses what is beyond the queue', async () => {
    const begun: string[] = [];
    const answers: (() => void)[] = [];
    let looked = (): void => undefined;
    const client = await serve(new CallTurns(1, 1), DEADLINE_MS, ({ request }, answer) => {
      begun.push(request.toString());
      answers.push(() => answer(null, request));
      looked();
    });
    const next = () =>
      new Promise<void>((resolve) => {
        looked = resolve;
      });
    const first = next();
    const cancelled = call(client, 'first');
    await first;
    cancelled.cancel();
    expect((await cancelled.answer)?.code).toBe(status.CANCELLED);
    const waiting = call(client, 'second');
    const refused = await Promise.race([call(client, 'third').answer, waiting.answer]);
    expect(refused).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(begun).toEqual(['first']);
    const second = next();
    answers[0]?.();
    await second;
    expect(begun).toEqual(['first', expect.stringMatching(/^(?:second|third)$/)]);
    answers[1]?.();
    expect(await waiting.answer).toBeNull();
  });
});
