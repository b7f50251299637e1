// SPDX-License-Identifier: GPL-3.0
/**
 * Proves a credit decision: `scorecard.prove`.
 *
 * The prover sees features and model, so it runs inside a confidential VM or at the data owner; the proof protects
 * everyone else from it. Nothing that a child process returns leaves the pool before the strict verifier has tied it to
 * the features that came in, the limit that goes out and the context of the task.
 */
import { randomBytes } from 'node:crypto';
import { contextField } from '#canonical';
import { type OpenTask, TaskError, type TaskOutcome, type TaskRuntime } from '#worker';
import { type Circuit, loadCircuit } from '../circuit/circuit.js';
import { openFields, type Prover, proveTask } from '../circuit/prove-task.js';
import { parseAttributes } from './attributes.js';
import { evaluateScorecard } from './evaluate.js';
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

/**
 * Input port `features`: opened Poseidon payload, the 11 attributes in the order of `ATTRIBUTES`.
 * Outputs: `decision` (public, the word itself) and `limit` (sealed fields `[limitCents, score]`).
 *
 * Errors of `run`: TaskError WITNESS_OUT_OF_RANGE, CIRCUIT_LIMIT_EXCEEDED, CIRCUIT_ARTIFACT_MISMATCH,
 * PROVER_TIMEOUT, PROVER_CAPACITY, PROVER_FAILED, PROOF_INVALID. None repeats a value.
 */
export function scorecardRuntime(pool: Prover, options: ScorecardRuntimeOptions): TaskRuntime {
  const circuit = loadCircuit(options.artifactsDir);
  const random = options.random ?? randomBytes;
  return {
    operation: 'scorecard.prove',
    kind: 'zk.groth16',
    run: (task, signal) => prove(task, signal, { pool, circuit, model: options.model, random }),
  };
}

interface Tools {
  readonly pool: Prover;
  readonly circuit: Circuit;
  readonly model: ScorecardModel;
  readonly random: (byteCount: number) => Uint8Array;
}

async function prove(task: OpenTask, signal: AbortSignal, tools: Tools): Promise<TaskOutcome> {
  const { model } = tools;
  const features = openFields(task, 'features');
  const attributes = inRange(() => parseAttributes(features.fields));
  const { decision, limitCents, score } = inRange(() => evaluateScorecard(attributes, model));
  const limitSalt = contextField(tools.random(32));
  const secrets = { featuresSalt: features.salt, limitSalt };
  return await proveTask(task, signal, tools, {
    witness: buildWitness(attributes, model, secrets, task.context),
    inputs: [features],
    outputs: {
      decision: { kind: 'public', value: decision },
      limit: {
        kind: 'sealed-fields',
        fields: [BigInt(limitCents), BigInt(score)],
        salt: limitSalt,
        value: { limitCents, score },
      },
    },
    facts: { modelCommitment: modelCommitment(model) },
  });
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
