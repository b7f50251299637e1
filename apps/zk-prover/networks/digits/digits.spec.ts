// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Json, parseJsonStrict } from '#canonical';
import { inputSlots, measureAccuracy, networkBounds, parseNetwork, parseOnnx, weightCount } from '#inference';
import { networksFolder } from '../../src/circuit/circuit.js';
import { takeDigits } from './draw-digits.js';
import { PIXEL_SCALE } from './train-digits.js';

const read = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(networksFolder(), 'digits', name)));
const network = parseNetwork(read('network.json'));
const card = parseJsonStrict(read('card.json')) as { heldOut: Record<string, Json>; weights: number };

describe('the digit classifier', () => {
  it('is a 196-64-32-10 network of 15,018 weights that one edge can feed', () => {
    expect([196, ...network.layers.map(({ bias }) => bias.length)]).toEqual([196, 64, 32, 10]);
    expect(weightCount(network)).toBe(15_018);
    expect(card.weights).toBe(15_018);
    expect(inputSlots(network).at(-1)).toEqual({ field: 6, at: 72 });
  });

  it('cannot overflow, whatever its weights are', () => {
    expect(() => networkBounds(network, 'model-in-vkey')).not.toThrow();
    expect(() => networkBounds(network, 'model-committed')).not.toThrow();
  });

  it('has the accuracy of its card on held-out pictures, as floats and as integers', () => {
    const { seed, samples, float, quantised, agreed } = card.heldOut;
    const pictures = takeDigits(String(seed), Number(samples));
    const measured = measureAccuracy(parseOnnx(read('digits.onnx')), network, PIXEL_SCALE, pictures);
    expect(measured).toEqual({ samples, float, quantised, agreed });
    expect(measured.quantised / measured.samples).toBeGreaterThan(0.95);
  });
});
