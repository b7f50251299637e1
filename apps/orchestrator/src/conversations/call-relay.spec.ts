import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata, type ServerWritableStream } from '@grpc/grpc-js';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConnectRequest__Output,
  type ConnectResponse,
  type RelayRequest__Output,
  type RelayResponse,
  serverStream,
} from '#contracts';
import { freePort } from '#loopback';
import { toGrpcStatus } from '#telemetry';
import { type Loopback, serve, unused } from '../../../../libs/contracts/src/loopback.fixture.js';
import { limits } from '../config/limits.js';
import { SigningKey } from '../evidence/signing-key.js';
import { Drain } from '../replicas/drain.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { WorkerSession } from '../sessions/worker-session.js';
import { CallBook } from './call-book.js';
import { CallRelay } from './call-relay.js';
import { ConversationController } from './conversation.controller.js';
import { RelayTickets } from './relay-tickets.js';

/* Between the two replicas lies a real connection; only what Nest does of a stream is done here by hand. */

const logger = pino({ level: 'silent' });
const identity = {
  ...{ workerId: 'tee-worker-0', bootId: '00'.repeat(16), operations: ['model.converse'] },
  ...{ sealKeyId: 'sha256:1', signKey: 'key', imageDigest: 'sha256:2', leasesMax: 4 },
};
const question = Uint8Array.of(1, 2, 3);
const none = null as never;

let folder: string;
let server: Loopback;
let book: CallBook;
let session: WorkerSession;
let sent: ConnectResponse[];
let heard: () => void;
let relay: CallRelay;
let tickets: RelayTickets;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-relay-'));
  const key = SigningKey.load(folder);
  tickets = new RelayTickets(key);
  book = new CallBook();
  sent = [];
  heard = () => undefined;
  session = new WorkerSession('session', identity, 0, (message) => {
    sent.push(message);
    heard();
  });
  const registry = new SessionRegistry(() => 0, logger);
  registry.add(session);
  const having = new ConversationController(...([none, book, none, tickets, registry, new Drain()] as const));
  server = await serve('sealflow.conversation.v1.ConversationService', {
    converse: unused,
    relay: (call: ServerWritableStream<RelayRequest__Output, RelayResponse>) => {
      having.relayed(call.request, new Metadata(), call).subscribe({
        error: (error: unknown) => call.emit('error', toGrpcStatus(error, logger)),
        complete: () => call.end(),
      });
    },
  });
  relay = new CallRelay({ elsewhere: () => [] }, tickets, null, logger);
});

afterEach(() => {
  relay.onModuleDestroy();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const target = () => ({ bootId: identity.bootId, lease: 'lease', fence: '1', address: server.target });

function begin(signal = new AbortController().signal) {
  return relay.call(target(), question, signal);
}

/** The first message to the worker that `take` takes something of. */
async function toWorker<T>(take: (message: ConnectResponse) => T | null | undefined): Promise<T> {
  for (;;) {
    for (const message of sent) {
      const taken = take(message);
      if (taken !== null && taken !== undefined) return taken;
    }
    await new Promise<void>((resolve) => {
      heard = resolve;
    });
  }
}

function says(message: Partial<ConnectRequest__Output>): void {
  book.hear(session, message as ConnectRequest__Output);
}

function chunk(call: string, bytes: number): void {
  says({ callChunk: { call, frame: Buffer.alloc(bytes, 7) } });
}

/** A call whose first frame is there already. */
async function begun(signal?: AbortSignal) {
  const answer = begin(signal);
  const first = answer.next();
  const { call: id = '' } = await toWorker(({ call }) => call);
  chunk(id, 1);
  expect((await first).value).toHaveLength(1);
  return { answer, id };
}

async function sizes(answer: AsyncIterable<Uint8Array>): Promise<number[]> {
  const all: number[] = [];
  for await (const frame of answer) all.push(frame.length);
  return all;
}

describe('a call to a worker of another replica', () => {
  it('without a ticket for this very frame is refused before the worker hears of it', async () => {
    const { services } = server;
    const { address: _, ...named } = target();
    const frame = Buffer.from(question);
    const wrong = [Buffer.alloc(32), tickets.issue({ ...named, frame: Uint8Array.of(9) })];
    for (const ticket of wrong) {
      const stream = serverStream(
        (options) => services.conversation.relay({ ...named, frame, ticket }, options),
        {},
      );
      await expect(stream.next()).rejects.toMatchObject({ reason: 'RELAY_TICKET_INVALID' });
    }
    expect(sent).toEqual([]);
  });

  it('of a replica with another key is for the caller to take elsewhere', async () => {
    const other = new RelayTickets(SigningKey.load(join(folder, 'other')));
    const stranger = new CallRelay({ elsewhere: () => [] }, other, null, logger);
    const answer = stranger.call(target(), question, new AbortController().signal);
    await expect(answer.next()).rejects.toMatchObject({ reason: 'WORKER_ELSEWHERE' });
    stranger.onModuleDestroy();
  });

  it('that moved on is passed on no further', async () => {
    const answer = relay.call({ ...target(), bootId: 'gone' }, question, new AbortController().signal);
    await expect(answer.next()).rejects.toMatchObject({ reason: 'WORKER_ELSEWHERE' });
    expect(relay.open).toBe(0);
  });

  it('at an address where nobody listens may be repeated', async () => {
    const away = { ...target(), address: `127.0.0.1:${await freePort()}` };
    const answer = relay.call(away, question, new AbortController().signal);
    await expect(answer.next()).rejects.toMatchObject({ reason: 'WORKER_ELSEWHERE' });
  });

  it('is cut by name when that replica dies in the middle', async () => {
    const { answer } = await begun();
    server.close();
    await expect(sizes(answer)).rejects.toMatchObject({ reason: 'STREAM_CUT' });
    expect(relay.open).toBe(0);
  });

  it('is cut by name when its worker goes away', async () => {
    const { answer } = await begun();
    book.left(session);
    await expect(sizes(answer)).rejects.toMatchObject({ reason: 'STREAM_CUT' });
  });

  it('that the worker refuses has the name of its reason', async () => {
    const first = begin().next();
    const { call: id = '' } = await toWorker(({ call }) => call);
    says({ callFail: { call: id, reason: 'CALLS_EXHAUSTED', message: '' } });
    await expect(first).rejects.toMatchObject({
      reason: 'CALL_FAILED',
      facts: { reason: 'CALLS_EXHAUSTED' },
    });
  });

  it('that its caller leaves is taken back at the worker', async () => {
    const leaving = new AbortController();
    const { answer, id } = await begun(leaving.signal);
    const next = answer.next();
    leaving.abort();
    expect((await next).done).toBe(true);
    expect(await toWorker(({ callCancel }) => callCancel)).toEqual({ call: id, reason: 'CALLER_GONE' });
    expect({ here: relay.open, there: book.open }).toEqual({ here: 0, there: 0 });
  });

  it('whose caller takes nothing ends by name after a bounded number of frames, and neither replica holds more', async () => {
    const { answer, id } = await begun();
    const frame = 16 * 1024;
    let frames = 0;
    // The worker goes on for as long as nobody tells it to stop: counted, not timed.
    while (!sent.some(({ callCancel }) => callCancel)) {
      chunk(id, frame);
      frames += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await toWorker(({ callCancel }) => callCancel)).toEqual({ call: id, reason: 'READER_TOO_SLOW' });
    // Buffer of the call, window of its stream, and what streams of objects keep ahead of their readers.
    const aheadBytes = limits.callBufferBytesMax + limits.streamWindowBytes + 40 * frame;
    expect(frames * frame).toBeLessThan(aheadBytes);
    const got: number[] = [];
    const reading = (async () => {
      for await (const each of answer) got.push(each.length);
    })();
    await expect(reading).rejects.toMatchObject({ reason: 'READER_TOO_SLOW' });
    expect(got.length).toBeLessThan(frames);
    expect({ here: relay.open, there: book.open }).toEqual({ here: 0, there: 0 });
  });

  it('gives what comes, in order, and ends with its end', async () => {
    const { answer, id } = await begun();
    for (const size of [3, 1, 2]) chunk(id, size);
    says({ callEnd: { call: id } });
    expect(await sizes(answer)).toEqual([3, 1, 2]);
    expect(sent.map(({ call }) => call?.frame)).toEqual([Buffer.from(question)]);
    expect(sent.some(({ callCancel }) => callCancel)).toBe(false);
  });
});
