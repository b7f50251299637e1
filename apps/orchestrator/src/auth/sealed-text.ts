import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { canonicalBytes, type JsonObject, parseJsonStrict, utf8 } from '#canonical';

const VERSION = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/**
 * Texts that this installation gives out and takes back: whoever holds one can neither read nor change it, nor use it for
 * another purpose or after its time. Every replica opens what another sealed; the key is derived from the one they share,
 * and every text has a key and nonce of its own, by its salt.
 */
export class SealedTexts {
  constructor(
    private readonly seed: Uint8Array,
    private readonly clock: () => number,
    private readonly charsMax: number,
  ) {}

  /** Null where it would be too long. */
  seal(purpose: string, content: JsonObject, untilMs: number): string | null {
    const salt = randomBytes(SALT_BYTES);
    const { key, nonce } = this.#derive(purpose, salt);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(utf8(purpose));
    const sealed = Buffer.concat([
      cipher.update(canonicalBytes({ content, untilMs })),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const text = Buffer.concat([Buffer.of(VERSION), salt, sealed]).toString('base64url');
    return text.length > this.charsMax ? null : text;
  }

  /** Null for anything that was not sealed here for this purpose, or whose time is over. */
  open(purpose: string, text: string): { readonly content: JsonObject; readonly untilMs: number } | null {
    if (text.length > this.charsMax || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < 1 + SALT_BYTES + TAG_BYTES || bytes[0] !== VERSION) return null;
    const { key, nonce } = this.#derive(purpose, bytes.subarray(1, 1 + SALT_BYTES));
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(utf8(purpose))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const plain = Buffer.concat([
        decipher.update(bytes.subarray(1 + SALT_BYTES, -TAG_BYTES)),
        decipher.final(),
      ]);
      const { content, untilMs } = parseJsonStrict(plain) as { content: JsonObject; untilMs: number };
      return untilMs > this.clock() ? { content, untilMs } : null;
    } catch {
      return null;
    }
  }

  #derive(purpose: string, salt: Uint8Array): { key: Buffer; nonce: Buffer } {
    const bytes = Buffer.from(hkdfSync('sha256', this.seed, salt, `sealflow/sealed-text/v1/${purpose}`, 44));
    return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
  }
}
