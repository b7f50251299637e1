import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  commitmentField,
  commitmentOf,
  contextField,
  digestOf,
  type EdgePayload,
  type JsonObject,
  sha256,
} from '#canonical';
import { type ClaimFacts, type ClaimOrder, claimFacts } from '#ledger';
import { encodeManifest, proveByTrapdoor, sampleManifest, trapdoorKey } from '#proofs';
import { type OpenedInput, type PublicInput, TaskError } from '#worker';
import { MemoryBlobs, sampleDecision, sampleTask } from '../ledger/sample-loan.fixture.js';
import { verifyClaim } from './claim-proof.js';

const RULES = ['accepted', 'total-mismatch'];
const facts = {
  codesRoot: '11',
  membersRoot: '12',
  provider: '13',
  claimNullifier: '14',
  encounterNullifier: '15',
} as const;
const key = trapdoorKey(11n, 9);
const manifest = encodeManifest(
  sampleManifest(key.vkey, {
    signals: [
      { index: 0, name: 'claim', bits: 254, meaning: 'commitment', side: 'input', port: 'claim' },
      { index: 1, name: 'rule', bits: 3, meaning: 'value', side: 'output', port: 'rule', values: RULES },
      { index: 2, name: 'outcome', bits: 254, meaning: 'commitment', side: 'output', port: 'outcome' },
      { index: 3, name: 'codesRoot', bits: 254, meaning: 'fact', port: 'codesRoot' },
      { index: 4, name: 'membersRoot', bits: 254, meaning: 'fact', port: 'membersRoot' },
      { index: 5, name: 'provider', bits: 254, meaning: 'fact', port: 'provider' },
      { index: 6, name: 'claimNullifier', bits: 254, meaning: 'fact', port: 'claimNullifier' },
      { index: 7, name: 'encounterNullifier', bits: 254, meaning: 'fact', port: 'encounterNullifier' },
      { index: 8, name: 'context', bits: 248, meaning: 'context', port: 'context' },
    ],
  }),
);

interface Case {
  readonly rule?: string;
  /** What the proof commits: insurer, patient, deductible. */
  readonly cents?: readonly bigint[];
  /** Of the order. */
  readonly asked?: Partial<Pick<ClaimOrder, 'part' | 'manifest'>> & { readonly cents?: bigint };
  readonly facts?: Partial<ClaimFacts>;
  readonly handed?: { readonly rule?: string; readonly fields?: readonly string[] };
}

/** An order of which only what the proof is held against matters; intents are read elsewhere. */
function orderOf(
  { cents = 24_496n, ...asked }: NonNullable<Case['asked']>,
  other: Partial<ClaimFacts>,
): ClaimOrder {
  const intent = { amount: cents };
  const settlement = { reserve: { intent }, commit: { intent } } as unknown as ClaimOrder['settlement'];
  const terms = { part: 'insurer', manifest: digestOf(manifest), facts: { ...facts, ...other } } as const;
  return { ...terms, settlement, ...asked };
}

/** Whether the enclave takes a claim that was proved as a step of this run for what an order asks; or the code of its refusal. */
async function judge({
  rule = 'accepted',
  cents = [24_496n, 14_124n, 8_000n],
  ...rest
}: Case): Promise<string> {
  const blobs = new MemoryBlobs();
  const claim: EdgePayload = {
    alg: 'poseidon-bn254',
    label: 'inputs/claim',
    salt: '1',
    fields: ['1'],
    value: {},
  };
  const outcome: EdgePayload = {
    ...{ alg: 'poseidon-bn254', label: 'adjudicate/outcome', salt: '2', value: {} },
    fields: cents.map(String),
  };
  // The frame of a step of this run, filled with what a claim proves.
  const { decision } = await sampleDecision(blobs, { runId: 'run-1', decision: 'approve', limitCents: 1n });
  const predicate = decision.producer?.predicate ?? {};
  const { stepId, planDigest } = predicate as { stepId: string; planDigest: string };
  const context = sha256(
    canonicalBytes({ v: 'sealflow/context/v1', runId: 'run-1', taskId: stepId, planDigest }),
  );
  const signals = [
    commitmentField(commitmentOf(claim)),
    BigInt(RULES.indexOf(rule)),
    commitmentField(commitmentOf(outcome)),
    ...Object.values(facts).map(BigInt),
    contextField(context),
  ];
  const edge = (port: string, commitment: string): JsonObject => ({ port, edge: `x/${port}`, commitment });
  const proven: JsonObject = {
    ...predicate,
    inputs: [edge('claim', commitmentOf(claim))],
    outputs: [edge('rule', digestOf(canonicalBytes(rule))), edge('outcome', commitmentOf(outcome))],
    public: { rule, ...facts },
    evidence: {
      ...(predicate['evidence'] as JsonObject),
      manifest: await blobs.put(manifest),
      vkey: await blobs.put(key.vkey),
      proof: proveByTrapdoor(key, signals),
      publicSignals: signals.map(String),
    },
  };
  const producer = { taskId: stepId, public: {}, predicate: proven, statement: new Uint8Array(0) };
  const { rule: saidRule = rule, fields = outcome.fields } = rest.handed ?? {};
  const inputs: { rule: PublicInput; outcome: OpenedInput } = {
    rule: {
      ...{ kind: 'public', edge: 'x/rule', value: saidRule, producer },
      commitment: digestOf(canonicalBytes(rule)),
    },
    outcome: {
      ...{ kind: 'opened', edge: 'x/outcome', commitment: commitmentOf(outcome), producer },
      payload: { ...outcome, fields },
    },
  };
  const operation = 'pages.reserve-claim.submit';
  try {
    const task = sampleTask({ operation, runId: 'run-1', inputs, state: null, blobs });
    await verifyClaim(task, orderOf(rest.asked ?? {}, rest.facts ?? {}));
    return 'paid';
  } catch (error) {
    if (error instanceof TaskError) return error.code;
    throw error;
  }
}

describe('a proven claim', () => {
  it('that was denied pays nothing', async () => {
    expect(await judge({ rule: 'total-mismatch', cents: [0n, 0n, 0n] })).toBe('DECISION_NOT_PROVEN');
    expect(await judge({ rule: 'total-mismatch', handed: { rule: 'accepted' } })).toBe('DECISION_NOT_PROVEN');
  });

  it.each(claimFacts)('about another %s than the order names pays nothing', async (fact) => {
    expect(await judge({ facts: { [fact]: '99' } })).toBe('DECISION_NOT_PROVEN');
  });

  it('by another circuit than the order names pays nothing', async () => {
    const manifest = digestOf(canonicalBytes('a circuit that proves anything'));
    expect(await judge({ asked: { manifest } })).toBe('DECISION_NOT_PROVEN');
  });

  it('is not opened to another amount than it commits', async () => {
    expect(await judge({ handed: { fields: ['24497', '14124', '8000'] } })).toBe('DECISION_NOT_PROVEN');
  });

  it.each([24_497n, 24_495n, 14_124n])('is not worth %d cents', async (cents) => {
    expect(await judge({ asked: { cents } })).toBe('DECISION_NOT_PROVEN');
  });

  it('with nothing to count is settled without that step', async () => {
    const asked = { part: 'deductible', cents: 0n } as const;
    expect(await judge({ cents: [24_496n, 14_124n, 0n], asked })).toBe('DECISION_NOT_PROVEN');
  });

  it('is worth what it commits, to the cent', async () => {
    expect(await judge({})).toBe('paid');
    expect(await judge({ asked: { part: 'deductible', cents: 8_000n } })).toBe('paid');
    expect(await judge({ asked: { part: 'deductible' } })).toBe('DECISION_NOT_PROVEN');
  });
});
