/**
 * The few kernels that training needs, on slices of flat arrays. `?? 0` satisfies the compiler; an index out
 * of range would be a mistake of the caller and shows as a loss that does not fall.
 */

/** `target[at..] += factor * source[from..]` */
export function addScaled(
  target: Float32Array,
  at: number,
  source: Float32Array,
  from: number,
  length: number,
  factor: number,
): void {
  for (let i = 0; i < length; i += 1) {
    target[at + i] = (target[at + i] ?? 0) + factor * (source[from + i] ?? 0);
  }
}

export function dot(a: Float32Array, at: number, b: Float32Array, from: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += (a[at + i] ?? 0) * (b[from + i] ?? 0);
  return sum;
}

/** `input × weights + bias`; weights are row-major, one row an input, as ONNX Gemm takes them. */
export function affine(input: Float32Array, weights: Float32Array, bias: Float32Array): Float32Array {
  const output = Float32Array.from(bias);
  input.forEach((value, row) => {
    addScaled(output, 0, weights, row * bias.length, bias.length, value);
  });
  return output;
}

export function softmax(logits: Float32Array): Float32Array {
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** A learned array with its gradient and the two running moments of Adam (Kingma and Ba, 2015). */
export interface Learned {
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export function learned(value: Float32Array): Learned {
  const { length } = value;
  return {
    value,
    gradient: new Float32Array(length),
    mean: new Float32Array(length),
    variance: new Float32Array(length),
  };
}

const meanDecay = 0.9;
const varianceDecay = 0.99;

/** One Adam step on a slice; leaves its gradient at zero. `step` counts from 1. */
export function adam(target: Learned, at: number, length: number, rate: number, step: number): void {
  const { value, gradient, mean, variance } = target;
  const scale = (rate * Math.sqrt(1 - varianceDecay ** step)) / (1 - meanDecay ** step);
  for (let i = at; i < at + length; i += 1) {
    const slope = gradient[i] ?? 0;
    const first = meanDecay * (mean[i] ?? 0) + (1 - meanDecay) * slope;
    const second = varianceDecay * (variance[i] ?? 0) + (1 - varianceDecay) * slope * slope;
    mean[i] = first;
    variance[i] = second;
    value[i] = (value[i] ?? 0) - (scale * first) / (Math.sqrt(second) + 1e-8);
    gradient[i] = 0;
  }
}
