import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import * as node from './primitives.js';
import * as browser from './primitives-browser.js';

const seed = new Uint8Array(32).fill(7);
const message = new TextEncoder().encode('a statement');
const key = node.ed25519PublicKey(seed);
const signature = node.ed25519Sign(seed, message);
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of Uint8Array.from(bytes).reverse()) value = (value << 8n) | BigInt(byte);
  return value;
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

/** The same signature with S + L, which a verifier that looks at points alone takes for another good one. */
function malleated(bytes: Uint8Array): Uint8Array {
  return new Uint8Array([...bytes.slice(0, 32), ...bytesOf(littleEndian(bytes.slice(32)) + GROUP_ORDER)]);
}

const flipped = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const identity = new Uint8Array(32);
identity[0] = 1;

describe('the primitives of a browser', () => {
  it.each<[name: string, key: Uint8Array, message: Uint8Array, signature: Uint8Array]>([
    ['another message', key, flipped(message, 0), signature],
    ['another key', flipped(key, 3), message, signature],
    ['a changed R', key, message, flipped(signature, 0)],
    ['a changed S', key, message, flipped(signature, 40)],
    ['S above the order of the group', key, message, malleated(signature)],
    ['a key of small order', identity, message, signature],
    ['a short signature', key, message, signature.slice(1)],
    ['no signature', key, message, new Uint8Array()],
    ['a key that is no point', new Uint8Array(32).fill(0xff), message, signature],
  ])('refuse %s as those of Node do', (_, ...input) => {
    expect(browser.ed25519Verify(...input)).toBe(false);
    expect(node.ed25519Verify(...input)).toBe(false);
  });

  it('leave the cofactor out as those of Node do: a key with a part of small order is good for some messages alone', () => {
    const { Point } = ed25519;
    const smallOrder = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
    expect(smallOrder.isSmallOrder()).toBe(true);
    const [secret, once] = [1_234_567n, 7_654_321n];
    const mixedKey = new Uint8Array(Point.BASE.multiply(secret).add(smallOrder).toBytes());
    const encodedR = new Uint8Array(Point.BASE.multiply(once).toBytes());
    const verdicts = Array.from({ length: 48 }, (_, index) => {
      const text = Uint8Array.of(index);
      const k = littleEndian(node.sha512(encodedR, mixedKey, text)) % GROUP_ORDER;
      const made = new Uint8Array([...encodedR, ...bytesOf((once + k * secret) % GROUP_ORDER)]);
      expect(ed25519.verify(made, text, mixedKey)).toBe(true);
      const verdict = browser.ed25519Verify(mixedKey, text, made);
      expect(verdict).toBe(node.ed25519Verify(mixedKey, text, made));
      return { verdict, factor: k % 8n === 0n };
    });
    expect(verdicts.every(({ verdict, factor }) => verdict === factor)).toBe(true);
    expect(new Set(verdicts.map(({ verdict }) => verdict)).size).toBe(2);
  });

  it('have the bytes of those of Node', () => {
    expect(browser.ed25519Verify(key, message, signature)).toBe(true);
    expect(browser.ed25519PublicKey(seed)).toEqual(key);
    expect(browser.ed25519Sign(seed, message)).toEqual(signature);
    expect(browser.sha256(message, seed)).toEqual(node.sha256(message, seed));
    expect(browser.sha384(message, seed)).toEqual(node.sha384(message, seed));
    expect(browser.sha512(message, seed)).toEqual(node.sha512(message, seed));
    expect(browser.hmacSha256(seed, message)).toEqual(node.hmacSha256(seed, message));
    expect(browser.hkdfSha256(seed, key, message, 42)).toEqual(node.hkdfSha256(seed, key, message, 42));
  });

  it.each([0, 1, 15, 16, 17, 4_096])('seal %i bytes to those that Node opens', (count) => {
    const nonce = seed.slice(0, 12);
    const plaintext = Uint8Array.from({ length: count }, (_, index) => index % 251);
    const sealed = browser.aes256GcmSeal(seed, nonce, plaintext, message);
    expect(sealed).toEqual(node.aes256GcmSeal(seed, nonce, plaintext, message));
    expect(browser.aes256GcmOpen(seed, nonce, sealed, message)).toEqual(plaintext);
    expect(browser.aes256CtrKeystream(seed, count)).toEqual(node.aes256CtrKeystream(seed, count));
  });

  it('open nothing that was changed, sealed under another key or said of something else', () => {
    const nonce = seed.slice(0, 12);
    const sealed = node.aes256GcmSeal(seed, nonce, message, key);
    for (const at of [0, sealed.length - 1]) {
      expect(browser.aes256GcmOpen(seed, nonce, flipped(sealed, at), key)).toBeNull();
    }
    expect(browser.aes256GcmOpen(key, nonce, sealed, key)).toBeNull();
    expect(browser.aes256GcmOpen(seed, nonce, sealed, message)).toBeNull();
    expect(browser.aes256GcmOpen(seed, nonce, sealed.slice(0, 15), key)).toBeNull();
  });

  it('take no short key for another cipher', () => {
    const nonce = seed.slice(0, 12);
    expect(() => browser.aes256GcmSeal(seed.slice(0, 16), nonce, message, key)).toThrow(RangeError);
    expect(() => browser.aes256CtrKeystream(seed.slice(0, 16), 16)).toThrow(RangeError);
  });

  it('have every name of those of Node', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });
});
