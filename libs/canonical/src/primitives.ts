/**
 * The only file of this library that touches the platform's cryptography (`node:crypto`); a browser build puts
 * another file with the same functions in its place. The platform is trusted to compute; what is accepted is
 * decided here.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { type Bytes, concatBytes, fromHex, toHex } from './encoding.js';

// RFC 8410: PKCS#8 and SubjectPublicKeyInfo around a raw Ed25519 key are fixed prefixes.
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420');
const SPKI_PREFIX = fromHex('302a300506032b6570032100');

const KEY_BYTES = 32;
/** Public keys that are kept ready: as many as sign the largest batch of intents, at a kilobyte each. */
const READY_KEYS_MAX = 8_192;
const SIGNATURE_BYTES = 64;
const GCM_TAG_BYTES = 16;
const COUNTER_BYTES = 16;
const FIELD_PRIME = 2n ** 255n - 19n;
/** y of the points whose order divides 8; either sign bit may stand on top. */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]);

export function sha256(...parts: readonly Uint8Array[]): Bytes {
  return hash('sha256', parts);
}

export function sha384(...parts: readonly Uint8Array[]): Bytes {
  return hash('sha384', parts);
}

export function sha512(...parts: readonly Uint8Array[]): Bytes {
  return hash('sha512', parts);
}

export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes {
  const mac = createHmac('sha256', secretKey(key));
  for (const part of parts) mac.update(part);
  return new Uint8Array(mac.digest());
}

/** RFC 5869 with SHA-256. @param info keeps the keys of two uses apart */
export function hkdfSha256(
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  lengthBytes = KEY_BYTES,
): Bytes {
  return new Uint8Array(hkdfSync('sha256', secretKey(secret), salt, info, lengthBytes));
}

/**
 * AES-256-GCM: ciphertext, then the tag of 16 bytes.
 *
 * @param key 32 bytes
 * @param nonce 12 bytes, never twice under one key: a repeated nonce shows the difference of two plaintexts
 */
export function aes256GcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associated: Uint8Array,
): Bytes {
  const cipher = createCipheriv('aes-256-gcm', secretKey(key), nonce, { authTagLength: GCM_TAG_BYTES });
  cipher.setAAD(associated);
  return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** null when it was sealed under another key or with other associated data, or was changed. */
export function aes256GcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associated: Uint8Array,
): Bytes | null {
  if (sealed.length < GCM_TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', secretKey(key), nonce, { authTagLength: GCM_TAG_BYTES });
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(-GCM_TAG_BYTES));
    return concatBytes(decipher.update(sealed.subarray(0, -GCM_TAG_BYTES)), decipher.final());
  } catch {
    return null;
  }
}

/**
 * The first bytes of the AES-256-CTR keystream of a key, counter from zero (NIST SP 800-38A, 6.5): as many as are
 * asked for of what looks random to whoever has not the key. A key serves one keystream, or two of them are equal.
 */
export function aes256CtrKeystream(key: Uint8Array, byteCount: number): Bytes {
  if (key.length !== KEY_BYTES)
    throw new RangeError(`an AES-256 key has ${KEY_BYTES} bytes, got ${key.length}`);
  const cipher = createCipheriv('aes-256-ctr', secretKey(key), new Uint8Array(COUNTER_BYTES));
  return new Uint8Array(cipher.update(new Uint8Array(byteCount)));
}

/** @param seed 32 bytes, the RFC 8032 private key. */
export function ed25519PublicKey(seed: Uint8Array): Bytes {
  const spki = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(SPKI_PREFIX.length));
}

/** @param seed 32 bytes, the RFC 8032 private key. Returns 64 bytes. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Bytes {
  return new Uint8Array(sign(null, message, privateKey(seed)));
}

/**
 * Verifies by one recorded rule: RFC 8032 without the cofactor, S below the group order, and key and R both
 * canonical and not of small order (with a small-order key one signature fits every message). OpenSSL releases
 * differ on small orders, so the points are checked here. Malformed input is an invalid signature, never an
 * exception.
 */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  if (!isAcceptablePoint(publicKey) || !isAcceptablePoint(signature.subarray(0, KEY_BYTES))) return false;
  try {
    return verify(null, message, verifyingKey(publicKey), signature);
  } catch {
    // 32 bytes that are not a point on the curve.
    return false;
  }
}

function isAcceptablePoint(encoded: Uint8Array): boolean {
  const littleEndian = Uint8Array.from(encoded).reverse();
  const y = BigInt(`0x${toHex(littleEndian)}`) & (2n ** 255n - 1n);
  return y < FIELD_PRIME && !SMALL_ORDER_Y.has(y);
}

/** Made from bytes that are known to everybody, so nothing is lost with what is kept. */
const readyKeys = new Map<string, KeyObject>();

/** To read a key takes OpenSSL half as long as to verify with it, and the same signers come again. */
function verifyingKey(publicKey: Uint8Array): KeyObject {
  const name = toHex(publicKey);
  const ready = readyKeys.get(name);
  if (ready !== undefined) return ready;
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  if (readyKeys.size >= READY_KEYS_MAX) readyKeys.clear();
  readyKeys.set(name, key);
  return key;
}

/** Node finds out what bytes are by an exception inside, which costs more than to use them; a key object is known. */
function secretKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes);
}

function privateKey(seed: Uint8Array) {
  if (seed.length !== KEY_BYTES)
    throw new RangeError(`an Ed25519 seed has ${KEY_BYTES} bytes, got ${seed.length}`);
  return createPrivateKey({
    key: Buffer.from(concatBytes(PKCS8_PREFIX, seed)),
    format: 'der',
    type: 'pkcs8',
  });
}

function hash(algorithm: 'sha256' | 'sha384' | 'sha512', parts: readonly Uint8Array[]): Bytes {
  const state = createHash(algorithm);
  for (const part of parts) state.update(part);
  return new Uint8Array(state.digest());
}
