// SPDX-License-Identifier: GPL-3.0
/**
 * From a witness to the outcome of a task, for every circuit.
 *
 * Whoever makes the proof is not believed: nothing leaves the pool before the strict verifier has tied it to the edges
 * that came in, those that go out, the facts that the step states and the context of the task.
 */
import {
  type Commitment,
  canonicalBytes,
  commitPoseidon,
  digestOf,
  type Json,
  type JsonObject,
  parseField,
  toJson,
} from '#canonical';
import { boundOutputs, publicSignalMap, unboundOutputs } from '#proofs';
import { type OpenTask, TaskError, type TaskOutcome, type TaskOutput } from '#worker';
import { priorityOf } from '../jobs/proof-queue.js';
import type { CircuitInput } from '../pool/messages.js';
import type { ProverPool } from '../pool/prover-pool.js';
import type { Circuit } from './circuit.js';

export type Prover = Pick<ProverPool, 'prove'>;

/** What a circuit's runtime says of one task; the rest follows from the circuit's manifest. */
export interface TaskProof {
  readonly witness: CircuitInput;
  /** Commitment signals of inputs: the ports that the circuit opens. */
  readonly inputs: readonly FieldsInput[];
  readonly outputs: Readonly<Record<string, ProvedOutput>>;
  /** Facts beside the public outputs, which are facts as well: nullifiers, roots, a model's commitment. */
  readonly facts: JsonObject;
}

export type ProvedOutput = Extract<TaskOutput, { kind: 'public' | 'sealed-fields' }>;

/** An opened input with the fields and the salt of its Poseidon commitment. */
export interface FieldsInput {
  readonly port: string;
  readonly edge: string;
  readonly commitment: Commitment;
  readonly fields: readonly string[];
  readonly salt: bigint;
}

/** @throws TaskError WITNESS_OUT_OF_RANGE */
export function openFields(task: OpenTask, port: string): FieldsInput {
  const input = task.inputs[port];
  if (input?.kind !== 'opened' || input.payload.alg !== 'poseidon-bn254') {
    throw new TaskError('WITNESS_OUT_OF_RANGE', `input ${port}: expected an opened Poseidon payload`);
  }
  const { edge, commitment, payload } = input;
  return { port, edge, commitment, fields: payload.fields, salt: parseField(payload.salt) };
}

/**
 * Refused before a witness is made: whoever reads an output that no public signal names would believe the prover for
 * it, under a step that says PROVED.
 *
 * @throws TaskError OUTPUT_UNBOUND
 */
export function requireBoundOutputs(
  { manifest }: Circuit,
  operation: string,
  ports: readonly string[],
): void {
  const [port] = unboundOutputs(manifest, ports);
  if (port === undefined) return;
  const { name, version } = manifest;
  throw new TaskError(
    'OUTPUT_UNBOUND',
    `output ${port} of ${operation}: expected one that a public signal of circuit ${name}@${version} names (${boundOutputs(manifest).join(', ') || 'none'}): prove it by a circuit whose manifest names it`,
  );
}

/** @throws ProofFailure of the pool, TaskError OUTPUT_UNBOUND, and the reason of `signal` */
export async function proveTask(
  task: OpenTask,
  signal: AbortSignal,
  { pool, circuit }: { readonly pool: Prover; readonly circuit: Circuit },
  { witness, inputs, outputs, facts }: TaskProof,
): Promise<TaskOutcome> {
  requireBoundOutputs(circuit, task.operation, Object.keys(outputs));
  const stated = { ...facts, ...publicValues(outputs) };
  const made = await pool.prove(circuit, witness, signal, {
    priority: priorityOf(task.parameters),
    expectation: {
      context: task.context,
      inputs: Object.fromEntries(inputs.map(({ port, commitment }) => [port, commitment])),
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([port, output]) => [port, commitmentOfOutput(output)]),
      ),
      public: stated,
    },
  });
  const { name, version } = circuit.manifest;
  const manifest = await task.blobs.put(circuit.manifestBytes);
  const vkey = await task.blobs.put(circuit.vkeyBytes);
  return {
    public: { ...stated, circuit: `${name}@${version}` },
    outputs,
    evidence: {
      system: 'groth16',
      curve: 'bn254',
      manifest,
      vkey,
      proof: toJson(JSON.parse(made.proof)),
      publicSignals: [...made.publicSignals],
      publicSignalMap: toJson(
        publicSignalMap(circuit.manifest, {
          inputs: Object.fromEntries(inputs.map(({ port, edge }) => [port, edge])),
          outputs: Object.fromEntries(Object.keys(outputs).map((port) => [port, `${task.taskId}/${port}`])),
        }),
      ),
    },
    blobs: [manifest, vkey],
    metrics: {
      witnessMs: made.witnessMs,
      proveMs: made.proveMs,
      verifyMs: made.verifyMs,
      proverRssMiB: made.rssMiB,
    },
  };
}

function publicValues(outputs: TaskProof['outputs']): JsonObject {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([port, output]): [string, Json][] =>
      output.kind === 'public' ? [[port, output.value]] : [],
    ),
  );
}

function commitmentOfOutput(output: ProvedOutput): Commitment {
  return output.kind === 'public'
    ? digestOf(canonicalBytes(output.value))
    : commitPoseidon(output.fields, output.salt);
}
