import { describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, type JsonObject } from '#canonical';
import type { UsageFacts } from '#conversation';
import type { UsageOrder } from '#ledger';
import { type PublicInput, TaskError } from '#worker';
import { MemoryBlobs, sampleDecision, sampleTask } from '../ledger/sample-loan.fixture.js';
import { chargeOf } from './usage-charge.js';

const weights = `sha256:${'a'.repeat(64)}` as const;
/** The call of the product's own example: 244 and 537. */
const golden: UsageFacts = {
  ...{ model: 'm1', weights, calls: 1, promptTokens: 812, completionTokens: 447, chargeMicros: 781 },
  receipts: `sha256:${'b'.repeat(64)}`,
};

/** An order of which only what the usage is held against matters; intents are read elsewhere. */
function orderOf(asked: Partial<UsageOrder> & { readonly amount?: bigint } = {}): UsageOrder {
  const { amount = 40_000n, ...more } = asked;
  const reserve = { intent: { amount } } as unknown as UsageOrder['reserve'];
  const price = { inputNanosPerToken: 300, outputNanosPerToken: 1200 };
  return { payment: 'pay_7d5d747be160e280', weights: [weights], ...price, reserve, ...more };
}

interface Case {
  readonly usage?: Partial<UsageFacts>;
  /** Of the statement that the usage comes with. */
  readonly said?: JsonObject;
  /** Handed over in place of what was stated. */
  readonly handed?: JsonObject | string;
  readonly order?: UsageOrder;
  readonly nobody?: boolean;
}

async function judge({ usage, said, handed, order = orderOf(), nobody = false }: Case): Promise<string> {
  const blobs = new MemoryBlobs();
  const value = { ...golden, ...usage };
  const commitment = digestOf(canonicalBytes(value));
  // The frame of a step of this run, filled with what a conversation states.
  const { decision } = await sampleDecision(blobs, { runId: 'run-1', decision: 'approve', limitCents: 1n });
  const frame = decision.producer?.predicate ?? {};
  const predicate: JsonObject = {
    ...frame,
    ...{ kind: 'tee.cpu', operation: 'model.converse', stepId: 'converse', inputs: [] },
    outputs: [{ port: 'usage', edge: 'converse/usage', commitment }],
    public: {},
    ...said,
  };
  const producer = { taskId: 'converse', public: {}, predicate, statement: new Uint8Array(0) };
  const input: PublicInput = {
    ...{ kind: 'public', edge: 'converse/usage', commitment, value: handed ?? value },
    producer: nobody ? null : producer,
  };
  const operation = 'pages.commit-usage.submit';
  const task = sampleTask({ operation, runId: 'run-1', inputs: { usage: input }, state: null, blobs });
  try {
    return `charges ${chargeOf(task, order)}`;
  } catch (error) {
    if (error instanceof TaskError) return error.code;
    throw error;
  }
}

describe('a charge is refused', () => {
  it.each<[string, Case, string]>([
    ['that no step of the run stated', { nobody: true }, 'USAGE_NOT_SIGNED'],
    ['of another run', { said: { runId: 'run-2' } }, 'USAGE_NOT_SIGNED'],
    ['of another task', { said: { stepId: 'other' } }, 'USAGE_NOT_SIGNED'],
    ['of a step that answers no calls', { said: { operation: 'document.extract' } }, 'USAGE_NOT_SIGNED'],
    ['that the signed step did not give out', { said: { outputs: [] } }, 'USAGE_NOT_SIGNED'],
    ['that is no usage', { handed: 'much' }, 'USAGE_NOT_SIGNED'],
    ['without its tokens', { handed: { chargeMicros: 781 } }, 'USAGE_NOT_SIGNED'],
    [
      'for a model that the order does not list',
      { usage: { weights: `sha256:${'c'.repeat(64)}` } },
      'MODEL_NOT_LISTED',
    ],
    ['one above what its tokens come to', { usage: { chargeMicros: 782 } }, 'CHARGE_ABOVE_TERMS'],
    [
      'at another price than the order',
      { order: orderOf({ outputNanosPerToken: 1199 }) },
      'CHARGE_ABOVE_TERMS',
    ],
    ['above what was set aside', { order: orderOf({ amount: 780n }) }, 'CHARGE_ABOVE_TERMS'],
  ])('%s', async (_, wrong, code) => {
    expect(await judge(wrong)).toBe(code);
  });
});

describe('a charge is taken', () => {
  it.each<[string, Case, string]>([
    ['to the unit as it was stated', {}, 'charges 781'],
    ['up to all that was set aside', { order: orderOf({ amount: 781n }) }, 'charges 781'],
    ['with what each call of several rounds up', { usage: { calls: 3, chargeMicros: 785 } }, 'charges 785'],
    [
      'of nothing where nothing was used',
      { usage: { calls: 0, promptTokens: 0, completionTokens: 0, chargeMicros: 0 } },
      'charges 0',
    ],
  ])('%s', async (_, right, outcome) => {
    expect(await judge(right)).toBe(outcome);
  });
});
