import { toHex } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { attestationLimits } from '../limits.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import {
  DerReader,
  derBitBytes,
  derIn,
  derInteger,
  derOid,
  derTag,
  derTime,
  derWhole,
} from '../x509/der-reader.js';
import { oid } from '../x509/oids.js';

/** A signed OCSP response (RFC 6960), read and not judged. */
export interface OcspResponse {
  /** Bytes that the responder signed. */
  readonly signed: Uint8Array;
  readonly signatureOid: string;
  /** DER ECDSA-Sig-Value. */
  readonly signature: Uint8Array;
  /** Name (encoded) or key name (SHA-1 of the key) of the responder. */
  readonly responder: { readonly by: 'name' | 'key'; readonly value: Uint8Array };
  readonly statements: readonly OcspStatement[];
  readonly certificates: readonly Certificate[];
}

export interface OcspStatement {
  readonly hashOid: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Two's complement bytes as hex, as in `Certificate.serial`. */
  readonly serial: string;
  readonly status: 'good' | 'revoked' | 'hold' | 'unknown';
  /** Null unless revoked or held. */
  readonly revokedMs: number | null;
  readonly thisUpdateMs: number;
  /** Null when the responder promises none. */
  readonly nextUpdateMs: number | null;
}

const tag = {
  enumerated: 0x0a,
  /** IMPLICIT [0] NULL and IMPLICIT [2] NULL of CertStatus. */
  good: 0x80,
  unknown: 0x82,
} as const;
const SUCCESSFUL = 0;
/** RFC 5280 section 5.3.1. */
const CERTIFICATE_HOLD = 6;
const STATEMENTS_MAX = 8;

/** @throws AttestationError `OCSP_MALFORMED` */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  if (der.length > attestationLimits.ocspBytesMax) {
    malformed(`has ${der.length} bytes, limit ${attestationLimits.ocspBytesMax}`);
  }
  try {
    return derIn(der, 'ocsp', readResponse);
  } catch (error) {
    if (!(error instanceof AttestationError) || error.code === 'OCSP_MALFORMED') throw error;
    return malformed(error.message, error.where);
  }
}

function readResponse(der: Uint8Array): OcspResponse {
  const outer = new DerReader(derWhole(der, derTag.sequence).content);
  const status = outer.next(tag.enumerated).content;
  if (status.length !== 1 || status[0] !== SUCCESSFUL) malformed('the responder gave no answer');
  const bytes = outer.enter(derTag.context(0));
  outer.end();
  const typed = bytes.enter(derTag.sequence);
  bytes.end();
  if (derOid(typed.next(derTag.oid).content) !== oid.ocspBasic) malformed('is not a basic response');
  const basic = new DerReader(derWhole(typed.next(derTag.octetString).content, derTag.sequence).content);
  typed.end();
  const data = basic.next(derTag.sequence);
  const signatureOid = derOid(basic.enter(derTag.sequence).next(derTag.oid).content);
  const signature = derBitBytes(basic.next(derTag.bitString).content);
  const certificates =
    basic.tag === derTag.context(0) ? readCertificates(basic.enter(derTag.context(0))) : [];
  basic.end();
  return {
    signed: data.encoded,
    signatureOid,
    signature,
    certificates,
    ...readData(new DerReader(data.content)),
  };
}

function readCertificates(wrapper: DerReader): readonly Certificate[] {
  const list = wrapper.enter(derTag.sequence);
  wrapper.end();
  const certificates: Certificate[] = [];
  while (!list.done) {
    if (certificates.length === attestationLimits.certificatesMax) malformed('has too many certificates');
    certificates.push(parseCertificate(list.next(derTag.sequence).encoded));
  }
  return certificates;
}

function readData(data: DerReader): Pick<OcspResponse, 'responder' | 'statements'> {
  const byName = data.optional(derTag.context(1));
  const responder =
    byName === null
      ? {
          by: 'key' as const,
          value: derWhole(data.next(derTag.context(2)).content, derTag.octetString).content,
        }
      : { by: 'name' as const, value: derWhole(byName.content, derTag.sequence).encoded };
  derTime(data);
  const list = data.enter(derTag.sequence);
  const statements: OcspStatement[] = [];
  while (!list.done) {
    if (statements.length === STATEMENTS_MAX) malformed('has too many statements');
    statements.push(readStatement(list.enter(derTag.sequence)));
  }
  readExtensions(data);
  return { responder, statements };
}

function readStatement(statement: DerReader): OcspStatement {
  const id = statement.enter(derTag.sequence);
  const hashOid = derOid(id.enter(derTag.sequence).next(derTag.oid).content);
  const issuerNameHash = id.next(derTag.octetString).content;
  const issuerKeyHash = id.next(derTag.octetString).content;
  const serial = toHex(derInteger(id.next(derTag.integer).content));
  id.end();
  const status = readStatus(statement);
  const thisUpdateMs = derTime(statement);
  let nextUpdateMs: number | null = null;
  if (statement.tag === derTag.context(0)) {
    const wrapper = statement.enter(derTag.context(0));
    nextUpdateMs = derTime(wrapper);
    wrapper.end();
  }
  readExtensions(statement);
  return { hashOid, issuerNameHash, issuerKeyHash, serial, ...status, thisUpdateMs, nextUpdateMs };
}

function readStatus(statement: DerReader): Pick<OcspStatement, 'status' | 'revokedMs'> {
  if (statement.tag === tag.good || statement.tag === tag.unknown) {
    const { tag: found, content } = statement.any();
    if (content.length > 0) malformed('a status has content');
    return { status: found === tag.good ? 'good' : 'unknown', revokedMs: null };
  }
  const revoked = statement.enter(derTag.context(1));
  const revokedMs = derTime(revoked);
  let reason: number | null = null;
  if (!revoked.done) {
    const value = derWhole(revoked.next(derTag.context(0)).content, tag.enumerated).content;
    reason = value.length === 1 ? (value[0] ?? null) : malformed('a revocation reason is malformed');
  }
  revoked.end();
  return { status: reason === CERTIFICATE_HOLD ? 'hold' : 'revoked', revokedMs };
}

/** EXPLICIT [1] Extensions: none is needed here, so a critical one is refused (RFC 6960 section 4.4). */
function readExtensions(parent: DerReader): void {
  if (!parent.done) {
    const wrapper = parent.enter(derTag.context(1));
    const list = wrapper.enter(derTag.sequence);
    wrapper.end();
    while (!list.done) {
      const extension = list.enter(derTag.sequence);
      extension.next(derTag.oid);
      const critical = extension.optional(derTag.boolean);
      if (critical !== null && critical.content[0] !== 0) malformed('has a critical extension');
      extension.next(derTag.octetString);
      extension.end();
    }
  }
  parent.end();
}

function malformed(message: string, where?: string): never {
  throw new AttestationError('OCSP_MALFORMED', `OCSP response: ${message}`, where);
}
