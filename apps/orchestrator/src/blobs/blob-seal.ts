import { createHash, createHmac } from 'node:crypto';
import { NONCE_BYTES, openBytes, sealBytes, TAG_BYTES } from '../keys/aead.js';
import { packedForm, unpackedForm } from './packed-ciphertexts.js';

const CONTENT_KEY = 'sealflow/blob-content/v1';
/** A key is made of the bytes that it seals, so it seals nothing else as they are. */
const ONLY_NONCE = Buffer.alloc(NONCE_BYTES);

/**
 * The key of a small blob. Whoever has the bytes makes the same key, so that a blob that many have is kept once, and each
 * of them seals its key under a key of its own without having to be given it. It tells a guesser of the bytes no more
 * than the digest does, under which the blob is kept anyway.
 */
export function contentKey(bytes: Uint8Array): Buffer {
  return createHmac('sha256', CONTENT_KEY).update(bytes).digest();
}

export function sealBlob(key: Buffer, digest: string, bytes: Uint8Array): Buffer {
  return sealBytes(key, ONLY_NONCE, Buffer.from(digest), bytes);
}

/** @throws Error for bytes that are not what was sealed */
export function openBlob(key: Buffer, digest: string, sealed: Buffer): Buffer {
  const bytes = openBytes(key, ONLY_NONCE, Buffer.from(digest), sealed);
  if (bytes === null) throw notSealed(digest);
  return bytes;
}

/** A blob as it lies in the store: packed where that makes it smaller, and sealed. */
export function sealAtRest(key: Buffer, digest: string, bytes: Uint8Array): Buffer {
  const packed = packedForm(bytes);
  if (packed === null || packed.length + NONCE_BYTES >= bytes.length) return sealBlob(key, digest, bytes);
  // Another release of zstd packs the same bytes to others, under the same key: the nonce follows what is sealed.
  const nonce = createHash('sha256').update(packed).digest().subarray(0, NONCE_BYTES);
  return Buffer.concat([nonce, sealBytes(key, nonce, aboutPacked(digest), packed)]);
}

/**
 * @param size of the blob: whatever lies in more bytes than that was sealed as it was
 * @throws Error for bytes that are not what was sealed, CiphertextError for packed ones that are none
 */
export function openAtRest(key: Buffer, digest: string, sealed: Buffer, size: number): Buffer {
  if (sealed.length >= size + TAG_BYTES) return openBlob(key, digest, sealed);
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const packed = openBytes(key, nonce, aboutPacked(digest), sealed.subarray(NONCE_BYTES));
  if (packed === null) throw notSealed(digest);
  return unpackedForm(packed);
}

function aboutPacked(digest: string): Buffer {
  return Buffer.from(`packed ${digest}`);
}

function notSealed(digest: string): Error {
  return new Error(`blob ${digest}: expected the bytes that were sealed, got others`);
}
