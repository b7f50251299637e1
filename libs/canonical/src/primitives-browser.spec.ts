import { describe, expect, it } from 'vitest';
import * as node from './primitives.js';
import * as browser from './primitives-browser.js';

const seed = new Uint8Array(32).fill(7);
const message = new TextEncoder().encode('a statement');
const key = node.ed25519PublicKey(seed);
const signature = node.ed25519Sign(seed, message);
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same signature with S + L, which a verifier that looks at points alone takes for another good one. */
function malleated(bytes: Uint8Array): Uint8Array {
  let value = 0n;
  for (const byte of bytes.slice(32).reverse()) value = (value << 8n) | BigInt(byte);
  let sum = value + GROUP_ORDER;
  const copy = Uint8Array.from(bytes);
  for (let index = 32; index < 64; index++, sum >>= 8n) copy[index] = Number(sum & 0xffn);
  return copy;
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

  it('open and seal nothing, and have every name of those of Node', () => {
    expect(() => browser.aes256GcmOpen()).toThrow('opens nothing');
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });
});
