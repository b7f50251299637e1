// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import { FIELD_MODULUS as r } from '#canonical';
import { brokenConstraints, looseWires, unusedPublicWires } from './check-witness.js';
import { undeterminedWires } from './determinacy.js';
import { R1csError } from './r1cs-error.js';
import {
  type Combination,
  type Constraint,
  type ConstraintSystem,
  readR1cs,
  readWitness,
} from './read-r1cs.js';

/** `{ 0: 1n, 3: -2n }` is 1 - 2 * wire 3. */
type Terms = Readonly<Record<number, bigint>>;

function sum(terms: Terms): Combination {
  return Object.entries(terms).map(([wire, coefficient]) => ({
    wire: Number(wire),
    coefficient: (coefficient + r) % r,
  }));
}

function constraint(a: Terms, b: Terms, c: Terms): Constraint {
  return { a: sum(a), b: sum(b), c: sum(c) };
}

function bit(wire: number): Constraint {
  return constraint({ [wire]: 1n }, { 0: -1n, [wire]: 1n }, {});
}

/** One private input, wire 1; every other wire is to be determined. */
function system(wires: number, constraints: readonly Constraint[]): ConstraintSystem {
  return { wires, publicOutputs: 0, publicInputs: 0, privateInputs: 1, constraints };
}

function digits(count: number, first = 2): Constraint {
  const bits = Array.from({ length: count }, (_, index): [number, bigint] => [
    first + index,
    2n ** BigInt(index),
  ]);
  return constraint({ 0: 1n }, Object.fromEntries(bits), { 1: 1n });
}

const zeroTest = [constraint({ 1: 1n }, { 2: 1n }, { 0: 1n, 3: -1n }), constraint({ 1: 1n }, { 3: 1n }, {})];

describe('a wire is free', () => {
  it.each<[string, ConstraintSystem, readonly number[]]>([
    ['when nothing is about it', system(3, []), [2]],
    ['when it is the inverse of what may be zero', system(4, zeroTest), [2, 3]],
    ['when only its square is fixed', system(3, [constraint({ 2: 1n }, { 2: 1n }, { 1: 1n })]), [2]],
    ['when it is a digit that may be any number', system(4, [digits(2), bit(2)]), [2, 3]],
    [
      'when a number has more bits than the field',
      system(256, [digits(254), ...Array.from({ length: 254 }, (_, n) => bit(n + 2))]),
      Array.from({ length: 254 }, (_, n) => n + 2),
    ],
    ['when a factor beside it may be zero', system(3, [constraint({ 1: 1n }, { 2: 1n }, {})]), [2]],
    [
      'when two of three bits look alike',
      system(5, [
        bit(2),
        bit(3),
        bit(4),
        constraint({ 0: 1n }, { 2: 1n, 3: 1n, 4: 1n }, { 0: 1n }),
        constraint({ 0: 1n }, { 3: 1n, 4: 1n }, { 1: 1n }),
      ]),
      [2, 3, 4],
    ],
    [
      'when a quotient comes without the range of its remainder',
      system(4, [constraint({ 0: 1n }, { 2: 100n, 3: 1n }, { 1: 1n })]),
      [2, 3],
    ],
  ])('%s', (_, given, free) => {
    expect(undeterminedWires(given)).toEqual(free);
  });
});

describe('a wire is determined', () => {
  it.each<[string, ConstraintSystem]>([
    ['as a product of what is known', system(3, [constraint({ 1: 1n }, { 1: 1n }, { 2: 1n })])],
    [
      'as the inverse of what a constraint keeps from zero',
      system(3, [constraint({ 1: 1n }, { 2: 1n }, { 0: 1n })]),
    ],
    [
      'as one of the bits of a number',
      system(10, [digits(8), ...Array.from({ length: 8 }, (_, n) => bit(n + 2))]),
    ],
    [
      'as a test for zero whose inverse is held',
      system(4, [...zeroTest, constraint({ 2: 1n }, { 3: 1n }, {})]),
    ],
    [
      'as one of three',
      system(5, [
        bit(2),
        bit(3),
        bit(4),
        constraint({ 0: 1n }, { 2: 1n, 3: 1n, 4: 1n }, { 0: 1n }),
        constraint({ 0: 1n }, { 3: 1n, 4: 2n }, { 1: 1n }),
      ]),
    ],
  ])('%s', (_, given) => {
    expect(undeterminedWires(given)).toEqual([]);
  });
});

describe('a witness', () => {
  const squared: ConstraintSystem = {
    wires: 4,
    publicOutputs: 1,
    publicInputs: 1,
    privateInputs: 0,
    constraints: [constraint({ 2: 1n }, { 2: 1n }, { 1: 1n })],
  };

  it('is broken where a constraint does not hold, or when it is no witness of the system', () => {
    expect(brokenConstraints(squared, [1n, 9n, 3n, 0n])).toEqual([]);
    expect(brokenConstraints(squared, [1n, 9n + r, 3n, 0n])).toEqual([]);
    expect(brokenConstraints(squared, [1n, 10n, 3n, 0n])).toEqual([0]);
    expect(brokenConstraints(squared, [1n, 9n, 3n])).toEqual([0]);
    expect(brokenConstraints(squared, [2n, 9n, 3n, 0n])).toEqual([0]);
  });

  it('has loose wires where a change is not noticed', () => {
    const loose = looseWires(squared, [1n, 9n, 3n, 0n], () => r - 3n);
    expect([...new Set(loose.map(({ wire }) => wire))]).toEqual([2, 3]);
    expect(loose.find(({ wire }) => wire === 2)).toEqual({ wire: 2, from: 3n, to: r - 3n });
  });

  it('says nothing of a public wire that no constraint names', () => {
    expect(unusedPublicWires(squared)).toEqual([]);
    expect(unusedPublicWires({ ...squared, publicInputs: 2 })).toEqual([3]);
  });
});

function refusal(read: () => unknown): R1csError {
  try {
    read();
  } catch (error) {
    if (error instanceof R1csError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

function number(value: bigint, bytes: number): Buffer {
  return Buffer.from(
    Array.from({ length: bytes }, (_, index) => Number((value >> BigInt(8 * index)) & 255n)),
  );
}

function file(magic: string, version: bigint, sections: readonly [bigint, Buffer][]): Buffer {
  const parts = sections.flatMap(([type, bytes]) => [
    number(type, 4),
    number(BigInt(bytes.length), 8),
    bytes,
  ]);
  return Buffer.concat([
    Buffer.from(magic),
    number(version, 4),
    number(BigInt(sections.length), 4),
    ...parts,
  ]);
}

const prime = Buffer.concat([number(32n, 4), number(r, 32)]);

function header(counts: readonly bigint[], field = prime): Buffer {
  return Buffer.concat([field, ...counts.map((count) => number(count, 4)), number(0n, 8), number(1n, 4)]);
}

const good = header([4n, 1n, 1n, 0n]);
const side = (wire: bigint): Buffer => Buffer.concat([number(1n, 4), number(wire, 4), number(1n, 32)]);
const body = Buffer.concat([side(2n), side(2n), side(1n)]);

describe('a file is refused', () => {
  it.each<[string, string, () => unknown]>([
    ['of nothing', 'R1CS_MALFORMED', () => readR1cs(new Uint8Array())],
    ['with another magic', 'R1CS_MALFORMED', () => readR1cs(file('zkey', 1n, []))],
    ['of another version', 'R1CS_MALFORMED', () => readR1cs(file('r1cs', 2n, []))],
    [
      'with a section longer than the file',
      'R1CS_MALFORMED',
      () => readR1cs(file('r1cs', 1n, [[1n, good]]).subarray(0, -1)),
    ],
    [
      'with bytes behind its sections',
      'R1CS_MALFORMED',
      () => readR1cs(Buffer.concat([file('r1cs', 1n, [[1n, good]]), number(0n, 1)])),
    ],
    [
      'with one section twice',
      'R1CS_MALFORMED',
      () =>
        readR1cs(
          file('r1cs', 1n, [
            [1n, good],
            [1n, good],
          ]),
        ),
    ],
    ['without constraints', 'R1CS_MALFORMED', () => readR1cs(file('r1cs', 1n, [[1n, good]]))],
    [
      'with constraints that end early',
      'R1CS_MALFORMED',
      () =>
        readR1cs(
          file('r1cs', 1n, [
            [1n, good],
            [2n, body.subarray(0, -1)],
          ]),
        ),
    ],
    [
      'with more constraints than it says',
      'R1CS_MALFORMED',
      () =>
        readR1cs(
          file('r1cs', 1n, [
            [1n, good],
            [2n, Buffer.concat([body, body])],
          ]),
        ),
    ],
    [
      'with a wire that it does not have',
      'R1CS_MALFORMED',
      () =>
        readR1cs(
          file('r1cs', 1n, [
            [1n, good],
            [2n, Buffer.concat([side(4n), side(2n), side(1n)])],
          ]),
        ),
    ],
    [
      'with fewer wires than inputs',
      'R1CS_MALFORMED',
      () =>
        readR1cs(
          file('r1cs', 1n, [
            [1n, header([2n, 1n, 1n, 0n])],
            [2n, body],
          ]),
        ),
    ],
    [
      'of another field',
      'WRONG_FIELD',
      () =>
        readR1cs(
          file('r1cs', 1n, [
            [1n, header([4n, 1n, 1n, 0n], Buffer.concat([number(32n, 4), number(r - 2n, 32)]))],
          ]),
        ),
    ],
    [
      'with a number above the field',
      'WTNS_MALFORMED',
      () =>
        readWitness(
          file('wtns', 2n, [
            [1n, Buffer.concat([prime, number(1n, 4)])],
            [2n, number(r, 32)],
          ]),
        ),
    ],
    [
      'with 2^25 wires',
      'LIMIT_EXCEEDED',
      () =>
        readR1cs(
          file('r1cs', 1n, [
            [1n, header([2n ** 25n, 1n, 1n, 0n])],
            [2n, body],
          ]),
        ),
    ],
    [
      'with fewer values than it says',
      'WTNS_MALFORMED',
      () =>
        readWitness(
          file('wtns', 2n, [
            [1n, Buffer.concat([prime, number(2n, 4)])],
            [2n, number(1n, 32)],
          ]),
        ),
    ],
  ])('%s', (_, code, read) => {
    expect(refusal(read).code).toBe(code);
  });

  it('but not when it is in order', () => {
    expect(
      readR1cs(
        file('r1cs', 1n, [
          [1n, good],
          [2n, body],
        ]),
      ),
    ).toEqual({
      wires: 4,
      publicOutputs: 1,
      publicInputs: 1,
      privateInputs: 0,
      constraints: [constraint({ 2: 1n }, { 2: 1n }, { 1: 1n })],
    });
    const values = Buffer.concat([number(1n, 32), number(r - 1n, 32)]);
    expect(
      readWitness(
        file('wtns', 2n, [
          [1n, Buffer.concat([prime, number(2n, 4)])],
          [2n, values],
        ]),
      ),
    ).toEqual([1n, r - 1n]);
  });
});
