import { describe, expect, it } from 'vitest';
import { isUlid, ulid } from './ulid.js';

describe('ulid', () => {
  const refusal = (code: string) => expect.objectContaining({ name: 'CanonicalError', code });

  it('refuses times outside 48 bits and other amounts of randomness', () => {
    for (const time of [-1, 2 ** 48, 1.5, Number.NaN]) {
      expect(() => ulid(time, new Uint8Array(10))).toThrow(refusal('TIME_INVALID'));
    }
    expect(() => ulid(0, new Uint8Array(9))).toThrow(refusal('FIELD_RANGE'));
  });

  it('writes time first, so that texts sort by time', () => {
    expect(ulid(0, new Uint8Array(10))).toBe('0'.repeat(26));
    expect(ulid(2 ** 48 - 1, new Uint8Array(10).fill(255))).toBe(`7${'Z'.repeat(25)}`);
    // The time of the ULID specification's example.
    expect(ulid(1469918176385, new Uint8Array(10)).slice(0, 10)).toBe('01ARYZ6S41');
    expect(ulid(1, new Uint8Array(10)) > ulid(0, new Uint8Array(10).fill(255))).toBe(true);
  });

  it('knows its own form and no other', () => {
    expect(isUlid(ulid(1469918176385, new Uint8Array(10).fill(0xab)))).toBe(true);
    for (const text of ['', '0'.repeat(25), '0'.repeat(27), `8${'0'.repeat(25)}`, `0${'a'.repeat(25)}`]) {
      expect(isUlid(text)).toBe(false);
    }
    for (const letter of 'ILOU') expect(isUlid(letter.padStart(26, '0'))).toBe(false);
  });
});
