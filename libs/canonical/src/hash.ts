import { CanonicalError } from './canonical-error.js';
import { toHex } from './encoding.js';
import { sha256 } from './primitives.js';

/** `sha256:` and 64 lower-case hex digits. Names code, ciphertexts and public values; never a guessable secret. */
export type Digest = `sha256:${string}`;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${toHex(sha256(bytes))}`;
}

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** @throws CanonicalError `DIGEST_INVALID` */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new CanonicalError(
    'DIGEST_INVALID',
    `expected sha256: and 64 lower-case hex digits, got ${text.length} characters`,
  );
}
