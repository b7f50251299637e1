import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, ed25519PublicKey, type JsonObject, toHex, utf8 } from '#canonical';
import { ApiError, type ConverseRequest, type Run__Output } from '#contracts';
import {
  type CallContext,
  FrameDigest,
  type FrameKind,
  FrameOpener,
  FrameSealer,
  receiptJson,
  servedModels,
  type UsageReceipt,
  usageReceiptPredicateType,
} from '#conversation';
import { signStatement, usageReceiptSubjects } from '#evidence';
import type { PlanTask } from '#workflow';
import type { ClientConnection } from './client-connection.js';
import { Conversation } from './conversation.js';

/* The orchestrator of these tests holds the key of the conversation, so that it can answer as the worker would, or cheat. */

const key = new Uint8Array(32).fill(5);
const seed = new Uint8Array(32).fill(1);
const runId = '01KAQ0000000000000000000RN';
const weights = digestOf(utf8('weights'));
const prices = { inputNanosPerToken: 300, outputNanosPerToken: 1200 };
const question = { model: 'm1', messages: [] };

interface Relayed {
  readonly context: CallContext;
  readonly request: Uint8Array;
}

type Frames = readonly Uint8Array[];
type Relay = (called: Relayed, honest: Frames) => Frames | Promise<Frames>;

/** The answer of an honest worker. */
async function answerOf(
  { context, request }: Relayed,
  change: Partial<UsageReceipt> = {},
  by = seed,
): Promise<Frames> {
  const sealer = await FrameSealer.begin(key, context, 'answer');
  const digest = new FrameDigest();
  const frames: Uint8Array[] = [];
  for (const content of ['{"a":1}\n{"a":2}', '{"a":3}']) {
    const frame = await sealer.seal({ kind: 'chunk', content: utf8(content), last: false });
    digest.add(frame);
    frames.push(frame);
  }
  const receipt: UsageReceipt = {
    ...{ runId, taskId: 'converse', attempt: context.attempt, call: toHex(context.call) },
    ...{ request: digestOf(request), answer: digest.digest, frames: digest.frames, model: 'm1', weights },
    ...{ promptTokens: 10, completionTokens: 10, ...prices, chargeMicros: 15 },
    ...{ end: 'stop', endedAt: '2026-11-22T00:00:00.000Z', ...change },
  };
  const statement = {
    subject: usageReceiptSubjects(receipt),
    predicateType: usageReceiptPredicateType,
    predicate: receiptJson(receipt),
  };
  const content = signStatement({ statement, seed: by });
  return [...frames, await sealer.seal({ kind: 'receipt', content, last: true })];
}

interface World {
  readonly relay?: Relay;
  /** What comes instead of an answer, call by call, before any frame. */
  readonly refusals?: ApiError[];
  /** After the frames, instead of an end. */
  readonly breaks?: ApiError;
  readonly attempts?: number[];
  readonly state?: string;
}

/** A conversation, and the requests that were made for it. */
function converse({ relay, refusals = [], breaks, attempts = [1], state = 'RUN_STATE_RUNNING' }: World) {
  const requests: ConverseRequest[] = [];
  let cancelled = 0;
  async function* answer(request: ConverseRequest) {
    const refusal = refusals.shift();
    if (refusal !== undefined) throw asServiceError(refusal);
    const bytes = new Uint8Array(request.frame as Buffer);
    const call = bytes.slice(2, 18);
    const { attempt = 0 } = request;
    const context = { tenant: 'demo', runId, taskId: 'converse', attempt, call };
    const called = { context, request: bytes };
    const opener = await FrameOpener.begin(key, context, 'request');
    await opener.open(bytes);
    const honest = await answerOf(called);
    for (const frame of relay === undefined ? honest : await relay(called, honest))
      yield { frame: Buffer.from(frame) };
    if (breaks !== undefined) throw asServiceError(breaks);
  }
  const client = {
    options: {
      tenant: 'demo',
      random: (count: number) => new Uint8Array(randomBytes(count)),
      now: () => 0,
    },
    services: {
      conversation: {
        converse: (request: ConverseRequest) => {
          requests.push(request);
          const stream = answer(request);
          const cancel = (): void => {
            cancelled += 1;
          };
          return { [Symbol.asyncIterator]: () => stream, cancel };
        },
      },
    },
    signal: undefined,
  } as unknown as ClientConnection;
  const get = async (): Promise<Run__Output> => {
    const steps = [{ id: 'converse', attempt: attempts.length > 1 ? attempts.shift() : attempts[0] }];
    return { state, steps } as unknown as Run__Output;
  };
  const task = { id: 'converse', parameters: { weights, ...prices } } as unknown as PlanTask;
  const name = `tenants/demo/runs/${runId}`;
  const signKeys = [new Uint8Array(32), ed25519PublicKey(seed)];
  const conversation = new Conversation({ client, name, runId, task, key, signKeys, get });
  return { conversation, requests, cancelled: () => cancelled };
}

/** As gRPC brings it. */
function asServiceError(error: ApiError): Error {
  return Object.assign(new Error(error.message), error.toStatus());
}

async function heard(conversation: Conversation, request: JsonObject = question) {
  const call = conversation.call(request);
  const data: string[] = [];
  try {
    for await (const each of call) data.push(each);
  } catch (error) {
    await expect(call.receipt).rejects.toBe(error);
    throw error;
  }
  return { data, receipt: await call.receipt };
}

describe('an answer through a relay that cheats', () => {
  it.each<[name: string, relay: Relay, code: string]>([
    ['cut before its last frame', (_, honest) => honest.slice(0, 2), 'STREAM_CUT'],
    ['kept back', () => [], 'STREAM_CUT'],
    ['in another order', (_, [a, b, c]) => [b, a, c].flatMap((frame) => frame ?? []), 'STREAM_REORDERED'],
    ['with a frame twice', (_, honest) => [...honest.slice(0, 1), ...honest], 'STREAM_REPEATED'],
    [
      'with a frame of another call',
      async ({ context, request }, [first]) => {
        const other = { ...context, call: new Uint8Array(16).fill(1) };
        const [, second] = await answerOf({ context: other, request });
        return [first, second].flatMap((frame) => frame ?? []);
      },
      'STREAM_OTHER_CALL',
    ],
    [
      'of another attempt',
      ({ context, request }) => answerOf({ context: { ...context, attempt: 2 }, request }),
      'FRAME_OPEN_FAILED',
    ],
    ['that is its own request', ({ request }) => [request], 'FRAME_OPEN_FAILED'],
  ])('%s is refused by name', async (_, relay, code) => {
    await expect(heard(converse({ relay }).conversation)).rejects.toMatchObject({
      name: 'ConversationError',
      code,
    });
  });

  it.each<[name: string, change: Partial<UsageReceipt>, code: string]>([
    ['another answer', { answer: digestOf(utf8('other')) }, 'RECEIPT_MISMATCH'],
    ['another request', { request: digestOf(utf8('other')) }, 'RECEIPT_MISMATCH'],
    ['another call', { call: '00'.repeat(16) }, 'RECEIPT_MISMATCH'],
    ['another run', { runId: '01KAQ0000000000000000000RX' }, 'RECEIPT_MISMATCH'],
    ['other weights', { weights: digestOf(utf8('other')) }, 'RECEIPT_MISMATCH'],
    ['another price', { inputNanosPerToken: 400, chargeMicros: 16 }, 'RECEIPT_MISMATCH'],
    ['a charge that its tokens do not make', { chargeMicros: 14 }, 'RECEIPT_MALFORMED'],
    [
      'more tokens than the answer has bytes',
      { completionTokens: 100, chargeMicros: 123 },
      'USAGE_IMPLAUSIBLE',
    ],
  ])('with a receipt of %s is refused by name', async (_, change, code) => {
    const relay: Relay = (called) => answerOf(called, change);
    await expect(heard(converse({ relay }).conversation)).rejects.toMatchObject({ code });
  });

  it('with a receipt of a worker that was not accepted is refused', async () => {
    const relay: Relay = (called) => answerOf(called, {}, new Uint8Array(32).fill(2));
    await expect(heard(converse({ relay }).conversation)).rejects.toMatchObject({ code: 'RECEIPT_MISMATCH' });
  });

  it('that breaks on the way is cut, and asked no second time: it may have been answered', async () => {
    const breaks = new ApiError('UNAVAILABLE', 'gone');
    const { conversation, requests } = converse({ relay: (_, honest) => honest.slice(0, 1), breaks });
    await expect(heard(conversation)).rejects.toMatchObject({ code: 'STREAM_CUT' });
    expect(requests).toHaveLength(1);
  });

  it('that the worker refuses under seal has its reason', async () => {
    const relay: Relay = async ({ context }) => {
      const sealer = await FrameSealer.begin(key, context, 'answer');
      const content = utf8('{"code":"UPSTREAM_CUT","message":"the server broke off"}');
      return [await sealer.seal({ kind: 'failure', content, last: true })];
    };
    await expect(heard(converse({ relay }).conversation)).rejects.toMatchObject({
      name: 'CallRefused',
      code: 'UPSTREAM_CUT',
    });
  });
});

describe('a conversation', () => {
  it('gives every event once and in order, and then the receipt', async () => {
    const { conversation, requests } = converse({});
    const { data, receipt } = await heard(conversation);
    expect(data).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
    expect(receipt).toMatchObject({
      chargeMicros: 15,
      weights,
      call: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    await heard(conversation);
    const ids = requests.map(({ frame }) => toHex(new Uint8Array(frame as Buffer).slice(2, 18)));
    expect(new Set(ids).size).toBe(2);
    expect(requests.every(({ frame }) => !(frame as Buffer).toString('latin1').includes('messages'))).toBe(
      true,
    );
  });

  it('asks again where nothing reached a worker: at the replica that has it, once it has the step', async () => {
    const refusals = [
      new ApiError('CONVERSATION_NOT_OPEN', 'not yet'),
      new ApiError('WORKER_ELSEWHERE', 'there'),
    ];
    const { conversation, requests } = converse({ refusals, attempts: [0, 1] });
    expect((await heard(conversation)).receipt.chargeMicros).toBe(15);
    expect(requests.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  });

  it('does not print its key', () => {
    const { conversation } = converse({});
    const printed = inspect(conversation, { depth: 9, showHidden: true }) + JSON.stringify(conversation);
    for (const text of [Buffer.from(key).toString('base64'), inspect(key)])
      expect(printed).not.toContain(text);
  });

  it('of a run that ended says so', async () => {
    const { conversation, requests } = converse({ state: 'RUN_STATE_FAILED' });
    await expect(heard(conversation)).rejects.toMatchObject({
      name: 'ClientError',
      code: 'CONVERSATION_OVER',
    });
    expect(requests).toEqual([]);
  });

  it('that is left ends its call', async () => {
    const { conversation, cancelled } = converse({});
    const call = conversation.call(question);
    for await (const _ of call) break;
    await expect(call.receipt).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(cancelled()).toBe(1);
  });

  it('ends by a frame that only its worker can confirm', async () => {
    const confirm: Relay = async ({ context }) => {
      const sealer = await FrameSealer.begin(key, context, 'answer');
      return [await sealer.seal({ kind: 'close', content: new Uint8Array(), last: true })];
    };
    await converse({ relay: confirm }).conversation.close();
    await expect(converse({ relay: () => [] }).conversation.close()).rejects.toMatchObject({
      code: 'STREAM_CUT',
    });
    await expect(converse({}).conversation.close()).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
  });
});

describe('the models of a conversation', () => {
  /** A worker that states models, in a frame of a kind. */
  function stating(weightsOfIt: Digest, kind: FrameKind = 'models', last = true): Relay {
    return async ({ context }) => {
      const sealer = await FrameSealer.begin(key, context, 'answer');
      const content = servedModels([{ id: 'm1', weights: weightsOfIt }]);
      return [await sealer.seal({ kind, content, last })];
    };
  }

  it.each<[what: string, relay: Relay, code: string]>([
    ['of other weights than the plan has', stating(digestOf(utf8('other'))), 'MODELS_MISMATCH'],
    ['that come as something else', stating(weights, 'chunk'), 'FRAME_MALFORMED'],
    ['that are not the end', stating(weights, 'models', false), 'STREAM_CUT'],
    ['that are kept back', () => [], 'STREAM_CUT'],
    ['that are the answer to a call', (_, honest) => honest, 'FRAME_MALFORMED'],
  ])('%s are refused by name', async (_, relay, code) => {
    await expect(converse({ relay }).conversation.models()).rejects.toMatchObject({
      name: 'ConversationError',
      code,
    });
  });

  it('are what the worker states under the key of the conversation', async () => {
    const { conversation, requests } = converse({ relay: stating(weights) });
    expect(await conversation.models()).toEqual([{ id: 'm1', weights }]);
    expect(requests).toHaveLength(1);
  });
});
