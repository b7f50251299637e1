import { describe, expect, it } from 'vitest';
import { utf8 } from './encoding.js';
import { digestOf, parseDigest } from './hash.js';

const ABC = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('digests', () => {
  it.each([
    ['upper case', ABC.toUpperCase()],
    ['another algorithm', ABC.replace('sha256', 'sha512')],
    ['a missing prefix', ABC.slice(7)],
    ['a short one', ABC.slice(0, -1)],
    ['a trailing newline', `${ABC}\n`],
    ['a commitment', `commit:${ABC}`],
  ])('refuse %s', (_name, text) => {
    expect(() => parseDigest(text)).toThrow(
      expect.objectContaining({ name: 'CanonicalError', code: 'DIGEST_INVALID' }),
    );
  });

  it('are SHA-256 in one text form', () => {
    expect(digestOf(utf8('abc'))).toBe(ABC);
    expect(parseDigest(ABC)).toBe(ABC);
  });
});
