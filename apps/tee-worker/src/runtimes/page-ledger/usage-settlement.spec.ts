import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, fromBase64, type JsonObject } from '#canonical';
import type { UsageFacts } from '#conversation';
import { encodeFrames, intentsFormat, sealUsageOrder } from '#ledger';
import { FheProcess, type OpenInput, type PublicInput, type TaskOutcome, type TaskRuntime } from '#worker';
import { sampleDecision, sealedInput } from '../ledger/sample-loan.fixture.js';
import { codeOf } from '../task-error.fixture.js';
import { pageLedgerRuntimes } from './page-ledger-runtimes.js';
import { seededBytes } from './record.fixture.js';
import {
  keyOf,
  memoKeyOf,
  memosOf,
  nowMs,
  ownerSeed,
  SampleLedger,
  sampleCharter,
  sampleIntent,
} from './sample-ledger.fixture.js';

/*
 * What a run does that pays for what it used, task by task in a real key enclave: the ledger between the tasks is played
 * by the batch that carries what a task submitted.
 */

const weights = `sha256:${'a'.repeat(64)}` as const;
const agentSeed = ownerSeed('agent');
const dayMs = 86_400_000;
const terms = {
  weights: [weights],
  inputNanosPerToken: 300,
  outputNanosPerToken: 1200,
} as const;
const golden: UsageFacts = {
  ...{ model: 'm1', weights, calls: 1, promptTokens: 812, completionTokens: 447, chargeMicros: 781 },
  receipts: `sha256:${'b'.repeat(64)}`,
};
const nothing = { ...golden, calls: 0, promptTokens: 0, completionTokens: 0, chargeMicros: 0 };

let folder: string;
let fhe: FheProcess;
let enclave: TaskRuntime[];
let ledger: SampleLedger;
let count = 0;

/** A mandate: 100,000 on an account of its own, of which the agent may reserve for `seller` in steps of 40,000. */
async function mandated(perDay = 1_000_000n): Promise<void> {
  count += 1;
  const name = `usage-${count}`;
  const stateFile = join(folder, name);
  enclave = pageLedgerRuntimes({
    ...{ fhe, stateFile, random: seededBytes(name), now: () => nowMs },
    sealingKey: new Uint8Array(32).fill(7),
  });
  ledger = new SampleLedger(name, fhe);
  await ledger.found(enclave, sampleCharter(name, { mandate: 100_000n, seller: 0n, other: 0n }));
  const limits = { ops: ['reserve'], perCall: 40_000n, perDay, untilMs: nowMs + dayMs } as const;
  const body = { op: 'delegate', delegate: keyOf(agentSeed), allow: ['seller'], ...limits } as const;
  await ledger.batch(enclave, sampleIntent(name, 'mandate', body));
}

interface Asked {
  readonly to?: string;
  readonly amount?: bigint;
  readonly closer?: string;
  readonly untilMs?: number;
  readonly nonce?: number;
}

async function orderOf({
  to = 'seller',
  amount = 40_000n,
  nonce = 1,
  ...asked
}: Asked = {}): Promise<JsonObject> {
  const { ledgerKey = '', intentKey = '' } = ledger.newest ?? {};
  const { closer = ledgerKey, untilMs = nowMs + 3_600_000 } = asked;
  const head = { nonce, seed: agentSeed, seen: ledger.head.version };
  const reserve = sampleIntent(
    ledger.ledger,
    'mandate',
    { op: 'reserve', to, amount, closer, untilMs },
    head,
  );
  const subject = { tenant: 'acme', ledger: ledger.ledger };
  const sealing = { intentKey: fromBase64(intentKey), random: seededBytes(`order ${nonce}`) };
  return sealUsageOrder({ ...terms, payment: `pay_0123456789abcdef${nonce}`, reserve }, subject, sealing);
}

function blobInput(outcome: TaskOutcome, port: string): OpenInput {
  const output = outcome.outputs[port];
  if (output?.kind !== 'blob') throw new Error(`no output ${port}`);
  const { bytes } = output;
  return { kind: 'blob', edge: `x/${port}`, commitment: digestOf(bytes), bytes, producer: null };
}

/** A task of a run that settles. */
function settles(
  operation: string,
  runId: string,
  inputs: Record<string, OpenInput>,
  batch: JsonObject = {},
) {
  const state = { kind: 'settlement', ledger: ledger.ledger, head: { ...ledger.head }, ...batch };
  return ledger.run(enclave, ledger.task(operation, inputs, { runId, state }));
}

/** Carries what tasks submitted in one batch, in this order, and says of each where it lies. */
async function carried(...submitted: readonly TaskOutcome[]): Promise<readonly JsonObject[]> {
  const envelopes = submitted.map((outcome) => {
    const envelope = outcome.outputs['envelope'];
    if (envelope?.kind !== 'blob') throw new Error('nothing was submitted');
    return envelope.bytes;
  });
  const blob = encodeFrames(intentsFormat, envelopes);
  await ledger.blobs.put(blob);
  const outcome = await ledger.run(enclave, ledger.batchTask(blob));
  await ledger.apply(outcome);
  const outcomes = outcome.outputs['outcomes'];
  if (outcomes?.kind === 'blob') await ledger.blobs.put(outcomes.bytes);
  const receipt = outcome.outputs['receipt'];
  if (receipt?.kind === 'public') await ledger.blobs.put(canonicalBytes(receipt.value));
  const { version, receipt: digest } = ledger.head;
  return submitted.map((_, position) => ({ batch: { version, receipt: digest, position } }));
}

async function reserved(runId: string, order: JsonObject): Promise<TaskOutcome> {
  const submitted = await settles('pages.reserve-usage.submit', runId, {
    order: sealedInput('inputs/order', order),
  });
  const [at] = await carried(submitted);
  return confirmed(runId, submitted, at);
}

function confirmed(runId: string, submitted: TaskOutcome, at: JsonObject | undefined): Promise<TaskOutcome> {
  const inputs = { envelope: blobInput(submitted, 'envelope'), held: blobInput(submitted, 'held') };
  return settles('pages.reserve-usage.confirm', runId, inputs, at);
}

async function usageOf(runId: string, usage: UsageFacts): Promise<PublicInput> {
  const { decision } = await sampleDecision(ledger.blobs, { runId, decision: 'approve', limitCents: 1n });
  const commitment = digestOf(canonicalBytes({ ...usage }));
  const predicate: JsonObject = {
    ...decision.producer?.predicate,
    ...{ kind: 'tee.cpu', operation: 'model.converse', stepId: 'converse', inputs: [], public: {} },
    outputs: [{ port: 'usage', edge: 'converse/usage', commitment }],
  };
  const producer = { taskId: 'converse', public: {}, predicate, statement: new Uint8Array(0) };
  return { kind: 'public', edge: 'converse/usage', commitment, value: { ...usage }, producer };
}

async function closed(runId: string, verb: 'commit-usage' | 'release', inputs: Record<string, OpenInput>) {
  const submitted = await settles(`pages.${verb}.submit`, runId, inputs);
  const [at] = await carried(submitted);
  return settles(`pages.${verb}.confirm`, runId, { envelope: blobInput(submitted, 'envelope') }, at);
}

/** Whether an account can pay exactly so much, and not one more. */
async function hasExactly(account: string, amount: bigint, nonce: number): Promise<boolean> {
  const pay = (more: bigint, step: number) =>
    sampleIntent(
      ledger.ledger,
      account,
      { op: 'transfer', to: 'other', amount: amount + more },
      { nonce: nonce + step },
    );
  const outcome = await ledger.batch(enclave, pay(1n, 0), pay(0n, 1));
  const keys = [memoKeyOf(account), memoKeyOf(account)];
  const reasons = memosOf(outcome, ledger.ledger, keys).map((memo) => memo?.reason);
  return reasons[0] === 'INSUFFICIENT' && reasons[1] === null;
}

describe('a run that pays for what it used', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-usage-'));
    fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
    await fhe.start();
  });
  afterAll(async () => {
    await fhe.close();
    await rm(folder, { recursive: true });
  });

  it('is refused with an order that is none, or whose reservation somebody else closes', async () => {
    await mandated();
    const attempt = async (order: JsonObject): Promise<string> =>
      codeOf(settles('pages.reserve-usage.submit', 'run-1', { order: sealedInput('inputs/order', order) }));
    expect(await attempt({ v: 'order' })).toBe('INTENT_INVALID');
    expect(await attempt(await orderOf({ closer: keyOf(agentSeed) }))).toBe('INTENT_INVALID');
    expect(await attempt(await orderOf())).toBe('accepted');
  });

  it('is told which limit of its mandate it met, and goes on with none of it', async () => {
    await mandated(60_000n);
    const first = await reserved('run-1', await orderOf({ nonce: 1 }));
    expect(first.public).toMatchObject({ outcome: 'reserved', reason: null });
    for (const [asked, reason] of [
      [{ amount: 40_001n, nonce: 2 }, 'DELEGATE_LIMIT'],
      [{ amount: 20_001n, nonce: 3 }, 'DELEGATE_LIMIT'],
      [{ to: 'other', amount: 1n, nonce: 4 }, 'DELEGATE_NOT_ALLOWED'],
    ] as const) {
      const refused = await reserved('run-2', await orderOf(asked));
      expect(refused.public).toMatchObject({ outcome: 'refused', reason });
      expect(refused.outputs['reservation']).toBeUndefined();
    }
  });

  it('cannot set aside more than there is by calls at the same time', async () => {
    await mandated();
    const runs = ['run-1', 'run-2', 'run-3'];
    const submitted = await Promise.all(
      runs.map(async (runId, index) =>
        settles('pages.reserve-usage.submit', runId, {
          order: sealedInput('inputs/order', await orderOf({ nonce: index + 1 })),
        }),
      ),
    );
    const places = await carried(...submitted);
    const outcomes = await Promise.all(
      submitted.map((each, index) => confirmed(runs[index] ?? '', each, places[index])),
    );
    expect(outcomes.map(({ public: { outcome } }) => outcome)).toEqual([
      'reserved',
      'reserved',
      'insufficient',
    ]);
    expect(outcomes[2]?.outputs['reservation']).toBeUndefined();
  });

  it('pays exactly what the attested step states, once, and the rest is there again', async () => {
    await mandated();
    const order = await orderOf();
    const held = await reserved('run-1', order);
    const reservation = blobInput(held, 'reservation');
    const attempt = async (runId: string, usage: PublicInput): Promise<string> =>
      codeOf(settles('pages.commit-usage.submit', runId, { reservation, usage }));
    expect(await attempt('run-2', await usageOf('run-2', golden))).toBe('RESERVATION_INVALID');
    expect(await attempt('run-1', await usageOf('run-2', golden))).toBe('USAGE_NOT_SIGNED');
    const dear = { ...golden, chargeMicros: 782 };
    expect(await attempt('run-1', await usageOf('run-1', dear))).toBe('CHARGE_ABOVE_TERMS');
    const usage = await usageOf('run-1', golden);
    const paid = await closed('run-1', 'commit-usage', { reservation, usage });
    expect(paid.public).toMatchObject({ outcome: 'committed', reason: null });
    const twice = await closed('run-1', 'commit-usage', { reservation, usage });
    expect(twice.public).toMatchObject({ outcome: 'refused', reason: 'RESERVATION_UNKNOWN' });
    const again = await reserved('run-3', order);
    expect(again.public).toMatchObject({ outcome: 'refused', reason: 'REPLAYED' });
    expect(await hasExactly('seller', 781n, 50)).toBe(true);
    expect(await hasExactly('mandate', 100_000n - 781n, 50)).toBe(true);
  });

  it.each([
    ['used nothing', 'commit-usage', nothing],
    ['was given up', 'release', null],
  ] as const)('that %s gives all of it back', async (_, verb, used) => {
    await mandated();
    const reservation = blobInput(await reserved('run-1', await orderOf()), 'reservation');
    const usage = used === null ? {} : { usage: await usageOf('run-1', used) };
    const over = await closed('run-1', verb, { reservation, ...usage });
    expect(over.public).toMatchObject({ outcome: 'released', reason: null });
    expect(await hasExactly('mandate', 100_000n, 50)).toBe(true);
  });
});
