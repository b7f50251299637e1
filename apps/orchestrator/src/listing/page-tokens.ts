import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { canonicalBytes, type JsonObject, parseJsonStrict } from '#canonical';
import type { ApiError } from '#contracts';
import { SigningKey } from '../evidence/signing-key.js';
import { invalidField } from '../request-fields.js';
import { CLOCK, type Clock } from '../tokens.js';

const VERSION = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const TOKEN_CHARS_MAX = 1_024;
const CIPHER = 'aes-256-gcm';
const LIFETIME_MS = 24 * 3_600_000;

/**
 * Tokens of lists (AIP-158): where a page ended, sealed so that a caller can neither read nor make one, and bound to
 * the question, so that a token of one list, tenant, filter or order is none of another. Any replica opens what another
 * sealed: the key is derived from the one they share. Every token has a key and nonce of its own, by its salt.
 */
@Injectable()
export class PageTokens {
  constructor(
    private readonly key: SigningKey,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  seal(question: JsonObject, position: JsonObject): string {
    const salt = randomBytes(SALT_BYTES);
    const { key, nonce } = this.#derive(salt);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(canonicalBytes(question));
    const plain = canonicalBytes({ position, untilMs: this.clock() + LIFETIME_MS });
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return Buffer.concat([Buffer.of(VERSION), salt, sealed]).toString('base64url');
  }

  /** Null for the first page. Raises INVALID_REQUEST for anything that was not sealed here for this question. */
  open(question: JsonObject, token: string): JsonObject | null {
    if (token === '') return null;
    const opened = this.#open(question, token);
    if (opened === null) throw foreign(String(question['method']));
    const { position, untilMs } = opened as { position: JsonObject; untilMs: number };
    if (untilMs < this.clock())
      throw invalidField('page_token', 'a token of the last 24 hours: begin with the first page');
    return position;
  }

  #open(question: JsonObject, token: string): JsonObject | null {
    if (token.length > TOKEN_CHARS_MAX || !/^[A-Za-z0-9_-]+$/.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length < 1 + SALT_BYTES + TAG_BYTES || bytes[0] !== VERSION) return null;
    // Base64url has several spellings of one value; a token has one.
    if (bytes.toString('base64url') !== token) return null;
    const { key, nonce } = this.#derive(bytes.subarray(1, 1 + SALT_BYTES));
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(canonicalBytes(question))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const sealed = bytes.subarray(1 + SALT_BYTES, -TAG_BYTES);
      return parseJsonStrict(Buffer.concat([decipher.update(sealed), decipher.final()])) as JsonObject;
    } catch {
      return null;
    }
  }

  #derive(salt: Uint8Array): { key: Buffer; nonce: Buffer } {
    const bytes = Buffer.from(hkdfSync('sha256', this.key.seed, salt, 'sealflow/page-token/v1', 44));
    return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
  }
}

function foreign(method: string): ApiError {
  return invalidField('page_token', `a token that ${method} gave for this filter and order, or nothing`);
}
