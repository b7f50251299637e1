import nacl from 'tweetnacl';
import { type Bytes, concatBytes, type Digest, digestOf, equalBytes } from '#canonical';
import { SealingError } from './sealing-error.js';

export const KEY_BYTES = 32;

/** Randomness is an argument: `count` bytes from a cryptographic generator, e.g. `crypto.randomBytes`. */
export type RandomSource = (count: number) => Uint8Array;

/** X25519 keys, raw. Both suites take the same ones. */
export interface SealKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

// Any scalar shows a point of small order: X25519 clamps it to a multiple of 8, and the product is zero.
const PROBE_SCALAR = new Uint8Array(KEY_BYTES);

export function generateSealKeyPair(random: RandomSource): SealKeyPair {
  const secretKey = draw(random, KEY_BYTES);
  return { secretKey, publicKey: sealPublicKey(secretKey) };
}

/** @param secretKey 32 raw bytes */
export function sealPublicKey(secretKey: Uint8Array): Bytes {
  if (secretKey.length !== KEY_BYTES) {
    throw new SealingError(
      'ENVELOPE_MALFORMED',
      `a seal key has ${KEY_BYTES} bytes, got ${secretKey.length}`,
    );
  }
  return concatBytes(nacl.scalarMult.base(concatBytes(secretKey)));
}

/** Name of a recipient key in headers: `sha256:` of the raw public key. */
export function sealKeyId(publicKey: Uint8Array): Digest {
  return digestOf(publicKey);
}

/**
 * Refuses a recipient key that would make the shared secret zero, that is, the payload readable by anybody.
 *
 * @throws SealingError `ENVELOPE_MALFORMED`
 */
export function assertUsablePublicKey(publicKey: Uint8Array, role: string): void {
  if (publicKey.length !== KEY_BYTES) {
    throw new SealingError(
      'ENVELOPE_MALFORMED',
      `key of recipient "${role}" has ${publicKey.length} bytes, expected ${KEY_BYTES}`,
    );
  }
  if (equalBytes(nacl.scalarMult(PROBE_SCALAR, concatBytes(publicKey)), new Uint8Array(KEY_BYTES))) {
    throw new SealingError('ENVELOPE_MALFORMED', `key of recipient "${role}" is a point of small order`);
  }
}

/** Draws from `random` and refuses a source that gives another number of bytes. */
export function draw(random: RandomSource, count: number): Bytes {
  const bytes = random(count);
  if (bytes.length === count) return concatBytes(bytes);
  throw new RangeError(`random source gave ${bytes.length} bytes, expected ${count}`);
}
