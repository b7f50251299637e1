import { AttestationError, type Crl, parseCrl } from '#attestation';
import { equalBytes } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { type BundleTimestamp, CRLS_MAX } from './members.js';
import { parseTimestampToken } from './timestamp-token.js';

/**
 * A timestamp with those of the lists that speak of its certificates, so that revocation can be judged years later
 * without a network. Nobody is believed for handing them in: whoever verifies asks for the issuer's signature.
 */
export function withRevocationLists(
  timestamp: BundleTimestamp,
  lists: readonly Uint8Array[],
): BundleTimestamp {
  const issuers = parseTimestampToken(timestamp.token).certificates.map(({ issuer }) => issuer);
  const crls = lists.filter((der) => {
    const list = readCrl(der);
    return list !== null && issuers.some((issuer) => equalBytes(issuer, list.issuer));
  });
  return { ...timestamp, crls: crls.slice(0, CRLS_MAX) };
}

/** Raises `TIMESTAMP_MALFORMED` for bytes that are no revocation list in DER. */
export function expectRevocationList(der: Uint8Array): void {
  if (readCrl(der) === null)
    throw new EvidenceError('TIMESTAMP_MALFORMED', 'revocation list: expected an X.509 list in DER');
}

function readCrl(der: Uint8Array): Crl | null {
  try {
    return parseCrl(der);
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}
