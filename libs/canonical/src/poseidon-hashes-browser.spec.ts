import { describe, expect, it } from 'vitest';
import { FIELD_MODULUS } from './poseidon.js';
import * as node from './poseidon-hashes.js';
import * as browser from './poseidon-hashes-browser.js';

const arities = Array.from({ length: 16 }, (_, index) => index + 1);

describe('Poseidon in a browser', () => {
  it.each(arities)('of %i inputs is that of circomlib', (count) => {
    const samples = [
      arities.slice(0, count).map(() => 0n),
      arities.slice(0, count).map(() => FIELD_MODULUS - 1n),
      arities
        .slice(0, count)
        .map((at) => (BigInt(at) * 0x1234_5678_9abc_def0_1234_5678_9abcn) ** 2n % FIELD_MODULUS),
    ];
    for (const inputs of samples) expect(browser.poseidonOf(inputs)).toBe(node.poseidonOf(inputs));
  });

  it.each([0, 17])('of %i inputs is none, as there', (count) => {
    const inputs = Array.from({ length: count }, () => 1n);
    expect(() => browser.poseidonOf(inputs)).toThrow(RangeError);
    expect(() => node.poseidonOf(inputs)).toThrow(RangeError);
  });
});
