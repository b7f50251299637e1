import { dense, evaluateNetwork } from './evaluate.js';
import { evaluateFloat, type FloatNetwork, indexOfLargest, type ScaledInputs } from './float-network.js';
import { InferenceError } from './inference-error.js';
import { ACCUMULATOR_BITS_MAX, BIAS_BITS_MAX, SHIFT_MAX } from './limits.js';
import { checkNetwork, type DenseLayer, inputCount, type Network } from './network.js';

export interface QuantiseOptions {
  readonly name: string;
  readonly version: number;
  readonly inputs: ScaledInputs;
  readonly packing: Network['packing'];
  /** Two's complement width of weights. */
  readonly weightBits: number;
  /** Activations that calibration meets are shifted below 2^activationBits; others may be larger and never wrap. */
  readonly activationBits: number;
  /** Integer inputs that say how large activations are. */
  readonly calibration: readonly (readonly number[])[];
  /** Or what it is where one unit of the last layer stands for `scale`, e.g. to make integers of thresholds. */
  readonly output: Network['output'] | ((scale: number) => Network['output']);
}

/**
 * Makes integers of a trained network: one scale a layer, weights rounded to the nearest, sums shifted by powers of two.
 * No value saturates: what the shapes allow is bounded, and a network whose sums could overflow is refused.
 *
 * @throws InferenceError QUANTISATION_FAILED, NETWORK_OVERFLOW, NETWORK_MALFORMED, each with its layer and limit
 */
export function quantise({ layers }: FloatNetwork, options: QuantiseOptions): Network {
  const { name, version, inputs, packing, output } = options;
  let values = options.calibration;
  if (values.length === 0) throw failed('calibration', 'at least one row of inputs');
  let scale = inputs.scale;
  const integers = layers.map((layer, index): DenseLayer => {
    const at = `layers[${index}]`;
    const widest = Math.max(...layer.weights.flat().map(Math.abs));
    if (!(widest > 0) || !Number.isFinite(widest))
      throw failed(at, 'a weight other than zero, all of them finite');
    const weightScale = widest / (2 ** (options.weightBits - 1) - 1);
    const bias = layer.bias.map((value) => whole(value / (scale * weightScale)));
    const biasBits = Math.max(8, ...bias.map(signedBits));
    if (biasBits > BIAS_BITS_MAX) {
      throw failed(
        `${at}.bias`,
        `at most ${BIAS_BITS_MAX} bits, got ${biasBits}; use fewer bits for weights or inputs`,
      );
    }
    const plain: DenseLayer = {
      weights: layer.weights.map((row) => row.map((weight) => whole(weight / weightScale))),
      bias,
      weightBits: options.weightBits,
      biasBits,
      relu: layer.relu,
      shift: 0,
    };
    const sums = values.map((row) => dense(plain, row));
    const shift = layer.relu ? shiftFor(Math.max(...sums.flat()), options.activationBits, at) : 0;
    values = sums.map((row) =>
      row.map((sum) => (layer.relu ? Math.floor(Math.max(sum, 0) / 2 ** shift) : sum)),
    );
    scale = scale * weightScale * 2 ** shift;
    return { ...plain, shift };
  });
  const decided = typeof output === 'function' ? output(scale) : output;
  return checkNetwork({ name, version, inputs: inputs.groups, packing, layers: integers, output: decided });
}

export interface Accuracy {
  readonly samples: number;
  readonly float: number;
  readonly quantised: number;
  /** Samples that both decide alike, right or wrong. */
  readonly agreed: number;
}

/**
 * Right answers of both networks on inputs that neither training nor calibration has seen.
 *
 * @param decide index of the decision over the values of the float network's last layer
 */
export function measureAccuracy(
  float: FloatNetwork,
  network: Network,
  scale: number,
  samples: Iterable<{ readonly inputs: readonly number[]; readonly label: number }>,
  decide: (values: readonly number[]) => number = indexOfLargest,
): Accuracy {
  const counts = { samples: 0, float: 0, quantised: 0, agreed: 0 };
  for (const { inputs, label } of samples) {
    if (inputs.length !== inputCount(network)) throw failed('samples', `${inputCount(network)} inputs each`);
    const wanted = decide(
      evaluateFloat(
        float,
        inputs.map((value) => value * scale),
      ),
    );
    const { index } = evaluateNetwork(network, inputs);
    counts.samples += 1;
    counts.float += wanted === label ? 1 : 0;
    counts.quantised += index === label ? 1 : 0;
    counts.agreed += index === wanted ? 1 : 0;
  }
  return counts;
}

function shiftFor(largest: number, bits: number, at: string): number {
  let shift = 0;
  while (Math.floor(largest / 2 ** shift) >= 2 ** bits) shift += 1;
  if (shift <= SHIFT_MAX) return shift;
  throw failed(`${at}.shift`, `at most ${SHIFT_MAX} bits, got ${shift}; allow more bits for activations`);
}

function whole(value: number): number {
  if (Math.abs(value) < 2 ** ACCUMULATOR_BITS_MAX) return Math.round(value) + 0;
  throw failed('a scaled value', `less than 2^${ACCUMULATOR_BITS_MAX}`);
}

function signedBits(value: number): number {
  let bits = 2;
  while (value < -(2 ** (bits - 1)) || value >= 2 ** (bits - 1)) bits += 1;
  return bits;
}

function failed(at: string, expected: string): InferenceError {
  return new InferenceError('QUANTISATION_FAILED', `${at}: expected ${expected}`);
}
