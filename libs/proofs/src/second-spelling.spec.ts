import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, it } from 'vitest';
import { FIELD_MODULUS, type JsonObject } from '#canonical';
import {
  expectationFor,
  honest,
  key,
  piA,
  proofWith,
  reasons,
  signals,
  signalsWith,
} from './groth16-case.js';
import { BASE_MODULUS } from './points.js';
import { proveByTrapdoor } from './trapdoor.js';

describe('verifyGroth16 against public signals with a second spelling', () => {
  it('refuses signal + r', () => {
    expect(reasons({ publicSignals: signalsWith(4, `${99n + FIELD_MODULUS}`) })).toEqual(['FIELD_RANGE']);
  });

  it.each(['0x63', '099', ' 99', '99 ', '+99', '-99', '9_9', '', '99n', '9'.repeat(10_000)])(
    'refuses %j',
    (text) => {
      expect(reasons({ publicSignals: signalsWith(4, text) })).toEqual(['FIELD_RANGE']);
    },
  );

  it('refuses a signal that is a JSON number', () => {
    expect(reasons({ publicSignals: [1, 2, 3, 4, 5] })).toEqual(['FIELD_RANGE']);
  });

  it('refuses to drop the last signal although its value is zero', () => {
    const zero = [...signals.slice(0, 4), 0n];
    const change = { proof: proveByTrapdoor(key, zero), expectation: expectationFor('approve', 0n) };
    expect(reasons({ ...change, publicSignals: zero.map(String) })).toEqual([]);
    expect(reasons({ ...change, publicSignals: zero.slice(0, 4).map(String) })).toEqual([
      'SIGNAL_SCHEMA_MISMATCH',
    ]);
  });

  it('refuses an extra signal without throwing', () => {
    expect(reasons({ publicSignals: [...signals, 0n].map(String) })).toEqual(['SIGNAL_SCHEMA_MISMATCH']);
  });

  it('refuses a signal wider than its declared width', () => {
    const wide = [...signals.slice(0, 4), 1n << 248n];
    const change = { proof: proveByTrapdoor(key, wide), publicSignals: wide.map(String) };
    expect(reasons({ ...change, expectation: expectationFor('approve', 1n << 248n) })).toEqual([
      'SIGNAL_SCHEMA_MISMATCH',
    ]);
  });

  it('refuses swapped signals', () => {
    const [first, second, ...rest] = signals.map(String);
    expect(reasons({ publicSignals: [`${second}`, `${first}`, ...rest] })).toContain('PROOF_INVALID');
  });
});

describe('verifyGroth16 against proofs with a second spelling', () => {
  it('refuses a coordinate + q', () => {
    expect(reasons({ proof: piA((x) => `${x + BASE_MODULUS}`) })).toEqual(['FIELD_RANGE']);
  });

  it.each([
    ['hex', (x: bigint) => `0x${x.toString(16)}`],
    ['a leading zero', (x: bigint) => `0${x}`],
    ['a leading space', (x: bigint) => ` ${x}`],
    ['a trailing newline', (x: bigint) => `${x}\n`],
  ])('refuses a coordinate with %s', (_name, respell) => {
    expect(reasons({ proof: piA(respell) })).toEqual(['FIELD_RANGE']);
  });

  it.each(['7', '0', '01', ''])('refuses %j as third coordinate', (z) => {
    const [x, y] = (honest.proof as { pi_a: string[] }).pi_a;
    expect(reasons({ proof: proofWith({ pi_a: [`${x}`, `${y}`, z] }) })).toEqual(['POINT_INVALID']);
  });

  it('refuses infinity in every spelling', () => {
    expect(reasons({ proof: proofWith({ pi_a: ['0', '0', '1'] }) })).toEqual(['POINT_INVALID']);
    expect(reasons({ proof: proofWith({ pi_a: ['0', '1', '0'] }) })).toEqual(['POINT_INVALID']);
    const zero = ['0', '0'];
    expect(reasons({ proof: proofWith({ pi_b: [zero, zero, ['1', '0']] }) })).toEqual(['POINT_INVALID']);
    expect(reasons({ proof: proofWith({ pi_b: [zero, ['1', '0'], zero] }) })).toEqual(['POINT_INVALID']);
  });

  it('refuses a point off the curve', () => {
    expect(reasons({ proof: proofWith({ pi_a: ['1', '3', '1'] }) })).toEqual(['POINT_INVALID']);
  });

  it('refuses a G2 point on the twist but outside the subgroup', () => {
    const { x, y } = twistPointOutsideSubgroup();
    const pi_b = [
      [`${x.c0}`, `${x.c1}`],
      [`${y.c0}`, `${y.c1}`],
      ['1', '0'],
    ];
    expect(reasons({ proof: proofWith({ pi_b }) })).toEqual(['POINT_INVALID']);
  });

  it.each([
    ['an unknown member', { extra: '1' }],
    ['another protocol', { protocol: 'plonk' }],
    ['another curve', { curve: 'bls12381' }],
    ['another name of the curve', { curve: 'bn254' }],
  ])('refuses %s', (_name, members) => {
    expect(reasons({ proof: proofWith(members) })).toEqual(['PROOF_MALFORMED']);
  });

  it('refuses a missing member', () => {
    const { pi_c: _dropped, ...rest } = honest.proof as JsonObject;
    expect(reasons({ proof: rest })).toEqual(['PROOF_MALFORMED']);
  });
});

/** The twist has a large cofactor, so the first point found by trying x = 1, 2, ... lies outside the subgroup. */
function twistPointOutsideSubgroup(): { x: { c0: bigint; c1: bigint }; y: { c0: bigint; c1: bigint } } {
  const { Fp2 } = bn254.fields;
  for (let c0 = 1n; ; c0 += 1n) {
    const x = Fp2.fromBigTuple([c0, 0n]);
    const right = Fp2.add(Fp2.mul(Fp2.sqr(x), x), bn254.G2.Point.CURVE().b);
    try {
      const y = Fp2.sqrt(right);
      if (Fp2.eql(Fp2.sqr(y), right)) return { x, y };
    } catch {
      // Not a square: the next x.
    }
  }
}
