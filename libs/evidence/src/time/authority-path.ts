import {
  AttestationError,
  type Certificate,
  type Crl,
  DerReader,
  derOid,
  derTag,
  derWhole,
  judgeCrl,
  keyUsageBit,
  oid,
  parseCrl,
  verifySignedBytes,
} from '#attestation';
import { equalBytes, formatTime } from '#canonical';
import { timeOids } from './time-oids.js';
import type { TimestampReason } from './verify-timestamp.js';

/** An authority that the relying party believes about time. */
export interface TimestampAuthority {
  readonly name: string;
  /** Of its root, of the CA that certifies its signers, or of the signer itself. */
  readonly certificate: Certificate;
  /** Stamped times that count, inclusive; null is without a limit. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export interface PathInput {
  readonly certificate: Certificate;
  readonly pool: readonly Certificate[];
  readonly crls: readonly Uint8Array[];
  readonly authorities: readonly TimestampAuthority[];
  /** The stamped time. */
  readonly atMs: number;
}

export interface AuthorityPath {
  readonly reason: null;
  readonly authority: string;
  readonly revocationChecked: boolean;
}

export interface NoPath {
  readonly reason: TimestampReason;
  readonly expected: string;
  readonly actual: string;
}

const DEPTH_MAX = 8;
const understood: ReadonlySet<string> = new Set([
  oid.keyUsage,
  oid.basicConstraints,
  oid.subjectAltName,
  oid.extendedKeyUsage,
]);
/** RFC 3161 section 4: revoked for one of these, what was stamped before stays good. Without a reason nothing does. */
const harmlessReasons: readonly (number | null)[] = [0, 3, 4, 5];

/** The way from a signer up to an authority of the trust file, every certificate on it judged at `atMs`. */
export function pathToAuthority(input: PathInput): AuthorityPath | NoPath {
  const { certificate, atMs } = input;
  const purpose = wrongPurpose(certificate);
  if (purpose !== null)
    return no('TIMESTAMP_CERTIFICATE_PURPOSE', 'timeStamping, critical and alone', purpose);
  const path = climb(input);
  if (path === null) {
    const actual = `a chain of ${JSON.stringify((certificate.commonName ?? '').slice(0, 64))}`;
    return no('TIMESTAMP_AUTHORITY_UNKNOWN', 'an authority of the trust file', actual);
  }
  const { authority, certificates } = path;
  const { fromMs, toMs } = authority;
  if ((fromMs !== null && atMs < fromMs) || (toMs !== null && atMs > toMs)) {
    const expected = `a time in which ${authority.name} is trusted`;
    return no('TIMESTAMP_AUTHORITY_WITHDRAWN', expected, formatTime(atMs));
  }
  for (const [depth, each] of certificates.entries()) {
    if (atMs < each.notBeforeMs || atMs > each.notAfterMs) {
      const actual = `${formatTime(each.notBeforeMs)} to ${formatTime(each.notAfterMs)}`;
      return no('TIMESTAMP_CERTIFICATE_EXPIRED', `valid at ${formatTime(atMs)}`, actual);
    }
    const problem = wrongConstraints(each, depth);
    if (problem !== null) return no('TIMESTAMP_CERTIFICATE_PURPOSE', 'a certificate of its place', problem);
  }
  return judgeRevocation(input, authority.name, certificates);
}

/** RFC 3161 section 2.3: extended key usage timeStamping alone, and critical. */
function wrongPurpose({ extensions, isCa, keyUsage }: Certificate): string | null {
  const usage = extensions.get(oid.extendedKeyUsage);
  if (usage === undefined) return 'no extended key usage';
  if (!usage.critical) return 'extended key usage that is not critical';
  if (isCa) return 'a CA';
  if (keyUsage !== null && !keyUsage.has(keyUsageBit.digitalSignature) && !keyUsage.has(1))
    return 'key usage without signatures';
  const purposes = purposesOf(usage.value);
  return purposes?.length === 1 && purposes[0] === timeOids.timeStamping ? null : 'other extended key usage';
}

function purposesOf(value: Uint8Array): string[] | null {
  try {
    const reader = new DerReader(derWhole(value, derTag.sequence).content);
    const found: string[] = [];
    while (!reader.done) found.push(derOid(reader.next(derTag.oid).content));
    return found;
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}

function wrongConstraints(certificate: Certificate, depth: number): string | null {
  for (const [id, { critical }] of certificate.extensions) {
    if (critical && !understood.has(id)) return `unknown critical extension ${id}`;
  }
  if (depth === 0) return null;
  if (!certificate.isCa) return 'an issuer that is no CA';
  if (certificate.keyUsage !== null && !certificate.keyUsage.has(keyUsageBit.keyCertSign))
    return 'an issuer without key usage keyCertSign';
  const { pathLength } = certificate;
  return pathLength !== null && pathLength < depth - 1 ? 'more CAs below an issuer than it allows' : null;
}

/** Signer first, the authority's own certificate last. The issuer of each is looked for by name and signature. */
function climb({ certificate, pool, authorities }: PathInput) {
  const certificates: Certificate[] = [certificate];
  let current = certificate;
  for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
    const own = authorities.find((each) => equalBytes(each.certificate.der, current.der));
    if (own !== undefined) return { authority: own, certificates };
    const issuer =
      authorities.find((each) => issued(each.certificate, current))?.certificate ??
      pool.find((each) => !certificates.includes(each) && issued(each, current));
    if (issuer === undefined) return null;
    certificates.push(issuer);
    current = issuer;
  }
  return null;
}

function issued(
  issuer: Certificate,
  { issuer: name, signatureAlgorithm, tbs, signature }: Certificate,
): boolean {
  if (!equalBytes(issuer.subject, name)) return false;
  return verifySignedBytes({ algorithm: signatureAlgorithm, spki: issuer.spki, message: tbs, signature });
}

function judgeRevocation(
  { crls, atMs, pool }: PathInput,
  authority: string,
  certificates: readonly Certificate[],
): AuthorityPath | NoPath {
  const lists: Crl[] = [];
  for (const [index, der] of crls.entries()) {
    const list = readable(der);
    const problem = list === null ? 'cannot be read' : wrongList(list, [...certificates, ...pool]);
    if (list === null || problem !== null)
      return no('TIMESTAMP_REVOCATION_INVALID', `crls[${index}]: a list of an issuer here`, problem ?? '');
    lists.push(list);
  }
  let covered = 0;
  for (const [depth, certificate] of certificates.entries()) {
    const issuer = certificates[depth + 1];
    if (issuer === undefined) break;
    const answers = lists.filter((list) => coversTime(list, issuer, atMs));
    if (answers.length > 0) covered += 1;
    const entry = answers.map(({ entries }) => entries.get(certificate.serial)).find((found) => found);
    if (entry === undefined) continue;
    if (entry.revokedAtMs <= atMs || !harmlessReasons.includes(entry.reason)) {
      const actual = `revoked since ${formatTime(entry.revokedAtMs)}, reason ${entry.reason ?? 'not given'}`;
      return no('TIMESTAMP_CERTIFICATE_REVOKED', 'a certificate that was not revoked', actual);
    }
  }
  return { reason: null, authority, revocationChecked: covered === certificates.length - 1 };
}

/**
 * Why a list is not what it says: a carrier who could change lists could take entries out. One whose issuer is not here,
 * because an authority below it is trusted, cannot be judged and is not asked.
 */
function wrongList(list: Crl, certificates: readonly Certificate[]): string | null {
  const issuers = certificates.filter(({ subject }) => equalBytes(subject, list.issuer));
  if (issuers.some((issuer) => isSignedBy(list, issuer))) return null;
  if (issuers.length > 0) return 'its issuer did not sign it';
  return certificates.some(({ issuer }) => equalBytes(issuer, list.issuer)) ? null : 'speaks of nobody here';
}

function isSignedBy(
  { signatureAlgorithm: algorithm, tbs: message, signature }: Crl,
  { spki }: Certificate,
): boolean {
  return verifySignedBytes({ algorithm, spki, message, signature });
}

/** A list from after the stamp says more than one of its time; one that ended before it says nothing. */
function coversTime(list: Crl, issuer: Certificate, atMs: number): boolean {
  const judged = judgeCrl(list, {
    issuer,
    atMs: Math.max(atMs, list.thisUpdateMs),
    verifySignature: isSignedBy,
  });
  return judged.result === 'pass';
}

function readable(der: Uint8Array): Crl | null {
  try {
    return parseCrl(der);
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}

function no(reason: TimestampReason, expected: string, actual: string): NoPath {
  return { reason, expected, actual };
}
