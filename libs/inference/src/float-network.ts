import type { InputGroup } from './network.js';

/** A trained network in floating point: what an ONNX file holds and the quantiser takes. */
export interface FloatNetwork {
  readonly layers: readonly FloatLayer[];
}

export interface FloatLayer {
  /** One row a unit. */
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly relu: boolean;
}

/** Values of the last layer. `inputs` are as the network was trained on them, not yet integers. */
export function evaluateFloat({ layers }: FloatNetwork, inputs: readonly number[]): readonly number[] {
  return layers.reduce((values, { weights, bias, relu }) => {
    return bias.map((offset, unit) => {
      const row = weights[unit] ?? [];
      let sum = offset;
      for (let index = 0; index < values.length; index += 1) sum += (row[index] ?? 0) * (values[index] ?? 0);
      return relu ? Math.max(sum, 0) : sum;
    });
  }, inputs);
}

export function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? value) ? index : best), 0);
}

/** An input of a group as the integer `value`; `scale` times it is what the float network was trained on. */
export interface ScaledInputs {
  readonly groups: readonly InputGroup[];
  readonly scale: number;
}
