import { createCipheriv, createDecipheriv } from 'node:crypto';

export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

const CIPHER = 'aes-256-gcm';

/** AES-256-GCM (NIST SP 800-38D): the ciphertext, then its tag. A nonce is used once under a key. */
export function sealBytes(key: Buffer, nonce: Buffer, about: Buffer, bytes: Uint8Array): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(about);
  const sealed = cipher.update(bytes);
  cipher.final();
  return Buffer.concat([sealed, cipher.getAuthTag()]);
}

/** Null for what was not sealed so: another key, other words about it, or bytes that were changed or cut. */
export function openBytes(key: Buffer, nonce: Buffer, about: Buffer, sealed: Buffer): Buffer | null {
  if (sealed.length < TAG_BYTES) return null;
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(about);
  decipher.setAuthTag(sealed.subarray(end));
  const bytes = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return bytes;
}
