import { describe, expect, it } from 'vitest';
import {
  commitmentAlg,
  commitmentField,
  commitPoseidon,
  commitSha256,
  contextField,
  deriveSalt,
  deriveSaltField,
  parseCommitment,
  poseidonCommitment,
} from './commitment.js';
import { toHex, utf8 } from './encoding.js';
import { FIELD_MODULUS } from './poseidon.js';

const refusal = (code: string) => expect.objectContaining({ name: 'CanonicalError', code });
const salt = Uint8Array.from({ length: 32 }, (_, index) => index);

describe('SHA-256 commitments', () => {
  it('refuse a salt of another length and a label that has no 16-bit length', () => {
    const plaintext = utf8('x');
    expect(() => commitSha256({ label: 'a', salt: salt.subarray(1), plaintext })).toThrow(
      refusal('COMMITMENT_INVALID'),
    );
    expect(() => commitSha256({ label: 'a'.repeat(65536), salt, plaintext })).toThrow(
      refusal('COMMITMENT_INVALID'),
    );
  });

  // Golden values computed with another implementation (Python hashlib) from the definition.
  it('have the recorded values', () => {
    expect(commitSha256({ label: 'inputs/application', salt, plaintext: utf8('{"amount":4500}') })).toBe(
      'commit:sha256:ee18d7daaa699102810a9bc29d3e08464196df368dedf0338b621f8f611dc0f4',
    );
    expect(commitSha256({ label: '', salt: new Uint8Array(32), plaintext: new Uint8Array() })).toBe(
      'commit:sha256:aa7760d14627994901cdec3da9cc215fe12447bee2278a3702d4a0ddb2805795',
    );
  });

  it('change with the label, the salt and the plaintext', () => {
    const base = { label: 'a/b', salt, plaintext: utf8('4500') };
    const others = [
      { ...base, label: 'a/c' },
      { ...base, salt: new Uint8Array(32) },
      { ...base, plaintext: utf8('4501') },
    ];
    expect(new Set([base, ...others].map(commitSha256)).size).toBe(4);
  });
});

describe('Poseidon commitments', () => {
  it('refuse no fields, more than 15, and values outside the field', () => {
    expect(() => commitPoseidon([], 1n)).toThrow(refusal('FIELD_RANGE'));
    expect(() => commitPoseidon(new Array<bigint>(16).fill(1n), 1n)).toThrow(refusal('FIELD_RANGE'));
    expect(() => commitPoseidon([FIELD_MODULUS], 1n)).toThrow(refusal('FIELD_RANGE'));
    expect(() => commitPoseidon([1n], FIELD_MODULUS)).toThrow(refusal('FIELD_RANGE'));
    expect(() => poseidonCommitment(FIELD_MODULUS)).toThrow(refusal('FIELD_RANGE'));
  });

  it('put the salt last', () => {
    const hash = 7853200120776062878684798364095072458815029376092732009249414926327459813530n;
    const commitment = commitPoseidon([1n], 2n);
    expect(commitment).toBe(`commit:poseidon-bn254:${hash.toString(16).padStart(64, '0')}`);
    expect(commitmentField(commitment)).toBe(hash);
  });

  it('pad small elements to 64 digits', () => {
    expect(poseidonCommitment(10n)).toBe(`commit:poseidon-bn254:${'a'.padStart(64, '0')}`);
  });

  it.each([
    ['a SHA-256 commitment', `commit:sha256:${'0'.repeat(64)}`],
    ['upper case', `commit:poseidon-bn254:${'A'.padStart(64, '0')}`],
    ['63 digits', `commit:poseidon-bn254:${'0'.repeat(63)}`],
    ['an element above r', `commit:poseidon-bn254:${'f'.repeat(64)}`],
    ['r itself', `commit:poseidon-bn254:${FIELD_MODULUS.toString(16)}`],
  ])('give no field for %s', (_name, text) => {
    expect(() => commitmentField(text)).toThrow(refusal('COMMITMENT_INVALID'));
  });
});

describe('commitment texts', () => {
  it('are of three kinds', () => {
    const digits = '0'.repeat(64);
    expect(commitmentAlg(`sha256:${digits}`)).toBe('digest');
    expect(commitmentAlg(`commit:sha256:${digits}`)).toBe('sha256');
    expect(commitmentAlg(`commit:poseidon-bn254:${digits}`)).toBe('poseidon-bn254');
  });

  it.each(['', 'commit:', `commit:md5:${'0'.repeat(64)}`, `commit:sha256:${'0'.repeat(65)}`])(
    'are not %j',
    (text) => {
      expect(() => parseCommitment(text)).toThrow(refusal('COMMITMENT_INVALID'));
    },
  );
});

describe('derived salts', () => {
  const secret = new Uint8Array(32).fill(0x2a);

  it('refuse a short secret', () => {
    expect(() => deriveSalt(new Uint8Array(31), 'a')).toThrow(refusal('COMMITMENT_INVALID'));
  });

  it('have the recorded values', () => {
    expect(toHex(deriveSalt(secret, 'score/limit'))).toBe(
      '87c639a78a34d6084bf56d4b17b1c8d5fe9b907dcd3309cbaaed81c10c9cae4a',
    );
    expect(deriveSaltField(secret, 'score/limit')).toBe(
      239892453882713963868264994725270717013929166151244131271492877153265818798n,
    );
  });

  it('differ by label', () => {
    expect(deriveSalt(secret, 'a')).not.toEqual(deriveSalt(secret, 'b'));
  });
});

describe('contextField', () => {
  it('takes 31 bytes big endian and ignores the rest', () => {
    const digest = new Uint8Array(32);
    digest[30] = 1;
    digest[31] = 0xff;
    expect(contextField(digest)).toBe(1n);
    expect(contextField(new Uint8Array(32).fill(0xff))).toBe(2n ** 248n - 1n);
    expect(() => contextField(new Uint8Array(30))).toThrow(refusal('FIELD_RANGE'));
  });
});
