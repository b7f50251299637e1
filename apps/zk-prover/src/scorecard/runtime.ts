// SPDX-License-Identifier: GPL-3.0
/**
 * Proves a credit decision: `scorecard.prove`.
 *
 * The prover sees features and model, so it runs inside a confidential VM or at the data owner; the proof protects
 * everyone else from it. Nothing that a child process returns leaves before the strict verifier has tied it to the
 * features that came in, the limit that goes out and the context of the task.
 */
import { randomBytes } from 'node:crypto';
import {
  type Commitment,
  canonicalBytes,
  commitPoseidon,
  contextField,
  digestOf,
  failedChecks,
  isJsonObject,
  type Json,
  type JsonObject,
  parseField,
  toJson,
} from '#canonical';
import { publicSignalMap, type SignalExpectation, verifyGroth16 } from '#proofs';
import { type OpenTask, TaskError, type TaskOutcome, type TaskRuntime } from '#worker';
import { type Circuit, loadCircuit } from '../circuit/circuit.js';
import type { MadeProof, ProverPool } from '../pool/prover-pool.js';
import { parseAttributes, type ScorecardAttributes } from './attributes.js';
import { evaluateScorecard, type ScorecardResult } from './evaluate.js';
import { modelCommitment, type ScorecardModel } from './model.js';
import { ScorecardError } from './scorecard-error.js';
import { buildWitness } from './witness.js';

export interface ScorecardRuntimeOptions {
  /** Folder of the circuit's manifest, keys and witness program. */
  readonly artifactsDir: string;
  /** The bank's weights. Private: only their commitment leaves. */
  readonly model: ScorecardModel;
  /** Source of the limit's salt; the system's unless told. */
  readonly random?: (byteCount: number) => Uint8Array;
}

interface Features {
  readonly edge: string;
  readonly commitment: Commitment;
  readonly attributes: ScorecardAttributes;
  readonly salt: bigint;
}

/**
 * Input port `features`: opened Poseidon payload, the 11 attributes in the order of `ATTRIBUTES`.
 * Outputs: `decision` (public, the word itself) and `limit` (sealed fields `[limitCents, score]`).
 *
 * Errors of `run`: TaskError WITNESS_OUT_OF_RANGE, CIRCUIT_LIMIT_EXCEEDED, PROVER_TIMEOUT, PROVER_CAPACITY,
 * PROVER_FAILED, PROOF_INVALID. None repeats a value.
 */
export function scorecardRuntime(pool: ProverPool, options: ScorecardRuntimeOptions): TaskRuntime {
  const circuit = loadCircuit(options.artifactsDir);
  const random = options.random ?? randomBytes;
  return {
    operation: 'scorecard.prove',
    kind: 'zk.groth16',
    run: (task, signal) => prove(task, signal, { pool, circuit, model: options.model, random }),
  };
}

interface Tools {
  readonly pool: ProverPool;
  readonly circuit: Circuit;
  readonly model: ScorecardModel;
  readonly random: (byteCount: number) => Uint8Array;
}

async function prove(task: OpenTask, signal: AbortSignal, tools: Tools): Promise<TaskOutcome> {
  const { pool, circuit, model } = tools;
  const features = openFeatures(task);
  const result = evaluate(features.attributes, model);
  const limitSalt = contextField(tools.random(32));
  const secrets = { featuresSalt: features.salt, limitSalt };
  const witness = buildWitness(features.attributes, model, secrets, task.context);
  const made = await pool.prove(circuit, witness, signal);

  const limitFields = [BigInt(result.limitCents), BigInt(result.score)];
  const stated = { decision: result.decision, modelCommitment: modelCommitment(model) };
  const startedAt = performance.now();
  const proof = verifiedProof(made, circuit, {
    context: task.context,
    inputs: { features: features.commitment },
    outputs: {
      decision: digestOf(canonicalBytes(result.decision)),
      limit: commitPoseidon(limitFields, limitSalt),
    },
    public: stated,
  });
  const verifyMs = Math.round(performance.now() - startedAt);

  const { name, version } = circuit.manifest;
  const manifest = await task.blobs.put(circuit.manifestBytes);
  const vkey = await task.blobs.put(circuit.vkeyBytes);
  return {
    public: { ...stated, circuit: `${name}@${version}` },
    outputs: {
      decision: { kind: 'public', value: result.decision },
      limit: {
        kind: 'sealed-fields',
        fields: limitFields,
        salt: limitSalt,
        value: { limitCents: result.limitCents, score: result.score },
      },
    },
    evidence: {
      system: 'groth16',
      curve: 'bn254',
      manifest,
      vkey,
      proof,
      publicSignals: [...made.publicSignals],
      publicSignalMap: toJson(
        publicSignalMap(circuit.manifest, {
          inputs: { features: features.edge },
          outputs: { limit: `${task.taskId}/limit` },
        }),
      ),
    },
    blobs: [manifest, vkey],
    metrics: { witnessMs: made.witnessMs, proveMs: made.proveMs, verifyMs, proverRssMiB: made.rssMiB },
  };
}

function openFeatures(task: OpenTask): Features {
  const input = task.inputs['features'];
  if (input?.kind !== 'opened' || input.payload.alg !== 'poseidon-bn254') {
    throw new TaskError('WITNESS_OUT_OF_RANGE', 'input features: expected an opened Poseidon payload');
  }
  const { edge, commitment, payload } = input;
  const attributes = inRange(() => parseAttributes(payload.fields));
  return { edge, commitment, attributes, salt: parseField(payload.salt) };
}

function evaluate(attributes: ScorecardAttributes, model: ScorecardModel): ScorecardResult {
  return inRange(() => evaluateScorecard(attributes, model));
}

/** Refused before a child is asked: the circuit would refuse it too, at the price of a witness. */
function inRange<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScorecardError)
      throw new TaskError('WITNESS_OUT_OF_RANGE', `input features: ${error.message}`);
    throw error;
  }
}

/** A prover returns a proof for a corrupt witness without an error; only verification tells. */
function verifiedProof(made: MadeProof, circuit: Circuit, expectation: SignalExpectation): JsonObject {
  const proof: Json = toJson(JSON.parse(made.proof));
  const checks = verifyGroth16(
    {
      manifest: circuit.manifestBytes,
      vkey: circuit.vkeyBytes,
      proof,
      publicSignals: [...made.publicSignals],
    },
    expectation,
    // Own circuit, whatever its state: whether a dev key is good enough is the verifier's decision.
    { manifests: [circuit.manifestDigest], allowDev: true },
  );
  const failed = failedChecks(checks);
  if (failed.length === 0 && isJsonObject(proof)) return proof;
  const reasons = failed.map(({ id, reason }) => `${id} ${reason}`).join(', ');
  throw new TaskError('PROOF_INVALID', `the proof made here does not verify: ${reasons}`);
}
