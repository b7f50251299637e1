import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from './encoding.js';
import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  hmacSha256,
  sha256,
  sha384,
  sha512,
} from './primitives.js';

// RFC 8032 section 7.1, test 2.
const SEED = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
const PUBLIC_KEY = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
const MESSAGE = fromHex('72');
const SIGNATURE = fromHex(
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
    '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
);

describe('Ed25519', () => {
  it('refuses another message, key or signature', () => {
    const flip = (bytes: Uint8Array, index: number) =>
      bytes.map((byte, at) => (at === index ? byte ^ 1 : byte));
    expect(ed25519Verify(PUBLIC_KEY, utf8('s'), SIGNATURE)).toBe(false);
    expect(ed25519Verify(flip(PUBLIC_KEY, 0), MESSAGE, SIGNATURE)).toBe(false);
    for (const index of [0, 31, 32, 63]) {
      expect(ed25519Verify(PUBLIC_KEY, MESSAGE, flip(SIGNATURE, index))).toBe(false);
    }
  });

  it('answers false to malformed keys and signatures instead of throwing', () => {
    for (const length of [0, 31, 33, 44]) {
      expect(ed25519Verify(new Uint8Array(length), MESSAGE, SIGNATURE)).toBe(false);
    }
    for (const length of [0, 63, 65]) {
      expect(ed25519Verify(PUBLIC_KEY, MESSAGE, new Uint8Array(length))).toBe(false);
    }
    // y = 2 is not on the curve.
    expect(ed25519Verify(Uint8Array.of(2, ...new Uint8Array(31)), MESSAGE, SIGNATURE)).toBe(false);
  });

  it('refuses a signature by the identity key, which fits every message', () => {
    const identity = Uint8Array.of(1, ...new Uint8Array(31));
    expect(ed25519Verify(identity, MESSAGE, Uint8Array.of(...identity, ...new Uint8Array(32)))).toBe(false);
  });

  it('refuses S plus the group order, a second spelling of the same signature', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const little = (bytes: Uint8Array) => BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
    const moved = (little(SIGNATURE.subarray(32)) + order).toString(16).padStart(64, '0');
    const second = Uint8Array.of(...SIGNATURE.subarray(0, 32), ...fromHex(moved).reverse());
    expect(ed25519Verify(PUBLIC_KEY, MESSAGE, second)).toBe(false);
  });

  it('gives the key and signature of RFC 8032', () => {
    expect(ed25519PublicKey(SEED)).toEqual(PUBLIC_KEY);
    expect(ed25519Sign(SEED, MESSAGE)).toEqual(SIGNATURE);
    expect(ed25519Verify(PUBLIC_KEY, MESSAGE, SIGNATURE)).toBe(true);
  });

  it('refuses a seed of another length', () => {
    expect(() => ed25519Sign(new Uint8Array(64), MESSAGE)).toThrow(RangeError);
  });
});

describe('hashes', () => {
  it('give the samples of FIPS 180-4 over parts as over the whole', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(toHex(sha256(utf8('a'), utf8('bc')))).toBe(abc);
    expect(toHex(sha384(utf8('abc'))).slice(0, 16)).toBe('cb00753f45a35e8b');
    expect(toHex(sha512(utf8('abc'))).slice(0, 16)).toBe('ddaf35a193617aba');
  });

  it('give the HMAC of RFC 4231 test case 2', () => {
    expect(toHex(hmacSha256(utf8('Jefe'), utf8('what do ya want '), utf8('for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
