import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { KEY_BYTES, NONCE_BYTES, TAG_BYTES } from '../keys/aead.js';

/** Sealed at a time, and what a reader of one byte reads. */
export const BLOCK_BYTES = 1024 * 1024;
export const SEALED_BLOCK_BYTES = BLOCK_BYTES + TAG_BYTES;

const CIPHER = 'aes-256-gcm';
const ABOUT = Buffer.from('sealflow/blob-file/v1');

/**
 * A file as blocks that are each sealed by themselves: AES-256-GCM under a key of this file alone, with the place of the
 * block as its nonce. Blocks that change places, of one file or of two, open nowhere; a file that was cut has not the
 * bytes that its row counts. A place is written once: whoever goes on with an upload has a file of its own.
 */
export class SealedBlocks {
  readonly #key: Buffer;

  /** @param blobKey of the whole blob, whose files are these */
  constructor(blobKey: Buffer, file: string) {
    this.#key = Buffer.from(
      hkdfSync('sha256', blobKey, Buffer.alloc(0), `sealflow/blob-file/v1 ${file}`, KEY_BYTES),
    );
  }

  /** Ciphertext and tag, to be written one after the other. */
  seal(index: number, bytes: Buffer): readonly [Buffer, Buffer] {
    const cipher = createCipheriv(CIPHER, this.#key, nonceOf(index), { authTagLength: TAG_BYTES });
    cipher.setAAD(ABOUT);
    const sealed = cipher.update(bytes);
    cipher.final();
    return [sealed, cipher.getAuthTag()];
  }

  /** Null for what was not sealed as this block. */
  open(index: number, sealed: Buffer): Buffer | null {
    const end = sealed.length - TAG_BYTES;
    if (end < 0) return null;
    const decipher = createDecipheriv(CIPHER, this.#key, nonceOf(index), { authTagLength: TAG_BYTES });
    decipher.setAAD(ABOUT);
    decipher.setAuthTag(sealed.subarray(end));
    const bytes = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch {
      return null;
    }
    return bytes;
  }
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeBigUInt64BE(BigInt(index), NONCE_BYTES - 8);
  return nonce;
}
