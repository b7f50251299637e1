// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Check,
  canonicalBytes,
  commitmentField,
  commitPoseidon,
  type Digest,
  digestOf,
  type EdgePayload,
  failedChecks,
  type Json,
  type JsonObject,
} from '#canonical';
import { parseVerificationKey, verifyGroth16 } from '#proofs';
import { type OpenTask, TaskError, type TaskOutcome } from '#worker';
import { loadCircuit, shippedArtifacts } from '../circuit/circuit.js';
import { ProverPool } from '../pool/prover-pool.js';
import { attributeFields } from './attributes.js';
import { goldenRows, randomApplicants } from './golden-rows.fixture.js';
import { modelCommitment, parseModel } from './model.js';
import { scorecardRuntime } from './runtime.js';

const artifactsDir = shippedArtifacts('scorecard');
const circuit = loadCircuit(artifactsDir);
const model = parseModel(readFileSync(join(artifactsDir, 'model.json')));
const never = new AbortController().signal;
const [demo] = goldenRows;
const pool = new ProverPool();
const runtime = scorecardRuntime(pool, { artifactsDir, model });
const stored = new Map<Digest, Uint8Array>();

function payloadOf(fields: readonly string[]): EdgePayload {
  return { alg: 'poseidon-bn254', label: 'extract/features', salt: '424242', fields, value: null };
}

function taskFor(fields: readonly string[], change: Partial<OpenTask> = {}): OpenTask {
  return {
    runId: '01J0000000000000000000000',
    taskId: 'score',
    attempt: 1,
    tenant: 'tenants/bank',
    operation: 'scorecard.prove',
    parameters: {},
    context: 777n,
    inputs: {
      features: {
        kind: 'opened',
        edge: 'extract/features',
        commitment: commitPoseidon(fields.map(BigInt), 424242n),
        payload: payloadOf(fields),
        producer: null,
      },
    },
    state: null,
    blobs: {
      get: () => Promise.reject(new Error('not used')),
      put: (bytes) => {
        stored.set(digestOf(bytes), bytes);
        return Promise.resolve(digestOf(bytes));
      },
    },
    ...change,
  };
}

const demoFields = attributeFields(demo.attributes).map(String);

/** What an outsider checks, from the outcome and the run alone. */
function verify(
  outcome: TaskOutcome,
  task: OpenTask,
  change: { vkey?: Uint8Array; context?: bigint } = {},
): readonly Check[] {
  const { proof, publicSignals, manifest, vkey } = outcome.evidence as { [name: string]: Json } & {
    manifest: Digest;
    vkey: Digest;
  };
  const { limit } = outcome.outputs;
  if (limit?.kind !== 'sealed-fields') throw new Error('limit must be sealed fields');
  return verifyGroth16(
    {
      manifest: stored.get(manifest) ?? new Uint8Array(),
      vkey: change.vkey ?? stored.get(vkey) ?? new Uint8Array(),
      proof: proof ?? null,
      publicSignals: publicSignals ?? null,
    },
    {
      context: change.context ?? task.context,
      inputs: { features: task.inputs['features']?.commitment ?? '' },
      outputs: {
        limit: commitPoseidon(limit.fields, limit.salt),
        decision: digestOf(canonicalBytes(outcome.public['decision'] ?? null)),
      },
      public: outcome.public,
    },
    { manifests: [circuit.manifestDigest], allowDev: true },
  );
}

beforeAll(async () => {
  await pool.warm(circuit);
  // Only for the comparison with snarkjs' own verifier: without threads of its own, nothing has to be ended.
  Object.assign(globalThis, {
    curve_bn128: await snarkjs.curves.getCurveFromName('bn128', { singleThread: true }),
  });
});
afterAll(() => pool.close());

describe('scorecardRuntime', () => {
  it.each([
    ...goldenRows,
    { ...demo, attributes: { ...demo.attributes, consistent: 0 }, decision: 'review' },
  ])(
    'proves row $row as $decision, for the strict verifier and for snarkjs',
    async ({ attributes, score, decision }) => {
      const task = taskFor(attributeFields(attributes).map(String));
      const outcome = await runtime.run(task, never);
      expect(outcome.public).toEqual({
        decision,
        modelCommitment: modelCommitment(model),
        circuit: 'scorecard@1',
      });
      expect(outcome.outputs['decision']).toEqual({ kind: 'public', value: decision });
      expect(outcome.outputs['limit']).toMatchObject({ kind: 'sealed-fields', value: { score } });
      expect(failedChecks(verify(outcome, task))).toEqual([]);
      const { proof, publicSignals } = outcome.evidence as { proof: JsonObject; publicSignals: string[] };
      const vkey = JSON.parse(Buffer.from(circuit.vkeyBytes).toString('utf8'));
      expect(await snarkjs.groth16.verify(vkey, publicSignals, proof)).toBe(true);
    },
    60_000,
  );

  it('puts manifest and key into the bundle and maps the commitment signals to their edges', async () => {
    const { evidence, blobs, outputs } = await runtime.run(taskFor(demoFields), never);
    expect(blobs).toEqual([circuit.manifestDigest, circuit.vkeyDigest]);
    expect(blobs?.every((digest) => stored.has(digest))).toBe(true);
    expect(evidence).toMatchObject({
      system: 'groth16',
      curve: 'bn254',
      manifest: circuit.manifestDigest,
      vkey: circuit.vkeyDigest,
      publicSignalMap: [
        { index: 0, name: 'featuresCommitment', commitmentOf: 'extract/features' },
        { index: 1, name: 'modelCommitment' },
        { index: 2, name: 'decision' },
        { index: 3, name: 'limitCommitment', commitmentOf: 'score/limit' },
        { index: 4, name: 'context' },
      ],
    });
    const { limit } = outputs;
    if (limit?.kind !== 'sealed-fields') throw new Error('limit must be sealed fields');
    expect(limit.fields).toEqual([600_000n, 673n]);
    expect(limit.salt >> 248n).toBe(0n);
    const { publicSignals } = evidence as { publicSignals: string[] };
    expect(publicSignals[3]).toBe(`${commitmentField(commitPoseidon(limit.fields, limit.salt))}`);
    expect(publicSignals[4]).toBe('777');
  });

  it('makes proofs that hold for their own run only', async () => {
    const task = taskFor(demoFields);
    const outcome = await runtime.run(task, never);
    const reasons = (checks: readonly Check[]) => failedChecks(checks).map(({ reason }) => reason);
    expect(reasons(verify(outcome, task, { context: 778n }))).toEqual(['CONTEXT_MISMATCH']);
    const [stranger] = randomApplicants(1, 1);
    if (stranger === undefined) throw new Error('no applicant');
    const other = taskFor(attributeFields(stranger).map(String));
    expect(reasons(verify(outcome, other))).toEqual(['EDGE_COMMITMENT_MISMATCH']);
    const reviewed = { ...outcome, public: { ...outcome.public, decision: 'review' } };
    expect(reasons(verify(reviewed, task))).toEqual(['PUBLIC_VALUE_MISMATCH']);
  });

  it('salts every limit anew, so that equal applicants cannot be linked', async () => {
    const [first, second] = [
      await runtime.run(taskFor(demoFields), never),
      await runtime.run(taskFor(demoFields), never),
    ];
    const commitment = ({ evidence }: TaskOutcome) =>
      (evidence as { publicSignals: string[] }).publicSignals[3];
    expect(commitment(first)).not.toBe(commitment(second));
  });
});

describe('scorecardRuntime refuses', () => {
  async function refusal(task: OpenTask): Promise<TaskError> {
    const error: unknown = await runtime.run(task, never).catch((thrown: unknown) => thrown);
    if (error instanceof TaskError) return error;
    throw error;
  }

  it('an attribute out of range, without telling it', async () => {
    const fields = demoFields.with(7, '70123');
    const error = await refusal(taskFor(fields));
    expect(error.code).toBe('WITNESS_OUT_OF_RANGE');
    expect(error.message).toContain('amount');
    expect(error.message).not.toContain('70123');
  });

  it('features that did not arrive as an opened Poseidon payload', async () => {
    expect((await refusal(taskFor(demoFields, { inputs: {} }))).code).toBe('WITNESS_OUT_OF_RANGE');
    const value = {
      kind: 'public',
      edge: 'x/features',
      commitment: 'x',
      value: null,
      producer: null,
    } as const;
    expect((await refusal(taskFor(demoFields, { inputs: { features: value } }))).code).toBe(
      'WITNESS_OUT_OF_RANGE',
    );
  });

  it('a proof for features that do not open the commitment of the edge', async () => {
    const task = taskFor(demoFields);
    const { features } = task.inputs;
    if (features?.kind !== 'opened') throw new Error('features must be opened');
    const payload = payloadOf(demoFields.with(7, '2097'));
    const error = await refusal({ ...task, inputs: { features: { ...features, payload } } });
    expect(error.code).toBe('PROOF_INVALID');
    expect(error.message).toContain('EDGE_COMMITMENT_MISMATCH');
  });
});

describe('the shipped key', () => {
  it('has points that the strict parser accepts and went through phase 2', () => {
    const { gamma, delta, ic } = parseVerificationKey(circuit.vkeyBytes);
    expect(gamma.equals(delta)).toBe(false);
    expect(ic).toHaveLength(6);
  });
});
