import { createHmac } from 'node:crypto';
import { NONCE_BYTES, openBytes, sealBytes } from '../keys/aead.js';

const CONTENT_KEY = 'sealflow/blob-content/v1';
/** A key is made of the bytes that it seals, so it seals nothing else. */
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
  if (bytes === null) throw new Error(`blob ${digest}: expected the bytes that were sealed, got others`);
  return bytes;
}
