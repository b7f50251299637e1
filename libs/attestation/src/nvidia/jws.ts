import { fromBase64Url, isJsonObject, type JsonObject, parseJsonStrict, utf8 } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { attestationLimits } from '../limits.js';

/** A JSON web signature in compact form (RFC 7515 section 7.1), read and not judged. */
export interface Jws {
  readonly text: string;
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** `header.payload`, as signed. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** @throws AttestationError `EAT_MALFORMED` */
export function parseJws(text: string): Jws {
  if (text.length > attestationLimits.eatBytesMax) malformed('is too long');
  const [header = '', payload = '', signature = '', ...rest] = text.split('.', 4);
  if (rest.length > 0) malformed('has too many parts');
  return {
    text,
    header: readObject(header),
    payload: readObject(payload),
    signed: utf8(`${header}.${payload}`),
    // Without signature it is still read: its algorithm is what a verdict should name.
    signature: readBytes(signature),
  };
}

function readObject(part: string): JsonObject {
  const bytes = readBytes(part);
  try {
    const json = parseJsonStrict(bytes, { bytesMax: attestationLimits.eatBytesMax, depthMax: 8 });
    if (isJsonObject(json)) return json;
  } catch {
    // Named below: which of the two it was helps nobody.
  }
  return malformed('a part is no JSON object');
}

function readBytes(part: string): Uint8Array {
  try {
    return fromBase64Url(part);
  } catch {
    return malformed('a part is not base64url');
  }
}

function malformed(message: string): never {
  throw new AttestationError('EAT_MALFORMED', `token: ${message}`);
}
