/**
 * C2SP chunked-encryption (c2sp.org/chunked-encryption) as Cobblestone-256: HKDF-Expand with SHA-512,
 * AES-256-GCM, 16 KiB chunks.
 *
 * The storage between sender and receiver is not trusted. The commitment ties the ciphertext to one key, which
 * AES-GCM alone does not, so that two recipients cannot be given one ciphertext with two meanings. A last chunk
 * is always short, so a cut at a chunk's end is noticed. WebCrypto throughout: a browser makes the same bytes.
 */
import { type Bytes, concatBytes, equalBytes, utf8 } from '#canonical';
import { SealingError } from './sealing-error.js';

export const SALT_BYTES = 24;

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const COMMITMENT_BYTES = 32;
const CHUNK_BYTES = 16 * 1024;
const TAG_BYTES = 16;
const PREFIX_BYTES = SALT_BYTES + COMMITMENT_BYTES;
const INFO_PREFIX = utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0');

interface MessageKeys {
  readonly key: CryptoKey;
  readonly baseNonce: Uint8Array;
  readonly commitment: Uint8Array;
}

type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Length of what `encryptChunked` makes of a plaintext: the last chunk is short, hence always one more. */
export function chunkedBytes(plaintextBytes: number): number {
  const chunks = Math.floor(plaintextBytes / CHUNK_BYTES) + 1;
  return PREFIX_BYTES + plaintextBytes + chunks * TAG_BYTES;
}

/**
 * @param inputKey 32 uniformly random bytes
 * @param salt 24 bytes that never repeat under one input key
 * @param context bound into the key derivation
 * @returns salt, commitment and the encrypted chunks
 */
export async function encryptChunked(
  inputKey: Uint8Array,
  salt: Uint8Array,
  context: Uint8Array,
  plaintext: Uint8Array,
): Promise<Bytes> {
  const { key, baseNonce, commitment } = await deriveKeys(inputKey, salt, context);
  const parts: Uint8Array[] = [salt, commitment];
  // <=, not <: a plaintext of whole chunks ends in an empty one.
  for (let from = 0, index = 0; from <= plaintext.length; from += CHUNK_BYTES, index += 1) {
    const algorithm = { name: 'AES-GCM', iv: chunkNonce(baseNonce, index) };
    const chunk = concatBytes(plaintext.subarray(from, from + CHUNK_BYTES));
    parts.push(new Uint8Array(await crypto.subtle.encrypt(algorithm, key, chunk)));
  }
  return concatBytes(...parts);
}

/** @throws SealingError `ENVELOPE_OPEN_FAILED`, without saying which check failed: all mean "not these bytes". */
export async function decryptChunked(
  inputKey: Uint8Array,
  context: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Bytes> {
  const chunksBytes = ciphertext.length - PREFIX_BYTES;
  // Also false for a negative length. The remainder is the last chunk, which holds at least its tag.
  if (!(chunksBytes % (CHUNK_BYTES + TAG_BYTES) >= TAG_BYTES)) throw openFailed();
  const salt = ciphertext.subarray(0, SALT_BYTES);
  const { key, baseNonce, commitment } = await deriveKeys(inputKey, salt, context);
  if (!equalBytes(commitment, ciphertext.subarray(SALT_BYTES, PREFIX_BYTES))) throw openFailed();
  const parts: Uint8Array[] = [];
  for (
    let from = PREFIX_BYTES, index = 0;
    from < ciphertext.length;
    from += CHUNK_BYTES + TAG_BYTES, index += 1
  ) {
    const algorithm = { name: 'AES-GCM', iv: chunkNonce(baseNonce, index) };
    const chunk = concatBytes(ciphertext.subarray(from, from + CHUNK_BYTES + TAG_BYTES));
    try {
      parts.push(new Uint8Array(await crypto.subtle.decrypt(algorithm, key, chunk)));
    } catch {
      throw openFailed();
    }
  }
  return concatBytes(...parts);
}

async function deriveKeys(inputKey: Uint8Array, salt: Uint8Array, context: Uint8Array): Promise<MessageKeys> {
  const output = await hkdfExpandSha512(inputKey, concatBytes(INFO_PREFIX, salt, context));
  return {
    key: await crypto.subtle.importKey('raw', output.slice(0, KEY_BYTES), 'AES-GCM', false, [
      'encrypt',
      'decrypt',
    ]),
    baseNonce: output.slice(KEY_BYTES, KEY_BYTES + NONCE_BYTES),
    commitment: output.slice(KEY_BYTES + NONCE_BYTES, KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES),
  };
}

/** Two blocks of RFC 5869 section 2.3; WebCrypto's own HKDF cannot leave out the extract step. */
async function hkdfExpandSha512(key: Uint8Array, info: Uint8Array): Promise<Bytes> {
  const algorithm = { name: 'HMAC', hash: 'SHA-512' };
  const hmac = await crypto.subtle.importKey('raw', concatBytes(key), algorithm, false, ['sign']);
  const first = new Uint8Array(await crypto.subtle.sign('HMAC', hmac, concatBytes(info, Uint8Array.of(1))));
  const second = await crypto.subtle.sign('HMAC', hmac, concatBytes(first, info, Uint8Array.of(2)));
  return concatBytes(first, new Uint8Array(second));
}

/** Base nonce XOR the chunk number; 32 bits of it are far more than the size limit lets happen. */
function chunkNonce(baseNonce: Uint8Array, index: number): Bytes {
  const nonce = concatBytes(baseNonce);
  const view = new DataView(nonce.buffer);
  view.setUint32(NONCE_BYTES - 4, view.getUint32(NONCE_BYTES - 4) ^ index);
  return nonce;
}

function openFailed(): SealingError {
  return new SealingError('ENVELOPE_OPEN_FAILED', 'payload does not open under this key and header');
}
