import {
  type Certificate,
  type HashName,
  hashBytes,
  parseCertificateAt,
  verifySignedBytes,
} from '#attestation';
import { equalBytes, formatTime, toHex } from '#canonical';
import { type AuthorityPath, pathToAuthority, type TimestampAuthority } from './authority-path.js';
import { timeOids } from './time-oids.js';
import { parseTimestampToken, type TimestampToken } from './timestamp-token.js';

/*
 * Whether an authority of the trust file said that some bytes existed at a time. Trusted: the certificates of the
 * trust file, and that their owners' clocks are right. The chain is judged at the stamped time and never at "now"
 * (RFC 3161 appendix B): a token outlives the certificate that made it.
 */

export type TimestampReason =
  | 'TIMESTAMP_MALFORMED'
  | 'TIMESTAMP_IMPRINT_MISMATCH'
  | 'TIMESTAMP_NONCE_MISMATCH'
  | 'TIMESTAMP_SIGNATURE_INVALID'
  | 'TIMESTAMP_CERTIFICATE_MISSING'
  | 'TIMESTAMP_CERTIFICATE_MISMATCH'
  | 'TIMESTAMP_CERTIFICATE_PURPOSE'
  | 'TIMESTAMP_CERTIFICATE_EXPIRED'
  | 'TIMESTAMP_CERTIFICATE_REVOKED'
  | 'TIMESTAMP_REVOCATION_INVALID'
  | 'TIMESTAMP_AUTHORITY_UNKNOWN'
  | 'TIMESTAMP_AUTHORITY_WITHDRAWN';

export interface TimestampInput {
  /** DER ContentInfo. */
  readonly token: Uint8Array;
  /** The bytes that were stamped. */
  readonly data: Uint8Array;
  /** What the request asked, as two's complement hex; absent when nobody here asked. */
  readonly nonce?: string;
  /** DER certificates beside those in the token. */
  readonly chain: readonly Uint8Array[];
  /** DER revocation lists. */
  readonly crls: readonly Uint8Array[];
  readonly authorities: readonly TimestampAuthority[];
}

export interface TimestampVerdict {
  readonly reason: TimestampReason | null;
  readonly expected?: string;
  readonly actual?: string;
  /** Name in the trust file; null unless the token verifies. */
  readonly authority: string | null;
  /** Stamped time; null when the token cannot be read. */
  readonly timeMs: number | null;
  readonly hash: HashName | null;
  /** Every certificate below the authority's was covered by a revocation list. */
  readonly revocationChecked: boolean;
}

/** Never throws: what cannot be read is a verdict too. */
export function verifyTimestamp(input: TimestampInput): TimestampVerdict {
  let token: TimestampToken;
  let pool: readonly Certificate[];
  try {
    token = parseTimestampToken(input.token);
    pool = [...token.certificates, ...input.chain.map((der, at) => parseCertificateAt(der, `chain[${at}]`))];
  } catch (error) {
    const actual = error instanceof Error ? error.message : 'cannot be read';
    return refuse(null, 'TIMESTAMP_MALFORMED', 'a token of RFC 3161', actual);
  }
  const { imprint, nonce, signer, genTimeMs } = token;
  const digest = hashBytes(imprint.hash, input.data);
  if (!equalBytes(digest, imprint.digest)) {
    return refuse(token, 'TIMESTAMP_IMPRINT_MISMATCH', toHex(digest), toHex(imprint.digest.subarray(0, 64)));
  }
  if (input.nonce !== undefined && nonce !== input.nonce) {
    return refuse(token, 'TIMESTAMP_NONCE_MISMATCH', input.nonce, (nonce ?? 'none').slice(0, 64));
  }
  const certificate = pool.find(
    ({ issuer, serial }) => equalBytes(issuer, signer.issuer) && serial === signer.serial,
  );
  if (certificate === undefined) {
    return refuse(token, 'TIMESTAMP_CERTIFICATE_MISSING', 'the certificate of the signer', 'none');
  }
  const named = hashBytes(signer.certificateId.hash, certificate.der);
  if (!equalBytes(named, signer.certificateId.digest)) {
    return refuse(
      token,
      'TIMESTAMP_CERTIFICATE_MISMATCH',
      'the certificate that was signed with',
      toHex(named),
    );
  }
  if (!isSigned(token, certificate)) {
    return refuse(token, 'TIMESTAMP_SIGNATURE_INVALID', 'a signature by the certificate', 'does not verify');
  }
  const path = pathToAuthority({ certificate, pool, atMs: genTimeMs, ...input });
  if (path.reason !== null) return refuse(token, path.reason, path.expected, path.actual);
  return verified(token, path);
}

function isSigned({ info, signer }: TimestampToken, { spki }: Certificate): boolean {
  if (signer.contentType !== timeOids.tstInfo) return false;
  if (!equalBytes(hashBytes(signer.hash, info), signer.messageDigest)) return false;
  const { algorithm, hash, attributes: message, signature } = signer;
  return verifySignedBytes({ algorithm, hash, spki, message, signature });
}

function verified(token: TimestampToken, path: AuthorityPath): TimestampVerdict {
  return {
    reason: null,
    actual: `${path.authority} at ${formatTime(token.genTimeMs)}`,
    authority: path.authority,
    timeMs: token.genTimeMs,
    hash: token.imprint.hash,
    revocationChecked: path.revocationChecked,
  };
}

function refuse(
  token: TimestampToken | null,
  reason: TimestampReason,
  expected: string,
  actual: string,
): TimestampVerdict {
  return {
    reason,
    expected,
    actual,
    authority: null,
    timeMs: token?.genTimeMs ?? null,
    hash: token?.imprint.hash ?? null,
    revocationChecked: false,
  };
}
