// SPDX-License-Identifier: GPL-3.0
import { type Curve, curves } from 'snarkjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { FIELD_MODULUS as r } from '#canonical';
import { seededRandom } from '#samples';
import { FixedBase } from './fixed-base.js';

let curve: Curve;

beforeAll(async () => {
  curve = await curves.getCurveFromName('bn128', { singleThread: true });
});

describe.each([
  ['G1', 'a small table', 100],
  ['G1', 'the widest table', 2 ** 20],
  ['G2', 'a small table', 100],
  ['G2', 'the widest table', 2 ** 20],
] as const)('multiples of the generator of %s from %s', (name, _, count) => {
  it('are those of the curve, zero and the ends of the field among them', () => {
    const draw = seededRandom(`fixed-base/${name}/${count}`);
    const word = (): bigint => BigInt(draw.integer(0, 2 ** 31 - 1));
    const random = Array.from({ length: 40 }, () =>
      Array.from({ length: 9 }, word).reduce((value, next) => (value << 31n) + next, 0n),
    );
    const scalars = [
      0n,
      1n,
      2n,
      32_767n,
      32_768n,
      r - 1n,
      (1n << 253n) - 1n,
      ...random.map((value) => value % r),
    ];
    const group = curve[name];
    const wanted = scalars.map((scalar) => group.toAffine(group.timesScalar(group.g, scalar)));
    const points = new FixedBase(curve, name, count).multiples(scalars);
    expect(Buffer.from(points).equals(Buffer.concat(wanted))).toBe(true);
  });
});
