import { InferenceError } from './inference-error.js';
import type { DenseLayer, Network } from './network.js';

export interface Inference {
  /** Values of the last layer. As private as the inputs. */
  readonly outputs: readonly number[];
  readonly index: number;
  /** The word of `output.values` at `index`. */
  readonly label: string;
}

/**
 * Evaluates a network bit for bit as its circuit does. The doubles in here are exact integers: `checkNetwork` refused
 * every network that could leave them.
 *
 * @throws InferenceError INPUT_OUT_OF_RANGE, which names the input and its range and never the value
 */
export function evaluateNetwork(network: Network, inputs: readonly number[]): Inference {
  let values: readonly number[] = checkInputs(network, inputs);
  for (const layer of network.layers) values = dense(layer, values).map((sum) => activated(layer, sum));
  const index = decided(network, values);
  const label = network.output.values[index];
  if (label === undefined) throw new InferenceError('NETWORK_MALFORMED', 'output: no word for this decision');
  return { outputs: values, index, label };
}

/** @throws InferenceError INPUT_OUT_OF_RANGE */
export function checkInputs(network: Pick<Network, 'inputs'>, inputs: readonly number[]): readonly number[] {
  let at = 0;
  for (const { name, count, min, max } of network.inputs) {
    for (let index = 0; index < count; index += 1, at += 1) {
      const value = inputs[at];
      if (value === undefined || !Number.isSafeInteger(value) || value < min || value > max) {
        const place = count === 1 ? name : `${name}[${index}]`;
        throw new InferenceError(
          'INPUT_OUT_OF_RANGE',
          `input ${place}: expected an integer from ${min} to ${max}`,
        );
      }
    }
  }
  if (inputs.length !== at) {
    throw new InferenceError('INPUT_OUT_OF_RANGE', `inputs: expected ${at} values, got ${inputs.length}`);
  }
  return inputs;
}

/** `W x + b` of every unit: what a circuit has as a witness of its own where it checks a whole batch at once. */
export function dense(layer: DenseLayer, inputs: readonly number[]): readonly number[] {
  return layer.bias.map((bias, unit) => {
    const row = layer.weights[unit] ?? [];
    let sum = bias;
    for (let index = 0; index < inputs.length; index += 1) sum += (row[index] ?? 0) * (inputs[index] ?? 0);
    return sum;
  });
}

export function activated({ relu, shift }: DenseLayer, sum: number): number {
  if (!relu) return sum;
  return sum > 0 ? Math.floor(sum / 2 ** shift) : 0;
}

function decided({ output }: Network, values: readonly number[]): number {
  if (output.kind === 'thresholds') {
    const [value = 0] = values;
    return output.thresholds.filter((threshold) => value >= threshold).length;
  }
  // The first of equal ones, as a fold with `>` gives it: in the circuit a tie must not be the prover's choice.
  return values.reduce((best, value, index) => (value > (values[best] ?? value) ? index : best), 0);
}
