import { InferenceError } from './inference-error.js';
import { ACCUMULATOR_BITS_MAX } from './limits.js';
import type { DenseLayer, Network } from './network.js';

/** Whether the weights are constants of the circuit, or a witness that a commitment holds. */
export type NetworkMode = 'model-in-vkey' | 'model-committed';

export interface Interval {
  readonly min: number;
  readonly max: number;
}

export interface LayerBounds {
  /** What `W x + b` of each unit can be. */
  readonly accumulators: readonly Interval[];
  /** What the unit can give to the next layer. */
  readonly outputs: readonly Interval[];
}

/**
 * The widest values that any input of its range, and in `model-committed` any weights of their width, can lead to.
 * A circuit decomposes accumulators into bits; a width that was guessed too small would have no witness, or two.
 *
 * @throws InferenceError NETWORK_OVERFLOW with layer, unit and limit
 */
export function networkBounds(network: Network, mode: NetworkMode): readonly LayerBounds[] {
  let inputs: readonly Interval[] = network.inputs.flatMap(({ count, min, max }) =>
    Array.from({ length: count }, () => ({ min, max })),
  );
  return network.layers.map((layer, index) => {
    const accumulators = layer.bias.map((_, unit) => {
      const interval = mode === 'model-in-vkey' ? weighed(layer, unit, inputs) : anyWeights(layer, inputs);
      return checked(interval, `layers[${index}] unit ${unit}`, mode);
    });
    const outputs = accumulators.map((interval) => activated(layer, interval));
    inputs = outputs;
    return { accumulators, outputs };
  });
}

/** Bits N with -2^N <= value < 2^N for every value of the interval. */
export function magnitudeBits({ min, max }: Interval): number {
  let bits = 1;
  while (min < -(2 ** bits) || max >= 2 ** bits) bits += 1;
  return bits;
}

function weighed(layer: DenseLayer, unit: number, inputs: readonly Interval[]): Interval {
  const bias = layer.bias[unit] ?? 0;
  return inputs.reduce(
    ({ min, max }, input, index) => {
      const weight = layer.weights[unit]?.[index] ?? 0;
      const [low, high] = weight < 0 ? [input.max, input.min] : [input.min, input.max];
      return { min: min + weight * low, max: max + weight * high };
    },
    { min: bias, max: bias },
  );
}

function anyWeights(layer: DenseLayer, inputs: readonly Interval[]): Interval {
  const half = 2 ** (layer.weightBits - 1);
  const biasHalf = 2 ** (layer.biasBits - 1);
  return inputs.reduce(
    ({ min, max }, input) => {
      const reach = half * Math.max(Math.abs(input.min), Math.abs(input.max));
      return { min: min - reach, max: max + reach };
    },
    { min: -biasHalf, max: biasHalf },
  );
}

function activated(layer: DenseLayer, { min, max }: Interval): Interval {
  if (!layer.relu) return { min, max };
  const shifted = (value: number): number => Math.floor(Math.max(value, 0) / 2 ** layer.shift);
  return { min: shifted(min), max: shifted(max) };
}

function checked(interval: Interval, where: string, mode: NetworkMode): Interval {
  const limit = 2 ** ACCUMULATOR_BITS_MAX;
  if (interval.min >= -limit && interval.max < limit) return interval;
  const reach = Math.max(-interval.min, interval.max);
  throw new InferenceError(
    'NETWORK_OVERFLOW',
    `${where} (${mode}): its sum can reach about 2^${Math.ceil(Math.log2(reach))}, limit 2^${ACCUMULATOR_BITS_MAX}; ` +
      'raise the shift of the layer before it, or use fewer bits for weights or inputs',
  );
}
