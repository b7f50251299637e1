/**
 * What `primitives.ts` does, where there is no `node:crypto`: a browser build puts this file in its place. It judges by
 * the same rules.
 */
import { ctr, gcm } from '@noble/ciphers/aes.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as sha2of256, sha384 as sha2of384, sha512 as sha2of512 } from '@noble/hashes/sha2.js';
import { type Bytes, concatBytes, equalBytes, toHex } from './encoding.js';

const KEY_BYTES = 32;
const COUNTER_BYTES = 16;
const SIGNATURE_BYTES = 64;
const FIELD_PRIME = 2n ** 255n - 19n;
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** y of the points whose order divides 8; either sign bit may stand on top. */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]);

export function sha256(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(sha2of256(concatBytes(...parts)));
}

export function sha384(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(sha2of384(concatBytes(...parts)));
}

export function sha512(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(sha2of512(concatBytes(...parts)));
}

export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(hmac(sha2of256, key, concatBytes(...parts)));
}

/** RFC 5869 with SHA-256. @param info keeps the keys of two uses apart */
export function hkdfSha256(
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  lengthBytes = KEY_BYTES,
): Bytes {
  return new Uint8Array(hkdf(sha2of256, secret, salt, info, lengthBytes));
}

/** As in `primitives.ts`: ciphertext, then the tag of 16 bytes. */
export function aes256GcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associated: Uint8Array,
): Bytes {
  return new Uint8Array(gcm(requireKey(key), nonce, associated).encrypt(plaintext));
}

/** null when it was sealed under another key or with other associated data, or was changed. */
export function aes256GcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associated: Uint8Array,
): Bytes | null {
  const opener = gcm(requireKey(key), nonce, associated);
  try {
    return new Uint8Array(opener.decrypt(sealed));
  } catch {
    return null;
  }
}

/** As in `primitives.ts`: the first bytes of the keystream of a key, counter from zero. */
export function aes256CtrKeystream(key: Uint8Array, byteCount: number): Bytes {
  return new Uint8Array(
    ctr(requireKey(key), new Uint8Array(COUNTER_BYTES)).encrypt(new Uint8Array(byteCount)),
  );
}

/** The library would take a shorter one for AES-128. */
function requireKey(key: Uint8Array): Uint8Array {
  if (key.length !== KEY_BYTES)
    throw new RangeError(`an AES-256 key has ${KEY_BYTES} bytes, got ${key.length}`);
  return key;
}

/** @param seed 32 bytes, the RFC 8032 private key. */
export function ed25519PublicKey(seed: Uint8Array): Bytes {
  return new Uint8Array(ed25519.getPublicKey(seed));
}

/** @param seed 32 bytes, the RFC 8032 private key. Returns 64 bytes. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Bytes {
  return new Uint8Array(ed25519.sign(message, seed));
}

/**
 * Verifies by the rule that `primitives.ts` records. The library's own verification multiplies by the cofactor, so the
 * equation of RFC 8032 section 5.1.7 is written here without it: R is the encoding of S·B - k·A. Malformed input is an
 * invalid signature, never an exception.
 */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  if (!isAcceptablePoint(publicKey) || !isAcceptablePoint(signature.subarray(0, KEY_BYTES))) return false;
  const s = littleEndian(signature.subarray(KEY_BYTES));
  if (s >= GROUP_ORDER) return false;
  const encodedR = signature.subarray(0, KEY_BYTES);
  const k = littleEndian(sha512(encodedR, publicKey, message)) % GROUP_ORDER;
  const key = pointOf(publicKey);
  if (key === null) return false;
  const r = ed25519.Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k));
  return equalBytes(r.toBytes(), encodedR);
}

function pointOf(encoded: Uint8Array) {
  try {
    return ed25519.Point.fromBytes(encoded);
  } catch {
    // 32 bytes that are not a point on the curve.
    return null;
  }
}

function isAcceptablePoint(encoded: Uint8Array): boolean {
  const y = littleEndian(encoded) & (2n ** 255n - 1n);
  return y < FIELD_PRIME && !SMALL_ORDER_Y.has(y);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}
