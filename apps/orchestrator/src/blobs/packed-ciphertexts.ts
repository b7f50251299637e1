/**
 * Ciphertexts of page ledgers as they lie at rest: packed, which saves what their primes leave unused of eight bytes.
 * A blob is named by the digest of what was sent, here as everywhere; packed bytes have no name.
 *
 * What lies is trusted as little as what comes: it is unpacked under the cap of one ciphertext, and passes the
 * pre-parser.
 */
import { equalBytes } from '#canonical';
import { CiphertextError, canonicalCiphertext, ciphertextBytes, pageParameters } from '#ciphertext';
import { packCiphertext, unpackCiphertext } from '#worker';

const pageBytes = ciphertextBytes(pageParameters);

/** Null for what is no ciphertext of a page, or would come out as other bytes than it went in. */
export function packedForm(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length !== pageBytes || !isCanonical(bytes)) return null;
  return packCiphertext(bytes, pageParameters);
}

/** @throws CiphertextError for bytes that are no packed ciphertext of a page */
export function unpackedForm(packed: Uint8Array): Buffer {
  const bytes = unpackCiphertext(packed, pageParameters);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isCanonical(bytes: Uint8Array): boolean {
  try {
    return equalBytes(canonicalCiphertext(bytes, pageParameters), bytes);
  } catch (error) {
    if (error instanceof CiphertextError) return false;
    throw error;
  }
}
