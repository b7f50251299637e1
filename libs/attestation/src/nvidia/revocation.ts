/**
 * Judges from stored OCSP responses whether certificates were revoked.
 *
 * Trusted for a certificate: its issuer, and a responder that this very issuer certified for OCSP. A response
 * is data that anybody may have carried; one that does not verify says nothing, good or bad.
 */
import { equalBytes, formatTime, type Json, sha256, sha384 } from '#canonical';
import { fail, type Outcome, pass } from '../check-list.js';
import { ecdsaVerify, sha1KeyName } from '../primitives.js';
import type { Certificate } from '../x509/certificate.js';
import { DerReader, derBitBytes, derOid, derTag, derWhole } from '../x509/der-reader.js';
import { keyUsageBit, oid } from '../x509/oids.js';
import type { OcspResponse, OcspStatement } from './ocsp-response.js';

/** A certificate and the one that issued it. */
export interface IssuedCertificate {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

export interface RevocationTimes {
  /** Time of judgement of the evidence. */
  readonly atMs: number;
  /** Time at which the responses are judged; at most `maxAgeMs` before `atMs`, never after it. */
  readonly ocspAtMs: number;
  /** Null: any age. */
  readonly maxAgeMs: number | null;
}

/** One certificate's line of a verdict: what was known of it, and of when. */
export interface RevocationFinding {
  readonly certificate: string;
  readonly outcome: Outcome;
  readonly thisUpdateMs: number | null;
  readonly nextUpdateMs: number | null;
}

const GOOD = 'not revoked';

export function judgeRevocation(
  certificates: readonly IssuedCertificate[],
  responses: readonly OcspResponse[],
  times: RevocationTimes,
): { readonly outcome: Outcome; readonly findings: readonly RevocationFinding[] } {
  const { atMs, ocspAtMs, maxAgeMs } = times;
  const findings = certificates.map((issued) => judgeOne(issued, responses, ocspAtMs));
  const worst = findings.find(({ outcome }) => outcome.result !== 'pass');
  if (worst !== undefined) return { outcome: worst.outcome, findings };
  if (ocspAtMs > atMs || (maxAgeMs !== null && atMs - ocspAtMs > maxAgeMs)) {
    const expected = `judged at most ${maxAgeMs ?? 'any number of'} ms before ${formatTime(atMs)}`;
    return { outcome: fail('OCSP_STALE', expected, formatTime(ocspAtMs)), findings };
  }
  return { outcome: pass(`${findings.length} certificates ${GOOD} at ${formatTime(ocspAtMs)}`), findings };
}

/** Findings for the claims of a verdict, ages in whole seconds at the time of judgement. */
export function revocationClaims(findings: readonly RevocationFinding[], atMs: number): Json {
  return findings.map(({ certificate, outcome, thisUpdateMs, nextUpdateMs }) => ({
    certificate,
    source: 'ocsp',
    result: outcome.result === 'pass' ? 'good' : (outcome.reason ?? 'unknown'),
    thisUpdate: thisUpdateMs === null ? null : formatTime(thisUpdateMs),
    nextUpdate: nextUpdateMs === null ? null : formatTime(nextUpdateMs),
    ageSeconds: thisUpdateMs === null ? null : Math.floor((atMs - thisUpdateMs) / 1000),
  }));
}

function judgeOne(
  issued: IssuedCertificate,
  responses: readonly OcspResponse[],
  ocspAtMs: number,
): RevocationFinding {
  const certificate = describe(issued.certificate);
  const answers = responses.flatMap((response) => {
    const statement = response.statements.find((candidate) => isAbout(candidate, issued));
    return statement === undefined ? [] : [{ response, statement }];
  });
  const expected = `an OCSP response for ${certificate}`;
  if (answers.length === 0) {
    // An answer of the same issuer about another certificate is a mistake or a trick; none at all is a gap.
    const isOther = responses.some(({ statements }) =>
      statements.some((statement) => isBy(statement, issued.issuer)),
    );
    const outcome = isOther
      ? fail('OCSP_MISMATCH', expected, 'one of the same issuer, for another certificate')
      : fail('REVOCATION_UNKNOWN', expected, 'none was supplied');
    return { certificate, outcome, thisUpdateMs: null, nextUpdateMs: null };
  }
  const judged = answers.map(({ response, statement }) => ({
    statement,
    outcome: judgeAnswer(issued, response, statement, ocspAtMs),
  }));
  // A revocation stands against any other answer; next, one good answer outweighs those that could not be used.
  const chosen =
    judged.find(({ outcome }) => outcome.reason === 'GPU_CERT_REVOKED') ??
    judged.find(({ outcome }) => outcome.reason === 'GPU_CERT_HOLD') ??
    judged.find(({ outcome }) => outcome.result === 'pass') ??
    judged[0];
  const { thisUpdateMs = null, nextUpdateMs = null } = chosen?.statement ?? {};
  const outcome = chosen?.outcome ?? fail('REVOCATION_UNKNOWN', expected, 'none could be used');
  return { certificate, outcome, thisUpdateMs, nextUpdateMs };
}

/** RFC 6960 section 4.1.1: hashes of the issuer's name and key, and the serial number. */
function isAbout(statement: OcspStatement, { certificate, issuer }: IssuedCertificate): boolean {
  return statement.serial === certificate.serial && isBy(statement, issuer);
}

function isBy(statement: OcspStatement, issuer: Certificate): boolean {
  const hash = hashOf(statement.hashOid);
  return (
    hash !== null &&
    equalBytes(statement.issuerNameHash, hash(issuer.subject)) &&
    equalBytes(statement.issuerKeyHash, hash(publicKeyBits(issuer)))
  );
}

function hashOf(algorithm: string): ((bytes: Uint8Array) => Uint8Array) | null {
  if (algorithm === oid.sha384) return sha384;
  return algorithm === oid.sha256 ? sha256 : null;
}

function judgeAnswer(
  { certificate, issuer }: IssuedCertificate,
  response: OcspResponse,
  statement: OcspStatement,
  ocspAtMs: number,
): Outcome {
  const refusal = judgeResponder(issuer, response, ocspAtMs);
  if (refusal !== null) return refusal;
  const name = describe(certificate);
  const { status, revokedMs, thisUpdateMs, nextUpdateMs } = statement;
  const at = formatTime(ocspAtMs);
  // A revocation is for ever: an old answer, or a later one about an earlier day, still tells it.
  if (status === 'revoked' && revokedMs !== null && revokedMs <= ocspAtMs) {
    return fail('GPU_CERT_REVOKED', `${name} ${GOOD}`, `revoked since ${formatTime(revokedMs)}`);
  }
  if (nextUpdateMs === null || ocspAtMs < thisUpdateMs || ocspAtMs > nextUpdateMs) {
    const window = `${formatTime(thisUpdateMs)} to ${nextUpdateMs === null ? 'no end' : formatTime(nextUpdateMs)}`;
    return fail('OCSP_STALE', `an OCSP response for ${name} valid at ${at}`, window);
  }
  if (status === 'revoked') return fail('GPU_CERT_REVOKED', `${name} ${GOOD}`, 'revoked');
  if (status === 'hold') return fail('GPU_CERT_HOLD', `${name} ${GOOD}`, 'on hold');
  if (status === 'unknown') return fail('REVOCATION_UNKNOWN', `${name} ${GOOD}`, 'unknown to the responder');
  return pass(`${name} ${GOOD} at ${at}`);
}

/** Null when the issuer, or a responder that it certified, signed the response. */
function judgeResponder(issuer: Certificate, response: OcspResponse, ocspAtMs: number): Outcome | null {
  const expected = `an OCSP response signed for ${describe(issuer)}`;
  const signer = [issuer, ...response.certificates].find((candidate) => isNamed(candidate, response));
  if (signer === undefined) return fail('OCSP_SIGNATURE_INVALID', expected, 'its responder is not shown');
  if (!equalBytes(signer.der, issuer.der)) {
    if (
      !equalBytes(signer.issuer, issuer.subject) ||
      !signs(issuer, signer.signatureOid, signer.tbs, signer.signature)
    ) {
      return fail('OCSP_SIGNATURE_INVALID', expected, 'its responder was certified by somebody else');
    }
    if (!isResponder(signer)) {
      return fail('SIGNER_ROLE', 'a certificate for signing OCSP responses', describe(signer));
    }
    if (ocspAtMs < signer.notBeforeMs || ocspAtMs > signer.notAfterMs) {
      const window = `${formatTime(signer.notBeforeMs)} to ${formatTime(signer.notAfterMs)}`;
      return fail('CERT_EXPIRED', `a responder valid at ${formatTime(ocspAtMs)}`, window);
    }
  }
  return signs(signer, response.signatureOid, response.signed, response.signature)
    ? null
    : fail('OCSP_SIGNATURE_INVALID', expected, 'signature does not verify');
}

function isNamed(certificate: Certificate, { responder }: OcspResponse): boolean {
  return responder.by === 'name'
    ? equalBytes(certificate.subject, responder.value)
    : equalBytes(sha1KeyName(publicKeyBits(certificate)), responder.value);
}

/**
 * NVIDIA's responders live three years and carry "no check" (RFC 6960 section 4.2.2.2.1), some of them as a
 * usage instead of as the extension: their own revocation cannot be asked for.
 */
function isResponder(certificate: Certificate): boolean {
  const usage = certificate.extensions.get(oid.extendedKeyUsage);
  if (usage === undefined || certificate.isCa) return false;
  if (certificate.keyUsage?.has(keyUsageBit.digitalSignature) !== true) return false;
  const known: ReadonlySet<string> = new Set([oid.keyUsage, oid.basicConstraints, oid.extendedKeyUsage]);
  for (const [id, extension] of certificate.extensions)
    if (extension.critical && !known.has(id)) return false;
  const list = new DerReader(derWhole(usage.value, derTag.sequence).content);
  let signsOcsp = false;
  while (!list.done) signsOcsp = derOid(list.next(derTag.oid).content) === oid.ocspSigning || signsOcsp;
  return signsOcsp;
}

function signs(key: Certificate, algorithm: string, message: Uint8Array, signature: Uint8Array): boolean {
  const { curve, spki } = key;
  const expected = curve === 'P-384' ? oid.ecdsaSha384 : oid.ecdsaSha256;
  return (
    curve !== null &&
    algorithm === expected &&
    ecdsaVerify({ curve, spki, message, signature, encoding: 'der' })
  );
}

/** The key without its algorithm: the content of the bit string, as OCSP hashes it. */
function publicKeyBits({ spki }: Certificate): Uint8Array {
  const fields = new DerReader(derWhole(spki, derTag.sequence).content);
  fields.next(derTag.sequence);
  return derBitBytes(fields.next(derTag.bitString).content);
}

/** The name is text of an untrusted sender: bounded and quoted. */
function describe(certificate: Certificate): string {
  return JSON.stringify((certificate.commonName ?? 'a certificate without a name').slice(0, 64));
}
