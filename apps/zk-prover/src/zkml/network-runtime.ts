// SPDX-License-Identifier: GPL-3.0
/**
 * Proves what a network decides about committed inputs.
 *
 * The prover sees the inputs, so it runs inside a confidential VM or at the data owner. Label and commitment are
 * recomputed here by the evaluator that the TEE worker runs as well; a proof of anything else does not leave the pool.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateNetwork, InferenceError, networkDigest, parseInputFields, parseNetwork } from '#inference';
import { type OpenTask, TaskError, type TaskOutcome, type TaskRuntime } from '#worker';
import { loadCircuit } from '../circuit/circuit.js';
import { openFields, type Prover, proveTask } from '../circuit/prove-task.js';
import { networkWitness } from './network-witness.js';

export interface NetworkRuntimeOptions {
  readonly operation: string;
  /** Artifacts of a `model-in-vkey` circuit, its `network.json` among them. */
  readonly artifactsDir: string;
}

/**
 * Input port `features`: opened Poseidon payload whose fields are the network's packed inputs.
 * Output `decision`: public, the word that the network decides for.
 *
 * Errors of `run`: TaskError WITNESS_OUT_OF_RANGE, or what the pool ends with. None repeats a value.
 */
export function networkRuntime(pool: Prover, options: NetworkRuntimeOptions): TaskRuntime {
  const circuit = loadCircuit(options.artifactsDir);
  const bytes = new Uint8Array(readFileSync(join(options.artifactsDir, 'network.json')));
  const network = parseNetwork(bytes);
  const digest = networkDigest(bytes);
  const { files } = circuit.manifest.source;
  if (!files.some(({ path, digest: listed }) => path.startsWith('networks/') && listed === digest)) {
    throw new Error(
      `network.json of circuit ${circuit.manifest.name}: not the one that the key was made for`,
    );
  }
  return {
    operation: options.operation,
    kind: 'zk.groth16',
    run: async (task: OpenTask, signal: AbortSignal): Promise<TaskOutcome> => {
      const features = openFields(task, 'features');
      const inputs = inRange(() => parseInputFields(network, features.fields));
      const { label } = evaluateNetwork(network, inputs);
      const secrets = { inputSalt: features.salt, modelSalt: 0n };
      const witness = networkWitness(network, 'model-in-vkey', inputs, secrets, task.context);
      return await proveTask(
        task,
        signal,
        { pool, circuit },
        {
          witness,
          inputs: [features],
          outputs: { decision: { kind: 'public', value: label } },
          facts: { network: digest },
        },
      );
    },
  };
}

/** Refused before a child is asked: the circuit would refuse it too, at the price of a witness. */
function inRange<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InferenceError)
      throw new TaskError('WITNESS_OUT_OF_RANGE', `input features: ${error.message}`);
    throw error;
  }
}
