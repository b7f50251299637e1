import { hash } from 'node:crypto';

/**
 * An API key is `sfk_<id>_<secret>`: 16 hex digits that name it, which may be shown, and 64 that nobody keeps but its
 * owner. The secret has 256 random bits, so one SHA-256 of the whole key is enough to store: there is nothing to guess.
 */
const keyPattern = /^sfk_([0-9a-f]{16})_[0-9a-f]{64}$/;

export const API_KEY_ID_BYTES = 8;
export const API_KEY_SECRET_BYTES = 32;

export function formatApiKey(id: Uint8Array, secret: Uint8Array): string {
  if (id.length !== API_KEY_ID_BYTES || secret.length !== API_KEY_SECRET_BYTES) {
    throw new RangeError(
      `an API key has ${API_KEY_ID_BYTES} bytes of name and ${API_KEY_SECRET_BYTES} of secret`,
    );
  }
  return `sfk_${Buffer.from(id).toString('hex')}_${Buffer.from(secret).toString('hex')}`;
}

/** The id of a key, or null for a text that is no key. */
export function apiKeyId(text: string): string | null {
  return keyPattern.exec(text)?.[1] ?? null;
}

/** What is stored of a key, 64 hex digits. */
export function apiKeyDigest(text: string): string {
  return hash('sha256', text, 'hex');
}

/** What may be shown of a key. */
export function apiKeyPrefix(id: string): string {
  return `sfk_${id}`;
}
