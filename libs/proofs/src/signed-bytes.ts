/**
 * DSSE envelopes around manifests and lists of revoked manifests (DSSE 1.0.2, one line of protocol: the signed bytes
 * are type and payload with their lengths). A signature is worth what its key is worth to the reader; `keyid` is an
 * unauthenticated hint and is neither written nor read.
 */
import {
  canonicalBytes,
  concatBytes,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  equalBytes,
  fromBase64,
  parseJsonStrict,
  toBase64,
  utf8,
} from '#canonical';
import type { ProofsErrorCode } from './proofs-error.js';
import { Shape } from './shape.js';

const ENVELOPE_BYTES_MAX = 128 * 1024;
const SIGNATURES_MAX = 8;

export interface SignedBytes {
  readonly payload: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}

/** @param seeds RFC 8032 private keys, 32 bytes each, of everybody who signs */
export function sealSigned(
  payloadType: string,
  payload: Uint8Array,
  seeds: readonly Uint8Array[],
): Uint8Array {
  const signed = pae(payloadType, payload);
  const signatures = seeds.map((seed) => {
    const signature = ed25519Sign(seed, signed);
    // A device that faults can leak its key through a bad signature: none is let out.
    if (!ed25519Verify(ed25519PublicKey(seed), signed, signature))
      throw new Error('a signature was made wrong');
    return { sig: toBase64(signature) };
  });
  return canonicalBytes({ payload: toBase64(payload), payloadType, signatures });
}

/** @throws ProofsError of `code` */
export function parseSigned(
  bytes: Uint8Array,
  payloadType: string,
  code: ProofsErrorCode,
  where: string,
): SignedBytes {
  const shape = new Shape(code, where);
  const envelope = shape.object(strictJson(bytes, shape), ['payload', 'payloadType', 'signatures']);
  shape.at('payloadType').oneOf(envelope['payloadType'], [payloadType]);
  return {
    payload: base64(envelope['payload'], shape.at('payload')),
    signatures: shape
      .at('signatures')
      .array(envelope['signatures'], 1, SIGNATURES_MAX)
      .map((entry) => {
        const at = shape.at('signatures');
        return base64(at.object(entry, ['sig'], ['keyid'])['sig'], at.at('sig'));
      }),
  };
}

/** Those of `keys` that signed. */
export function signersOf(
  { payload, signatures }: SignedBytes,
  payloadType: string,
  keys: readonly Uint8Array[],
): readonly Uint8Array[] {
  const signed = pae(payloadType, payload);
  return keys.filter((key) => signatures.some((signature) => ed25519Verify(key, signed, signature)));
}

export function includesKey(keys: readonly Uint8Array[], key: Uint8Array): boolean {
  return keys.some((other) => equalBytes(other, key));
}

function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

function strictJson(bytes: Uint8Array, shape: Shape): ReturnType<typeof parseJsonStrict> {
  try {
    return parseJsonStrict(bytes, {
      bytesMax: ENVELOPE_BYTES_MAX,
      depthMax: 4,
      stringBytesMax: ENVELOPE_BYTES_MAX,
    });
  } catch {
    throw shape.fail(`strict JSON of at most ${ENVELOPE_BYTES_MAX} bytes`);
  }
}

function base64(value: Parameters<Shape['text']>[0], shape: Shape): Uint8Array {
  const text = shape.text(value, /^[A-Za-z0-9+/]*={0,2}$/, 'canonical base64');
  try {
    return fromBase64(text);
  } catch {
    throw shape.fail('canonical base64');
  }
}
