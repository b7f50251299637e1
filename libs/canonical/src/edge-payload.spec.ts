import { describe, expect, it } from 'vitest';
import { commitPoseidon, commitSha256 } from './commitment.js';
import { commitmentOf, type EdgePayload, encodeEdgePayload, parseEdgePayload } from './edge-payload.js';
import { toBase64, utf8 } from './encoding.js';
import { FIELD_MODULUS } from './poseidon.js';

const refusal = (code: string) => expect.objectContaining({ name: 'CanonicalError', code });
const salt = new Uint8Array(32).fill(5);
const plain: EdgePayload = { alg: 'sha256', label: 'a/b', salt: toBase64(salt), value: { b: 2, a: 1 } };
const fields: EdgePayload = {
  alg: 'poseidon-bn254',
  label: 'a/b',
  salt: '9',
  fields: ['4500', '0'],
  value: { amount: 4500 },
};

describe('edge payloads', () => {
  const text = (payload: unknown) => utf8(JSON.stringify(payload));
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['an array', [], 'COMMITMENT_INVALID'],
    ['an unknown algorithm', { ...plain, alg: 'md5' }, 'COMMITMENT_INVALID'],
    ['a missing value', { alg: 'sha256', label: 'a', salt: plain.salt }, 'COMMITMENT_INVALID'],
    ['a further member', { ...plain, note: 1 }, 'COMMITMENT_INVALID'],
    ['fields beside a SHA-256 salt', { ...plain, fields: ['1'] }, 'COMMITMENT_INVALID'],
    ['a short salt', { ...plain, salt: toBase64(salt.subarray(1)) }, 'COMMITMENT_INVALID'],
    ['a salt that is not base64', { ...plain, salt: 'x' }, 'BASE64_INVALID'],
    ['no fields', { ...fields, fields: [] }, 'COMMITMENT_INVALID'],
    ['16 fields', { ...fields, fields: new Array(16).fill('1') }, 'COMMITMENT_INVALID'],
    ['a numeric field', { ...fields, fields: [1] }, 'COMMITMENT_INVALID'],
    ['a field at the modulus', { ...fields, fields: [FIELD_MODULUS.toString()] }, 'FIELD_RANGE'],
    ['a salt with a leading zero', { ...fields, salt: '09' }, 'FIELD_RANGE'],
    ['a float inside the value', { ...plain, value: { rate: 1.5 } }, 'JSON_FLOAT'],
  ];

  it.each(refused)('refuse %s', (_name, payload, code) => {
    expect(() => parseEdgePayload(text(payload))).toThrow(refusal(code));
  });

  it('are refused at the sender when the receiver could not read them', () => {
    expect(() => encodeEdgePayload({ ...plain, value: 1.5 })).toThrow(refusal('JSON_FLOAT'));
    expect(() => encodeEdgePayload({ ...plain, salt: '' })).toThrow(refusal('COMMITMENT_INVALID'));
  });

  it.each([plain, fields])('survive a round trip: $alg', (payload) => {
    const parsed = parseEdgePayload(encodeEdgePayload(payload));
    expect(parsed).toEqual(payload);
    expect(commitmentOf(parsed)).toBe(commitmentOf(payload));
  });

  it('open the commitment of their value in canonical form', () => {
    expect(commitmentOf(plain)).toBe(commitSha256({ label: 'a/b', salt, plaintext: utf8('{"a":1,"b":2}') }));
  });

  it('open the commitment of their fields', () => {
    expect(commitmentOf(fields)).toBe(commitPoseidon([4500n, 0n], 9n));
  });
});
