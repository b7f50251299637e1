import {
  AttestationError,
  DerReader,
  derSmallInteger,
  derTag,
  derWhole,
  derWriter,
  type HashName,
  hashBytes,
  oid,
} from '#attestation';
import { toHex } from '#canonical';
import { EvidenceError } from '../evidence-error.js';

/** DER TimeStampReq (RFC 3161 section 2.4.1) for `data`. Asks for the signer's certificate: bundles carry it. */
export function encodeTimestampRequest(input: {
  readonly data: Uint8Array;
  readonly hash: HashName;
  /** Big-endian bytes; read back as `nonceText`. */
  readonly nonce: Uint8Array;
}): Uint8Array {
  const { boolean, integer, objectIdentifier, octetString, sequence, smallInteger } = derWriter;
  const imprint = sequence(
    sequence(objectIdentifier(oid[input.hash])),
    octetString(hashBytes(input.hash, input.data)),
  );
  return sequence(smallInteger(1), imprint, integer(input.nonce), boolean(true));
}

/** The nonce of a request as a token spells it: an INTEGER's content in hex. */
export function nonceText(nonce: Uint8Array): string {
  return toHex(derWhole(derWriter.integer(nonce), derTag.integer).content);
}

/** Takes the token out of a TimeStampResp (RFC 3161 section 2.4.2). Raises `TIMESTAMP_MALFORMED`. */
export function tokenOfResponse(response: Uint8Array): Uint8Array {
  try {
    const fields = new DerReader(derWhole(response, derTag.sequence).content);
    const status = derSmallInteger(fields.enter(derTag.sequence).next(derTag.integer).content);
    // 0 granted, 1 granted with modifications; every other status comes without a token.
    if (status > 1) throw refused(`the authority refused with status ${status}`);
    const token = fields.next(derTag.sequence).encoded;
    fields.end();
    return token;
  } catch (error) {
    if (error instanceof AttestationError) throw refused(error.message);
    throw error;
  }
}

function refused(what: string): EvidenceError {
  return new EvidenceError('TIMESTAMP_MALFORMED', `timestamp response: ${what}`);
}
