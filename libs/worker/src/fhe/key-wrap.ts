/**
 * The form in which a secret key leaves the engine's process: AES-256-GCM, nonce(12) || ciphertext || tag(16).
 * Only the child calls this, so that the key itself never lies in the memory of the process that talks gRPC.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { FheProcessError } from './fhe-error.js';
import type { WrappedKey } from './fhe-protocol.js';

const nonceBytes = 12;
const tagBytes = 16;
const domain = 'sealflow/fhe-key-wrap/v1\0';

export function wrapSecretKey(secretKey: Uint8Array, wrapKey: Uint8Array, context: string): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', wrapKey, nonce);
  cipher.setAAD(Buffer.from(domain + context, 'utf8'));
  return new Uint8Array(
    Buffer.concat([nonce, cipher.update(secretKey), cipher.final(), cipher.getAuthTag()]),
  );
}

/** The caller wipes the result. @throws FheProcessError `FHE_KEY_UNWRAP_FAILED` */
export function unwrapSecretKey({ wrapped, wrapKey, context }: WrappedKey): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapKey, wrapped.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(domain + context, 'utf8'));
    decipher.setAuthTag(wrapped.subarray(-tagBytes));
    return Buffer.concat([decipher.update(wrapped.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    throw new FheProcessError(
      'FHE_KEY_UNWRAP_FAILED',
      `the FHE key of ${context} does not open: wrong sealing key`,
    );
  }
}
