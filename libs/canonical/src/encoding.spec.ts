import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  u16be,
  u32be,
  u64be,
  utf8,
} from './encoding.js';

const refusal = (code: string) => expect.objectContaining({ name: 'CanonicalError', code });

describe('base64', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['white space', 'AAA A==='],
    ['a trailing newline', 'AAAA\n'],
    ['missing padding', 'AA'],
    ['half the padding', 'AA='],
    ['too much padding', 'AAAA===='],
    ['padding alone', '===='],
    ['padding in the middle', 'AA==AAAA'],
    ['the URL alphabet', '-_-_'],
    ['stray bits before two pads', 'AB=='],
    ['stray bits before one pad', 'AAB='],
    ['a character outside ASCII', 'AAA\u0141'],
  ];

  it.each(refused)('refuses %s', (_name, text) => {
    expect(() => fromBase64(text)).toThrow(refusal('BASE64_INVALID'));
  });

  it.each([
    ['padding', 'AA=='],
    ['the standard alphabet', '+/+/'],
    ['an impossible length', 'AAAAA'],
    ['stray bits', 'AB'],
    ['white space', 'AAA AAAA'],
  ])('in URL form refuses %s', (_name, text) => {
    expect(() => fromBase64Url(text)).toThrow(refusal('BASE64_INVALID'));
  });

  it('agrees with the platform for every length', () => {
    for (let length = 0; length < 100; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length * 7) & 0xff);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
    }
  });

  it('gives the samples of RFC 4648 section 10', () => {
    expect(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => toBase64(utf8(text)))).toEqual([
      '',
      'Zg==',
      'Zm8=',
      'Zm9v',
      'Zm9vYg==',
      'Zm9vYmE=',
      'Zm9vYmFy',
    ]);
  });
});

describe('hex', () => {
  it.each(['0', 'AB', '0g', '0x', ' 0', '00\n'])('refuses %j', (text) => {
    expect(() => fromHex(text)).toThrow(refusal('HEX_INVALID'));
  });

  it('round trips every byte in lower case', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
    expect(fromHex(toHex(bytes))).toEqual(bytes);
  });
});

describe('text', () => {
  it('refuses what has no UTF-8 form, instead of replacing it', () => {
    expect(() => utf8('a\ud800')).toThrow(refusal('JSON_NOT_UTF8'));
    expect(() => fromUtf8(Uint8Array.of(0xff))).toThrow(refusal('JSON_NOT_UTF8'));
  });

  it('keeps a byte order mark', () => {
    expect(fromUtf8(utf8('\ufeffa😀'))).toBe('\ufeffa😀');
  });
});

describe('integers', () => {
  it.each([-1, 0x10000, 1.5, Number.NaN])('refuses %d as 16 bits', (value) => {
    expect(() => u16be(value)).toThrow(refusal('FIELD_RANGE'));
  });

  it('refuses what 32 and 64 bits cannot hold', () => {
    expect(() => u32be(2 ** 32)).toThrow(refusal('FIELD_RANGE'));
    expect(() => u64be(2n ** 64n)).toThrow(refusal('FIELD_RANGE'));
    expect(() => u64be(-1n)).toThrow(refusal('FIELD_RANGE'));
  });

  it('are big endian', () => {
    expect(toHex(u16be(0x0102))).toBe('0102');
    expect(toHex(u32be(0xfffefdfc))).toBe('fffefdfc');
    expect(toHex(u64be(0x0102030405060708n))).toBe('0102030405060708');
  });
});

describe('bytes', () => {
  it('compare by length and content', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
  });

  it('join in order into memory of their own', () => {
    const part = Uint8Array.of(1);
    const joined = concatBytes(part, Uint8Array.of(), Uint8Array.of(2, 3));
    part[0] = 9;
    expect(joined).toEqual(Uint8Array.of(1, 2, 3));
  });
});
