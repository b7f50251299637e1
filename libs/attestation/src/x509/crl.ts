/**
 * Reads and judges certificate revocation lists (RFC 5280 section 5), for every vendor.
 *
 * A list is data of an untrusted carrier. It says something only after its signature by the CA whose certificates
 * it covers was verified, and only within its own window. A list that is missing, cannot be read or is too old
 * proves nothing, and is never the same as an empty list.
 */
import { equalBytes, formatTime, toHex } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { fail, type Outcome, pass } from '../check-list.js';
import { attestationLimits } from '../limits.js';
import { ecdsaVerify } from '../primitives.js';
import type { ReasonCode } from '../reasons.js';
import type { Certificate } from './certificate.js';
import {
  DerReader,
  derBitBytes,
  derBoolean,
  derIn,
  derInteger,
  derOid,
  derSmallInteger,
  derTag,
  derTime,
  derWhole,
  malformed,
} from './der-reader.js';
import { keyUsageBit, oid } from './oids.js';

/** A version 2 list, read and not judged. */
export interface Crl {
  readonly der: Uint8Array;
  /** The signed bytes. */
  readonly tbs: Uint8Array;
  /** The encoded name, as in `Certificate.subject`. */
  readonly issuer: Uint8Array;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  /** Encoded AlgorithmIdentifier with its parameters: RSASSA-PSS is not told by its identifier alone. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  /** By serial number in the spelling of `Certificate.serial`. */
  readonly entries: ReadonlyMap<string, CrlEntry>;
}

export interface CrlEntry {
  readonly revokedAtMs: number;
  /** CRLReason (RFC 5280 section 5.3.1); null when none is given. */
  readonly reason: number | null;
}

/** `certificateHold`: not revoked for good, and not to be trusted either. */
export const CRL_REASON_HOLD = 6;
/** Delta lists only: the certificate came off the base list. */
const REASON_REMOVE_FROM_CRL = 8;
const REASON_TAG = 0x0a;
/** The deprecated list of version 1 has no way to say what it covers. */
const VERSION_2 = 1;

/** @throws AttestationError `CRL_MISSING` (no bytes), `CRL_MALFORMED` */
export function parseCrl(der: Uint8Array): Crl {
  if (der.length === 0) throw new AttestationError('CRL_MISSING', 'revocation list: has no bytes');
  if (der.length > attestationLimits.crlBytesMax) {
    return refuse(`has ${der.length} bytes, limit ${attestationLimits.crlBytesMax}`);
  }
  try {
    return derIn(der, 'crl', readCrl);
  } catch (error) {
    return error instanceof AttestationError ? refuse(error.message, error.where) : refuse('cannot be read');
  }
}

export interface CrlJudgement {
  /** The CA whose certificates the list is asked about. Its own chain is judged by the caller. */
  readonly issuer: Certificate;
  readonly atMs: number;
  /** How `issuer` signs; ECDSA on the issuer's curve unless given. */
  readonly verifySignature?: (crl: Crl, issuer: Certificate) => boolean;
}

/** Whether the list may be asked at all: issuer, signature, window, in that order. */
export function judgeCrl(crl: Crl, { issuer, atMs, verifySignature = verifyEcdsa }: CrlJudgement): Outcome {
  const name = JSON.stringify((issuer.commonName ?? '').slice(0, 64));
  if (!equalBytes(crl.issuer, issuer.subject)) {
    return fail('CRL_ISSUER_MISMATCH', `a list of ${name}`, 'the list names another issuer');
  }
  if (issuer.keyUsage !== null && !issuer.keyUsage.has(keyUsageBit.crlSign)) {
    return fail('CRL_ISSUER_MISMATCH', `key usage cRLSign of ${name}`, 'it may not sign lists');
  }
  if (!verifySignature(crl, issuer)) {
    return fail('CRL_SIGNATURE_INVALID', `a signature by ${name}`, 'does not verify');
  }
  const window = `${formatTime(crl.thisUpdateMs)} to ${formatTime(crl.nextUpdateMs)}`;
  const expected = `a list of ${name} current at ${formatTime(atMs)}`;
  if (atMs < crl.thisUpdateMs) return fail('CRL_NOT_YET_VALID', expected, window);
  if (atMs > crl.nextUpdateMs) return fail('CRL_EXPIRED', expected, window);
  return pass(`${window}, ${crl.entries.size} entries`);
}

/** Whether `certificate` is on a list that `judgeCrl` passed. On hold counts as revoked. */
export function judgeRevoked(
  crl: Crl,
  certificate: Certificate,
  revoked: ReasonCode = 'CERT_REVOKED',
): Outcome {
  const entry = crl.entries.get(certificate.serial);
  if (entry === undefined) return pass(`serial ${certificate.serial} is not on the list`);
  const word = entry.reason === CRL_REASON_HOLD ? 'on hold' : 'revoked';
  return fail(
    revoked,
    `serial ${certificate.serial} not on the list`,
    `${word} since ${formatTime(entry.revokedAtMs)}, reason ${entry.reason ?? 'not given'}`,
  );
}

function verifyEcdsa(crl: Crl, { curve, spki }: Certificate): boolean {
  if (curve === null) return false;
  const signatureOid = curve === 'P-256' ? oid.ecdsaSha256 : oid.ecdsaSha384;
  if (crl.signatureOid !== signatureOid) return false;
  return ecdsaVerify({ curve, spki, message: crl.tbs, signature: crl.signature, encoding: 'der' });
}

function readCrl(der: Uint8Array): Crl {
  const outer = new DerReader(derWhole(der, derTag.sequence).content);
  const tbs = outer.next(derTag.sequence);
  const algorithm = outer.next(derTag.sequence);
  const signature = derBitBytes(outer.next(derTag.bitString).content);
  outer.end();

  const body = new DerReader(tbs.content);
  if (derSmallInteger(body.next(derTag.integer).content) !== VERSION_2) malformed('list is not of version 2');
  if (!equalBytes(body.next(derTag.sequence).encoded, algorithm.encoded)) {
    malformed('signature algorithms differ inside and outside');
  }
  const issuer = body.next(derTag.sequence).encoded;
  const thisUpdateMs = derTime(body);
  // Optional by the grammar, required by RFC 5280 section 5.1.2.5: without it a list would never age.
  const nextUpdateMs = derTime(body);
  const entries = readEntries(body.optional(derTag.sequence));
  const wrapper = body.optional(derTag.context(0));
  body.end();
  if (wrapper !== null) refuseCritical(derWhole(wrapper.content, derTag.sequence).content);
  return {
    der,
    tbs: tbs.encoded,
    issuer,
    thisUpdateMs,
    nextUpdateMs,
    signatureAlgorithm: algorithm.encoded,
    signatureOid: derOid(new DerReader(algorithm.content).next(derTag.oid).content),
    signature,
    entries,
  };
}

function readEntries(list: { readonly content: Uint8Array } | null): ReadonlyMap<string, CrlEntry> {
  const entries = new Map<string, CrlEntry>();
  if (list === null) return entries;
  const reader = new DerReader(list.content);
  while (!reader.done) {
    const entry = reader.enter(derTag.sequence);
    const serial = toHex(derInteger(entry.next(derTag.integer).content));
    const revokedAtMs = derTime(entry);
    const extensions = entry.optional(derTag.sequence);
    entry.end();
    const reason = extensions === null ? null : readReason(extensions.content);
    if (reason === REASON_REMOVE_FROM_CRL) malformed('entry belongs to a delta list');
    if (entries.has(serial)) malformed(`serial ${serial} appears twice`);
    entries.set(serial, { revokedAtMs, reason });
  }
  return entries;
}

function readReason(content: Uint8Array): number | null {
  const value = refuseCritical(content).get(oid.crlReason);
  if (value === undefined) return null;
  const [reason, ...rest] = derWhole(value, REASON_TAG).content;
  return reason === undefined || rest.length > 0 ? malformed('entry has a reason that is no code') : reason;
}

/**
 * Critical extensions limit what a list covers (a delta, one distribution point, another CA's certificates). None
 * of the vendors uses one, and reading such a list as a full one would miss revocations.
 */
function refuseCritical(content: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const reader = new DerReader(content);
  const values = new Map<string, Uint8Array>();
  while (!reader.done) {
    const extension = reader.enter(derTag.sequence);
    const id = derOid(extension.next(derTag.oid).content);
    const critical = extension.optional(derTag.boolean);
    const value = extension.next(derTag.octetString).content;
    extension.end();
    if (critical !== null && derBoolean(critical.content)) malformed(`critical extension ${id} is not known`);
    if (values.has(id)) malformed(`extension ${id} appears twice`);
    values.set(id, value);
  }
  return values;
}

function refuse(message: string, where = 'crl'): never {
  throw new AttestationError('CRL_MALFORMED', `revocation list: ${message}`, where);
}
