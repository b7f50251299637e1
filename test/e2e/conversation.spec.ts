import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import {
  type Conversation,
  type ConversationCall,
  openaiFetch,
  type RunHandle,
  SealflowClient,
} from '#client';
import { type ServiceClients, serverStream } from '#contracts';
import { sessionInput, sumOf, type UsageReceipt } from '#conversation';
import { dial } from '../../apps/cli/src/stack/dial.js';
import { type RelayedCall, RelayTickets } from '../../apps/orchestrator/src/conversations/relay-tickets.js';
import { SigningKey } from '../../apps/orchestrator/src/evidence/signing-key.js';
import {
  type MisbehavingServer,
  misbehavingServer,
} from '../../apps/tee-worker/src/runtimes/openai/misbehaving-server.fixture.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

/*
 * Conversations over a real stack of two orchestrators, to a server that speaks the protocol and fails at it as it is
 * told. Every client calls both replicas in turn, so that calls come to the one that has no worker too.
 */

const definition = readFileSync(resolve(import.meta.dirname, '../../examples/conversation.yaml'), 'utf8');
const weights = new Uint8Array(randomBytes(64));
const question = { model: 'small', messages: [{ role: 'user', content: 'a question' }] };

let folder: string;
let server: MisbehavingServer;
let stack: TestStack;
let client: SealflowClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-model-'));
  const file = join(folder, 'weights');
  writeFileSync(file, weights);
  server = await misbehavingServer();
  stack = await startTestStack({
    tls: true,
    second: { pinned: ['tee-worker'] },
    workerEnvironment: {
      SEALFLOW_MODEL_URL: server.url,
      SEALFLOW_MODEL_ID: 'small',
      SEALFLOW_MODEL_WEIGHTS: file,
      SEALFLOW_MODEL_TOKENIZER: 'words',
    },
  });
  client = stack.client();
}, 600_000);

afterAll(async () => {
  await stack?.stop();
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

interface Talk {
  readonly run: RunHandle;
  readonly key: Uint8Array;
  readonly conversation: Conversation;
}

async function begin(parameters: JsonObject = {}, from: SealflowClient = client): Promise<Talk> {
  const key = new Uint8Array(randomBytes(32));
  const terms = { weights: digestOf(weights), ...parameters };
  const planned = { definition, parameters: { converse: terms } };
  const run = await from.run(planned, { session: sessionInput(key) }, { deadlineMs: 300_000 });
  return { run, key, conversation: run.conversation(key) };
}

async function heard(call: ConversationCall): Promise<string[]> {
  const data: string[] = [];
  for await (const each of call) data.push(each);
  return data;
}

/** What a streamed answer says. */
function textOf(data: readonly string[]): string {
  return data.map((each) => contentOf(JSON.parse(each) as Json)).join('');
}

function contentOf(event: Json): string {
  const choices = isJsonObject(event) ? event['choices'] : null;
  const [choice] = Array.isArray(choices) ? choices : [];
  const part = isJsonObject(choice) ? (choice['delta'] ?? choice['message'] ?? null) : null;
  const content = isJsonObject(part) ? part['content'] : '';
  return typeof content === 'string' ? content : '';
}

async function asked(conversation: Conversation, request: JsonObject): Promise<UsageReceipt> {
  const call = conversation.call(request);
  await heard(call);
  return call.receipt;
}

/** The public output of the run, after its bundle verified. */
async function usageOf(run: RunHandle): Promise<Json> {
  const { state, reason } = await run.wait();
  expect({ state, reason }).toMatchObject({ state: 'RUN_STATE_SUCCEEDED' });
  const verdict = await run.verify();
  const failed = verdict.stages.flatMap(({ checks }) => checks).filter(({ result }) => result === 'fail');
  expect({ outcome: verdict.outcome, failed }).toEqual({ outcome: 'verified', failed: [] });
  return parseJsonStrict((await run.readPublic('usage')) ?? new Uint8Array());
}

describe('a conversation', () => {
  it('answers in sealed chunks, and its bundle has the sum of what was signed', async () => {
    server.behave('none');
    const parameters = { converse: { weights: digestOf(weights) } };
    const { run, conversation } = await client.converse({ definition, parameters });
    const streamed = conversation.call({ ...question, stream: true });
    expect(textOf(await heard(streamed))).toBe('The answer is né.');
    const whole = conversation.call(question);
    expect(textOf(await heard(whole))).toBe('The answer is né.');
    const listed = await openaiFetch(conversation)('https://sealed.invalid/v1/models');
    expect(await listed.json()).toMatchObject({
      data: [{ id: 'small', object: 'model', sealflow: { weights: digestOf(weights) } }],
    });
    const receipts = [await streamed.receipt, await whole.receipt];
    expect(receipts.every(({ chargeMicros }) => chargeMicros > 0)).toBe(true);
    await conversation.close();
    const usage = await usageOf(run);
    expect(usage).toMatchObject({ model: 'small', weights: digestOf(weights), ...sumOf(receipts) });
    const said = Buffer.from('The answer is né.');
    expect(Buffer.from(await run.bundle()).includes(said)).toBe(false);
    await expect(asked(conversation, question)).rejects.toMatchObject({ code: 'CONVERSATION_OVER' });
  });

  it('that is left ends at the server too, and costs nothing', async () => {
    server.behave('drip');
    const { run, conversation } = await begin();
    const leaving = new AbortController();
    const call = conversation.call({ ...question, stream: true }, { signal: leaving.signal });
    const reading = (async () => {
      for await (const _ of call) leaving.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    await expect(call.receipt).rejects.toThrow('enough');
    await server.left;
    await conversation.close();
    expect(await usageOf(run)).toMatchObject({ calls: 0, chargeMicros: 0 });
  });

  it('charges only what was signed, however the upstream cheats, and ends after the calls of its plan', async () => {
    const { run, conversation } = await begin({ callsMax: 4 });
    for (const [how, code] of [
      ['cut', 'UPSTREAM_CUT'],
      ['lying-completion', 'UPSTREAM_USAGE_FALSE'],
      ['no-usage', 'UPSTREAM_USAGE_MISSING'],
    ] as const) {
      server.behave(how);
      await expect(asked(conversation, { ...question, stream: true })).rejects.toMatchObject({
        name: 'CallRefused',
        code,
      });
    }
    server.behave('none');
    const receipt = await asked(conversation, question);
    await expect(asked(conversation, question)).rejects.toMatchObject({ code: 'CALLS_EXHAUSTED' });
    await conversation.close();
    expect(await usageOf(run)).toMatchObject({ calls: 1, chargeMicros: receipt.chargeMicros });
  });

  it('that falls silent ends by itself', async () => {
    const { run } = await begin({ idleMs: 300 });
    expect(await usageOf(run)).toMatchObject({ calls: 0, chargeMicros: 0 });
  });

  it('does not begin with another model than its plan names', async () => {
    const { run } = await begin({ weights: digestOf(new Uint8Array(1)) });
    expect(await run.wait()).toMatchObject({ state: 'RUN_STATE_FAILED', reason: 'converse: MODEL_MISMATCH' });
  });
});

describe('a client that reaches one replica alone, which has no worker', () => {
  let pinned: SealflowClient;

  beforeAll(() => {
    pinned = new SealflowClient({
      target: stack.address.grpc,
      tenant: 'demo',
      token: () => stack.key('demo'),
      tls: stack.address.tls,
      trust: stack.trust,
      random: (count) => new Uint8Array(randomBytes(count)),
      now: () => Date.now(),
    });
    return () => pinned.close();
  });

  it('has whole answers, in pieces and in one, and a bundle with the sum of what was signed', async () => {
    server.behave('none');
    const { run, conversation } = await begin({}, pinned);
    const streamed = conversation.call({ ...question, stream: true });
    expect(textOf(await heard(streamed))).toBe('The answer is né.');
    const whole = conversation.call(question);
    expect(textOf(await heard(whole))).toBe('The answer is né.');
    const receipts = [await streamed.receipt, await whole.receipt];
    expect(receipts.map(({ completionTokens }) => completionTokens)).toEqual([5, 5]);
    await conversation.close();
    expect(await usageOf(run)).toMatchObject({ ...sumOf(receipts), calls: 2 });
  });

  it('that leaves an answer ends it at the server too, and pays for the others alone', async () => {
    server.behave('none');
    const { run, conversation } = await begin({}, pinned);
    const { chargeMicros } = await asked(conversation, question);
    server.behave('drip');
    const leaving = new AbortController();
    const call = conversation.call({ ...question, stream: true }, { signal: leaving.signal });
    const reading = (async () => {
      for await (const _ of call) leaving.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    await server.left;
    await conversation.close();
    expect(await usageOf(run)).toMatchObject({ calls: 1, chargeMicros });
  });

  it('that stops reading loses its call by name, and the server is held up and then left', async () => {
    server.behave('endless');
    const { run, conversation } = await begin({}, pinned);
    const call = conversation.call({ ...question, stream: true });
    const data = call[Symbol.asyncIterator]();
    await data.next();
    await server.left;
    const rest = async () => {
      while ((await data.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ reason: 'READER_TOO_SLOW' });
    await conversation.close();
    expect(await usageOf(run)).toMatchObject({ calls: 0, chargeMicros: 0 });
  });

  it('hears by name that the other replica died in the middle, and is charged nothing that was not signed', async () => {
    server.behave('none');
    const { run, conversation } = await begin({ idleMs: 10_000 }, pinned);
    const { chargeMicros } = await asked(conversation, question);
    server.behave('hang');
    const call = conversation.call({ ...question, stream: true });
    const reading = (async () => {
      let killed: Promise<void> | undefined;
      try {
        for await (const _ of call) killed ??= stack.second?.kill();
      } finally {
        await killed;
      }
    })();
    await expect(reading).rejects.toMatchObject({ name: 'ConversationError', code: 'STREAM_CUT' });
    await expect(call.receipt).rejects.toMatchObject({ code: 'STREAM_CUT' });
    await stack.second?.start();
    await stack.ready();
    const { state } = await run.wait();
    expect(await run.verify()).toMatchObject({ outcome: 'verified' });
    // The worker may have come back in time, and then its step went on; or it did not, and the step failed.
    if (state === 'RUN_STATE_SUCCEEDED') expect(await usageOf(run)).toMatchObject({ calls: 1, chargeMicros });
    else await expect(run.readPublic('usage')).rejects.toMatchObject({ code: 'OUTPUT_MISSING' });
  });
});

describe('a call', () => {
  let talk: Talk;

  beforeAll(async () => {
    server.behave('none');
    talk = await begin();
    await asked(talk.conversation, question);
  });

  /** A frame as anybody could send it, to the replicas of a client. */
  async function sent(services: ServiceClients, frame: Uint8Array, attempt = 1): Promise<unknown> {
    const request = { name: talk.run.name, task: 'converse', attempt, frame: Buffer.from(frame) };
    const stream = serverStream((options) => services.conversation.converse(request, options), {
      deadlineMs: 30_000,
    });
    for await (const _ of stream) return 'an answer';
    return 'no answer';
  }

  function at(address: string): ServiceClients {
    return dial(address, { bearer: () => stack.key('demo'), tls: stack.address.tls ?? null });
  }

  it('under another key is refused by the worker, which says nothing more', async () => {
    const other = talk.run.conversation(new Uint8Array(randomBytes(32)));
    await expect(asked(other, question)).rejects.toMatchObject({
      name: 'CallRefused',
      code: 'FRAME_OPEN_FAILED',
    });
  });

  it('that is none, or of another attempt, is refused by name, at the replica without the worker too', async () => {
    const [without, having] = [at(stack.address.grpc), at(stack.second?.grpcAddress ?? '')];
    const garbage = new Uint8Array(randomBytes(600));
    for (const replica of [having, without]) {
      await expect(sent(replica, garbage)).rejects.toMatchObject({
        reason: 'CALL_FAILED',
        facts: { reason: 'FRAME_MALFORMED' },
      });
      await expect(sent(replica, garbage, 2)).rejects.toMatchObject({ reason: 'CONVERSATION_NOT_OPEN' });
    }
    await expect(sent(having, new Uint8Array())).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
    without.close();
    having.close();
  });

  it('that a replica passes on needs its ticket, and is passed on once', async () => {
    const having = at(stack.second?.grpcAddress ?? '');
    const tickets = new RelayTickets(SigningKey.load(stack.home));
    const passedOn = async (ticketOf: (call: RelayedCall) => Uint8Array): Promise<unknown> => {
      const call = { bootId: '00'.repeat(16), lease: 'lease', fence: '1', frame: Buffer.alloc(600) };
      const request = { ...call, ticket: Buffer.from(ticketOf(call)) };
      const stream = serverStream((options) => having.conversation.relay(request, options), {
        deadlineMs: 30_000,
      });
      return stream.next();
    };
    await expect(passedOn(() => randomBytes(32))).rejects.toMatchObject({ reason: 'RELAY_TICKET_INVALID' });
    await expect(passedOn((call) => tickets.issue(call))).rejects.toMatchObject({
      reason: 'WORKER_ELSEWHERE',
    });
    having.close();
  });

  it('whose worker is killed in the middle is cut by name; the run fails, and its bundle charges nothing', async () => {
    server.behave('hang');
    const call = talk.conversation.call({ ...question, stream: true });
    const reading = (async () => {
      let killed: Promise<void> | null = null;
      try {
        for await (const _ of call) killed ??= stack.kill('tee-worker');
      } finally {
        await killed;
      }
    })();
    // The code of whoever reads frames, for what the relay names 'STREAM_CUT' as well.
    await expect(reading).rejects.toMatchObject({ name: 'ConversationError', code: 'STREAM_CUT' });
    await expect(call.receipt).rejects.toMatchObject({ code: 'STREAM_CUT' });
    expect(await talk.run.wait()).toMatchObject({ state: 'RUN_STATE_FAILED' });
    expect(await talk.run.verify()).toMatchObject({ outcome: 'verified' });
    await expect(talk.run.readPublic('usage')).rejects.toMatchObject({ code: 'OUTPUT_MISSING' });
  });
});
