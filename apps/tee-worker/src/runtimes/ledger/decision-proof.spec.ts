import { describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, type JsonObject } from '#canonical';
import { encodeManifest, sampleManifest, trapdoorKey } from '#proofs';
import { type OpenInput, type PublicInput, TaskError } from '#worker';
import { verifyDecision } from './decision-proof.js';
import {
  MemoryBlobs,
  type SampleDecision,
  sampleDecision,
  sampleManifestDigest,
  sampleReview,
  sampleTask,
} from './sample-loan.fixture.js';

type Inputs = Record<string, OpenInput>;
type Scored = { decision: PublicInput } & Inputs;

interface Case extends Partial<SampleDecision> {
  readonly change?: (inputs: Scored, blobs: MemoryBlobs) => Inputs | Promise<Inputs>;
  readonly parameters?: JsonObject;
}

/** The proven limit, or the code of the refusal. */
async function judge(changes: Case = {}): Promise<bigint | string> {
  const { change = (inputs) => inputs, parameters = {}, ...scored } = changes;
  const blobs = new MemoryBlobs();
  const honest = { runId: 'run-1', decision: 'approve', limitCents: 600_000n };
  const inputs = await change({ ...(await sampleDecision(blobs, { ...honest, ...scored })) }, blobs);
  const operation = 'ledger.reserve.authorize';
  try {
    return await verifyDecision(
      sampleTask({ operation, runId: 'run-1', inputs, state: null, blobs, parameters }),
    );
  } catch (error) {
    if (error instanceof TaskError) return error.code;
    throw error;
  }
}

/** The decision input with another predicate of its producer. */
function withPredicate(decision: PublicInput, change: (predicate: JsonObject) => JsonObject): PublicInput {
  const { producer } = decision;
  if (producer === null) throw new Error('no producer');
  return { ...decision, producer: { ...producer, predicate: change(producer.predicate) } };
}

function withEvidence(decision: PublicInput, members: JsonObject): PublicInput {
  return withPredicate(decision, (predicate) => ({
    ...predicate,
    evidence: { ...(predicate['evidence'] as JsonObject), ...members },
  }));
}

describe('the proven decision', () => {
  it('gives the limit of an approval', async () => {
    expect(await judge()).toBe(600_000n);
    expect(await judge({ parameters: { manifest: sampleManifestDigest } })).toBe(600_000n);
  });

  it('refuses a decline, and an approval with a limit of zero', async () => {
    expect(await judge({ decision: 'decline' })).toBe('DECISION_NOT_PROVEN');
    expect(await judge({ limitCents: 0n })).toBe('DECISION_NOT_PROVEN');
  });

  it('refuses a review without the yes of an approver to this decision', async () => {
    const review = (answer: string): Case => ({
      decision: 'review',
      change: (inputs) => ({ ...inputs, review: sampleReview('run-1', answer, inputs.decision) }),
    });
    expect(await judge({ decision: 'review' })).toBe('DECISION_NOT_PROVEN');
    expect(await judge(review('decline'))).toBe('DECISION_NOT_PROVEN');
    expect(await judge(review('approve'))).toBe(600_000n);
  });

  it('refuses a yes of another run, to another decision, or from a machine', async () => {
    const review = (make: (decision: PublicInput) => PublicInput): Case => ({
      decision: 'review',
      change: (inputs) => ({ ...inputs, review: make(inputs.decision) }),
    });
    const otherCase = (decision: PublicInput): PublicInput => ({
      ...decision,
      commitment: digestOf(canonicalBytes('approve')),
    });
    const machine = (decision: PublicInput): PublicInput =>
      withPredicate(sampleReview('run-1', 'approve', decision), (predicate) => ({
        ...predicate,
        kind: 'tee.cpu',
      }));
    expect(await judge(review((decision) => sampleReview('run-2', 'approve', decision)))).toBe(
      'DECISION_NOT_PROVEN',
    );
    expect(await judge(review((decision) => sampleReview('run-1', 'approve', otherCase(decision))))).toBe(
      'DECISION_NOT_PROVEN',
    );
    expect(await judge(review(machine))).toBe('DECISION_NOT_PROVEN');
  });

  it('refuses a proof that was made for another run', async () => {
    expect(await judge({ runId: 'run-2' })).toBe('DECISION_NOT_PROVEN');
    const elsewhere: Case = {
      runId: 'run-2',
      change: (inputs) => ({
        ...inputs,
        decision: withPredicate(inputs.decision, (predicate) => ({ ...predicate, runId: 'run-1' })),
      }),
    };
    expect(await judge(elsewhere)).toBe('DECISION_NOT_PROVEN');
  });

  it.each([
    ['another decision', 2, 1n],
    ['another limit', 3, 1n],
    ['another context', 4, 1n],
    ['other features', 0, 1n],
  ])('refuses a valid proof of %s', async (_name, index, offset) => {
    const signals = (honest: readonly bigint[]): readonly bigint[] =>
      honest.map((signal, at) => (at === index ? signal - offset : signal));
    expect(await judge({ signals })).toBe('DECISION_NOT_PROVEN');
  });

  it('refuses public signals that the proof was not made for', async () => {
    const changed: Case = {
      change: (inputs) => {
        const evidence = inputs.decision.producer?.predicate['evidence'] as JsonObject;
        const [first, ...rest] = evidence['publicSignals'] as string[];
        const publicSignals = [`${BigInt(first ?? '0') + 1n}`, ...rest];
        return { ...inputs, decision: withEvidence(inputs.decision, { publicSignals }) };
      },
    };
    expect(await judge(changed)).toBe('DECISION_NOT_PROVEN');
  });

  it('refuses a key or a manifest of another circuit', async () => {
    const otherKey: Case = {
      change: async (inputs, blobs) => {
        const vkey = await blobs.put(trapdoorKey(12n, 5).vkey);
        return { ...inputs, decision: withEvidence(inputs.decision, { vkey }) };
      },
    };
    expect(await judge(otherKey)).toBe('DECISION_NOT_PROVEN');
    expect(await judge({ parameters: { manifest: digestOf(new Uint8Array(1)) } })).toBe(
      'DECISION_NOT_PROVEN',
    );
  });

  it('refuses a circuit that proves nothing about a limit', async () => {
    const silent: Case = {
      change: async (inputs, blobs) => {
        const { vkey } = trapdoorKey(11n, 5);
        const signals = sampleManifest(vkey, {}).signals.map((signal) =>
          signal.port === 'limit' ? { ...signal, port: 'other' } : signal,
        );
        const manifest = await blobs.put(encodeManifest(sampleManifest(vkey, { signals })));
        return { ...inputs, decision: withEvidence(inputs.decision, { manifest }) };
      },
    };
    expect(await judge(silent)).toBe('DECISION_NOT_PROVEN');
  });

  it('refuses a limit of another step and a decision without one', async () => {
    const otherLimit: Case = {
      change: async (inputs, blobs) => {
        const other = await sampleDecision(blobs, {
          runId: 'run-1',
          decision: 'approve',
          limitCents: 1_000_000n,
        });
        return { ...inputs, limit: other.limit };
      },
    };
    expect(await judge(otherLimit)).toBe('DECISION_NOT_PROVEN');
    const unproven: Case = {
      change: (inputs) => ({ ...inputs, decision: { ...inputs.decision, producer: null } }),
    };
    expect(await judge(unproven)).toBe('DECISION_NOT_PROVEN');
    expect(await judge({ change: ({ limit: _limit, ...rest }) => rest as Inputs })).toBe('INPUT_MISSING');
  });

  it('refuses an opening that is not that of the proven commitment', async () => {
    const larger: Case = {
      change: (inputs) => {
        const { limit } = inputs;
        if (limit?.kind !== 'opened' || limit.payload.alg !== 'poseidon-bn254') throw new Error('no limit');
        const payload = { ...limit.payload, fields: ['1000000', '673'] };
        return { ...inputs, limit: { ...limit, payload } };
      },
    };
    expect(await judge(larger)).toBe('DECISION_NOT_PROVEN');
  });
});
