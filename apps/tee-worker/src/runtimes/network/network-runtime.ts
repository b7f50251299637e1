import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateNetwork, InferenceError, networkDigest, parseInputFields, parseNetwork } from '#inference';
import { type OpenTask, TaskError, type TaskOutcome, type TaskRuntime } from '#worker';

export interface NetworkRuntimeOptions {
  readonly operation: string;
  /** Folder with `network.json`; measured with the image. */
  readonly modelDir: string;
}

/**
 * Decides by a quantised network inside of the enclave: the twin of a proved decision. Both state the digest of their
 * network file and run the same evaluator, so that their answers to the same commitment have to be equal.
 *
 * Input port `features`: opened Poseidon payload. Output `decision`: public.
 * Errors of `run`: TaskError INPUT_INVALID, which repeats no value.
 */
export function networkRuntime({ operation, modelDir }: NetworkRuntimeOptions): TaskRuntime {
  const bytes = new Uint8Array(readFileSync(join(modelDir, 'network.json')));
  const network = parseNetwork(bytes);
  const digest = networkDigest(bytes);
  return {
    operation,
    kind: 'tee.cpu',
    run: (task: OpenTask, signal: AbortSignal): Promise<TaskOutcome> => {
      signal.throwIfAborted();
      const input = task.inputs['features'];
      if (input?.kind !== 'opened' || input.payload.alg !== 'poseidon-bn254') {
        return refused('expected an opened Poseidon payload');
      }
      try {
        const { label } = evaluateNetwork(network, parseInputFields(network, input.payload.fields));
        return Promise.resolve({
          public: { decision: label, network: digest },
          outputs: { decision: { kind: 'public', value: label } },
          evidence: {},
        });
      } catch (error) {
        if (error instanceof InferenceError) return refused(error.message);
        throw error;
      }
    },
  };
}

function refused(message: string): Promise<never> {
  return Promise.reject(new TaskError('INPUT_INVALID', `input features: ${message}`));
}
