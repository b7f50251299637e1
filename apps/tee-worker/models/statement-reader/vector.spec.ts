import { describe, expect, it } from 'vitest';
import { adam, addScaled, affine, dot, learned, softmax } from './vector.js';

const floats = (...values: number[]) => Float32Array.from(values);

describe('vector kernels', () => {
  it('add and multiply slices at their offsets', () => {
    const target = floats(1, 2, 3);
    addScaled(target, 1, floats(9, 10, 20), 1, 2, 0.5);
    expect(target).toEqual(floats(1, 7, 13));
    expect(dot(floats(1, 2, 3), 1, floats(4, 5), 0, 2)).toBe(23);
  });

  it('multiply a row vector with a row-major matrix', () => {
    expect(affine(floats(1, 2), floats(1, 2, 3, 4, 5, 6), floats(0, 0, 1))).toEqual(floats(9, 12, 16));
  });

  it('normalise logits of any size', () => {
    expect(softmax(floats(1000, 1000))).toEqual(floats(0.5, 0.5));
  });

  it('walk down a slope by about the learning rate and clear the gradient', () => {
    const target = learned(floats(1, 1));
    target.gradient[0] = 3;
    adam(target, 0, 1, 0.1, 1);
    expect(target.value[0]).toBeCloseTo(0.9, 5);
    expect(target.value[1]).toBe(1);
    expect(target.gradient[0]).toBe(0);
  });
});
