// SPDX-License-Identifier: GPL-3.0

import type { FloatNetwork } from '#inference';
import { type SeededRandom, seededRandom } from '#samples';
import { drawDigits, SIDE } from './draw-digits.js';

export interface DigitPlan {
  readonly seed: string;
  /** Pictures seen once each; none is repeated, so there is nothing to learn by heart. */
  readonly pictures: number;
  readonly batchSize: number;
  /** Highest learning rate in millionths; it falls in a straight line. */
  readonly rateMillionths: number;
  readonly hidden: readonly number[];
}

/** Pixels go into the network as 0 to 1. */
export const PIXEL_SCALE = 1 / 255;
const CLASSES = 10;

interface LearnedLayer {
  readonly inputs: number;
  readonly units: number;
  /** Row-major, one row a unit; then the biases. */
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** Same plan, same weights. */
export function trainDigits(plan: DigitPlan, report: (line: string) => void): FloatNetwork {
  const draw = seededRandom(`${plan.seed}/weights`);
  const sizes = [SIDE * SIDE, ...plan.hidden, CLASSES];
  const layers = sizes.slice(1).map((units, index) => randomLayer(sizes[index] ?? 0, units, draw));
  const pictures = drawDigits(`${plan.seed}/training`);
  const steps = Math.floor(plan.pictures / plan.batchSize);
  for (let step = 1; step <= steps; step += 1) {
    let loss = 0;
    for (let index = 0; index < plan.batchSize; index += 1) {
      const { inputs, label } = pictures.next().value;
      loss += accumulate(
        layers,
        inputs.map((pixel) => pixel * PIXEL_SCALE),
        label,
        1 / plan.batchSize,
      );
    }
    const rate = (plan.rateMillionths / 1e6) * (1 - (step - 1) / steps);
    for (const layer of layers) adam(layer, rate, step);
    if (step % Math.ceil(steps / 10) === 0)
      report(`step ${step} of ${steps}, loss ${(loss / plan.batchSize).toFixed(3)}`);
  }
  return {
    layers: layers.map(({ inputs, units, values }, index) => ({
      weights: Array.from({ length: units }, (_, unit) => [
        ...values.subarray(unit * inputs, (unit + 1) * inputs),
      ]),
      bias: [...values.subarray(units * inputs)],
      relu: index < layers.length - 1,
    })),
  };
}

/** Adds one picture's gradients; gives its cross entropy. */
function accumulate(
  layers: readonly LearnedLayer[],
  inputs: readonly number[],
  label: number,
  share: number,
): number {
  const values: Float32Array[] = [Float32Array.from(inputs)];
  layers.forEach((layer, index) => {
    values.push(forward(layer, values[index] ?? new Float32Array(), index < layers.length - 1));
  });
  const logits = values.at(-1) ?? new Float32Array();
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  // Softmax and cross entropy together: the slope of a logit is its probability minus the truth.
  let slope: Float32Array = powers.map((power, index) => (power / sum - (index === label ? 1 : 0)) * share);
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const layer = layers[index];
    if (layer !== undefined) slope = backward(layer, values[index] ?? new Float32Array(), slope);
    slope = slope.map((value, unit) => ((values[index]?.[unit] ?? 0) > 0 ? value : 0));
  }
  return -Math.log(Math.max((powers[label] ?? 0) / sum, 1e-12));
}

function forward({ inputs, units, values }: LearnedLayer, from: Float32Array, relu: boolean): Float32Array {
  const result = new Float32Array(units);
  for (let unit = 0; unit < units; unit += 1) {
    let sum = values[units * inputs + unit] ?? 0;
    const row = unit * inputs;
    for (let index = 0; index < inputs; index += 1) sum += (values[row + index] ?? 0) * (from[index] ?? 0);
    result[unit] = relu ? Math.max(sum, 0) : sum;
  }
  return result;
}

function backward(
  { inputs, units, values, gradient }: LearnedLayer,
  from: Float32Array,
  slope: Float32Array,
): Float32Array {
  const result = new Float32Array(inputs);
  for (let unit = 0; unit < units; unit += 1) {
    const factor = slope[unit] ?? 0;
    if (factor === 0) continue;
    const row = unit * inputs;
    gradient[units * inputs + unit] = (gradient[units * inputs + unit] ?? 0) + factor;
    for (let index = 0; index < inputs; index += 1) {
      gradient[row + index] = (gradient[row + index] ?? 0) + factor * (from[index] ?? 0);
      result[index] = (result[index] ?? 0) + factor * (values[row + index] ?? 0);
    }
  }
  return result;
}

/** Kingma and Ba, 2015. Leaves the gradient at zero. */
function adam({ values, gradient, mean, variance }: LearnedLayer, rate: number, step: number): void {
  const scale = (rate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
  for (let index = 0; index < values.length; index += 1) {
    const slope = gradient[index] ?? 0;
    const first = 0.9 * (mean[index] ?? 0) + 0.1 * slope;
    const second = 0.999 * (variance[index] ?? 0) + 0.001 * slope * slope;
    mean[index] = first;
    variance[index] = second;
    values[index] = (values[index] ?? 0) - (scale * first) / (Math.sqrt(second) + 1e-8);
    gradient[index] = 0;
  }
}

/** He initialisation for ReLU: keeps the scale of activations from layer to layer. */
function randomLayer(inputs: number, units: number, draw: SeededRandom): LearnedLayer {
  const length = units * inputs + units;
  const width = Math.sqrt(6 / inputs);
  return {
    inputs,
    units,
    values: Float32Array.from({ length }, (_, index) =>
      index < units * inputs ? width * (2 * draw.float() - 1) : 0,
    ),
    gradient: new Float32Array(length),
    mean: new Float32Array(length),
    variance: new Float32Array(length),
  };
}
