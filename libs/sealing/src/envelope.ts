/**
 * The bytes of an envelope: `"SFE1" || u32be(header length) || header || signature (64) || payload`.
 *
 * The signature is the sender's, over `"sealflow/envelope/v1\0" || header || SHA-256(payload)`. It covers the
 * payload because every recipient holds the payload key: without it, one candidate worker could put other
 * bytes under the sender's name for the next.
 */
import {
  type Bytes,
  concatBytes,
  ed25519Sign,
  ed25519Verify,
  equalBytes,
  fromBase64,
  sha256,
  u32be,
  utf8,
} from '#canonical';
import { type EnvelopeHeader, parseHeader } from './header.js';
import { ENVELOPE_BYTES_MAX, HEADER_BYTES_MAX } from './limits.js';
import { SealingError } from './sealing-error.js';

export interface ParsedEnvelope {
  readonly header: EnvelopeHeader;
  /** Exactly the bytes that were signed. */
  readonly headerBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** Ciphertext; its form is the suite's. */
  readonly payload: Uint8Array;
}

const MAGIC = utf8('SFE1');
const SIGNATURE_DOMAIN = utf8('sealflow/envelope/v1\0');
const SIGNATURE_BYTES = 64;
const HEADER_AT = MAGIC.length + 4;

export function encodeEnvelope(headerBytes: Uint8Array, payload: Uint8Array, senderSeed: Uint8Array): Bytes {
  const signature = ed25519Sign(senderSeed, signedBytes(headerBytes, payload));
  return concatBytes(MAGIC, u32be(headerBytes.length), headerBytes, signature, payload);
}

/**
 * Splits an envelope and reads its header. Nothing is verified: see `verifyEnvelopeSignature`, `openEnvelope`.
 *
 * @throws SealingError `ENVELOPE_MALFORMED`, `ENVELOPE_TOO_LARGE` or `SUITE_UNSUPPORTED`
 */
export function parseEnvelope(bytes: Uint8Array): ParsedEnvelope {
  if (bytes.length > ENVELOPE_BYTES_MAX) {
    throw new SealingError(
      'ENVELOPE_TOO_LARGE',
      `envelope has ${bytes.length} bytes, limit ${ENVELOPE_BYTES_MAX}`,
    );
  }
  if (bytes.length < HEADER_AT || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) {
    throw new SealingError('ENVELOPE_MALFORMED', 'bytes do not start with "SFE1" and a header length');
  }
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length);
  if (headerLength > HEADER_BYTES_MAX) {
    throw new SealingError(
      'ENVELOPE_TOO_LARGE',
      `header has ${headerLength} bytes, limit ${HEADER_BYTES_MAX}`,
    );
  }
  const signatureAt = HEADER_AT + headerLength;
  const payloadAt = signatureAt + SIGNATURE_BYTES;
  if (bytes.length < payloadAt) {
    throw new SealingError(
      'ENVELOPE_MALFORMED',
      `envelope has ${bytes.length} bytes, expected ${payloadAt} or more`,
    );
  }
  const headerBytes = bytes.subarray(HEADER_AT, signatureAt);
  return {
    header: parseHeader(headerBytes),
    headerBytes,
    signature: bytes.subarray(signatureAt, payloadAt),
    payload: bytes.subarray(payloadAt),
  };
}

/** @throws SealingError `ENVELOPE_SIGNATURE_INVALID` unless `header.senderKey` signed header and payload. */
export function verifyEnvelopeSignature({ header, headerBytes, signature, payload }: ParsedEnvelope): void {
  if (ed25519Verify(fromBase64(header.senderKey), signedBytes(headerBytes, payload), signature)) return;
  throw new SealingError(
    'ENVELOPE_SIGNATURE_INVALID',
    `signature of the envelope on edge ${header.edge} does not match its sender key; header or payload was changed`,
  );
}

function signedBytes(headerBytes: Uint8Array, payload: Uint8Array): Bytes {
  return concatBytes(SIGNATURE_DOMAIN, headerBytes, sha256(payload));
}
