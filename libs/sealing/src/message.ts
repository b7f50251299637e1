/**
 * One message to one long-lived key, without the header of an envelope: HPKE (RFC 9180) in Base mode with the
 * algorithms of suite 2, `enc (32) || ciphertext`.
 *
 * It says nothing about its sender, its time or its reader: whoever uses it puts into `associated` what the message
 * is about, and a signature of the sender into the plaintext. An envelope is for an edge of a run; this is for
 * what exists before there is a run, and for keys that outlive a boot.
 */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { type Bytes, concatBytes, utf8 } from '#canonical';
import { assertUsablePublicKey, draw, KEY_BYTES, type RandomSource } from './keys.js';
import { SealingError } from './sealing-error.js';

const INFO_PREFIX = utf8('sealflow/message/v1\0');
const TAG_BYTES = 16;

/** What a message has more than its plaintext. */
export const MESSAGE_OVERHEAD_BYTES = KEY_BYTES + TAG_BYTES;
export const MESSAGE_BYTES_MAX = 1024 * 1024;

const hpke = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

export interface MessageSubject {
  /** What kind of message this is, e.g. `sealflow/ledger-intent/v1`: one kind never opens as another. */
  readonly kind: string;
  /** What it belongs to; authenticated and not sent. */
  readonly associated: Uint8Array;
}

export interface SealMessageInput extends MessageSubject {
  /** Raw X25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly random: RandomSource;
}

/** @throws SealingError `ENVELOPE_TOO_LARGE`, or `ENVELOPE_MALFORMED` on a key that nobody should seal to */
export async function sealMessage(input: SealMessageInput): Promise<Bytes> {
  const { publicKey, plaintext, kind, associated, random } = input;
  assertUsablePublicKey(publicKey, kind);
  assertSize(plaintext.length + MESSAGE_OVERHEAD_BYTES);
  const recipientPublicKey = await hpke.kem.deserializePublicKey(concatBytes(publicKey));
  // DeriveKeyPair over random bytes is GenerateKeyPair (RFC 9180 section 7.1.3), with our randomness.
  const params = { recipientPublicKey, info: infoOf(kind), ekm: draw(random, KEY_BYTES) };
  const { enc, ct } = await hpke.seal(params, concatBytes(plaintext), concatBytes(associated));
  return concatBytes(new Uint8Array(enc), new Uint8Array(ct));
}

export interface OpenMessageInput extends MessageSubject {
  /** Raw X25519 key, 32 bytes. */
  readonly secretKey: Uint8Array;
  readonly message: Uint8Array;
}

/** @throws SealingError `ENVELOPE_TOO_LARGE`, `ENVELOPE_MALFORMED` or `ENVELOPE_OPEN_FAILED`, which gives no reason */
export async function openMessage(input: OpenMessageInput): Promise<Bytes> {
  const { secretKey, message, kind, associated } = input;
  assertSize(message.length);
  if (message.length < MESSAGE_OVERHEAD_BYTES) {
    throw new SealingError(
      'ENVELOPE_MALFORMED',
      `message has ${message.length} bytes, expected at least ${MESSAGE_OVERHEAD_BYTES}`,
    );
  }
  const recipientKey = await hpke.kem.deserializePrivateKey(concatBytes(secretKey));
  try {
    const enc = concatBytes(message.subarray(0, KEY_BYTES));
    const params = { recipientKey, info: infoOf(kind), enc };
    const sealed = concatBytes(message.subarray(KEY_BYTES));
    return new Uint8Array(await hpke.open(params, sealed, concatBytes(associated)));
  } catch {
    throw new SealingError('ENVELOPE_OPEN_FAILED', `${kind}: the message does not open under this key`);
  }
}

function assertSize(bytes: number): void {
  if (bytes <= MESSAGE_BYTES_MAX) return;
  throw new SealingError('ENVELOPE_TOO_LARGE', `message has ${bytes} bytes, limit ${MESSAGE_BYTES_MAX}`);
}

function infoOf(kind: string): Bytes {
  return concatBytes(INFO_PREFIX, utf8(kind));
}
