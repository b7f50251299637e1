import { describe, expect, it } from 'vitest';
import { type JsonObject } from '#canonical';
import {
  expectationFor,
  honest,
  key,
  piA,
  proofWith,
  reasons,
  signals,
  signalsWith,
} from './groth16-case.fixture.js';
import { proveByTrapdoor } from './trapdoor.js';

describe('verifyGroth16 against public signals with a second spelling', () => {
  it.each(['0x63', '099', ' 99', '99 ', '+99', '-99', '9_9', '', '99n', '9'.repeat(10_000)])(
    'refuses %j',
    (text) => {
      expect(reasons({ publicSignals: signalsWith(4, text) })).toEqual(['FIELD_RANGE']);
    },
  );

  it('refuses a signal that is a JSON number', () => {
    expect(reasons({ publicSignals: [1, 2, 3, 4, 5] })).toEqual(['FIELD_RANGE']);
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
  it.each([
    ['a sign', (x: bigint) => `+${x}`],
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
