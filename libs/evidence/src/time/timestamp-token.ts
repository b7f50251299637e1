import {
  AttestationError,
  type Certificate,
  DerReader,
  derBoolean,
  derInteger,
  derOid,
  derSmallInteger,
  derTag,
  derWhole,
  type HashName,
  hashOfAlgorithm,
  parseCertificateAt,
} from '#attestation';
import { concatBytes, fromUtf8, toHex } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { timeOids } from './time-oids.js';

/*
 * RFC 3161 timestamp tokens: CMS SignedData (RFC 5652) around a TSTInfo. A token is data of an untrusted carrier;
 * reading it proves nothing. Strict DER: what has two encodings is refused.
 */

export interface TimestampToken {
  /** Signed content. */
  readonly info: Uint8Array;
  readonly policy: string;
  readonly imprint: { readonly hash: HashName; readonly digest: Uint8Array };
  /** Two's complement bytes as hex. */
  readonly serial: string;
  readonly genTimeMs: number;
  /** Upper bound of the authority's error; 0 when it names none. */
  readonly accuracyMs: number;
  /** Two's complement bytes as hex. */
  readonly nonce: string | null;
  readonly signer: TokenSigner;
  readonly certificates: readonly Certificate[];
}

export interface TokenSigner {
  readonly issuer: Uint8Array;
  readonly serial: string;
  readonly hash: HashName;
  /** The attributes as they were signed: with the tag of a SET (RFC 5652 section 5.4). */
  readonly attributes: Uint8Array;
  readonly contentType: string;
  readonly messageDigest: Uint8Array;
  /** First ESSCertIDv2 (RFC 5816): the certificate that the signer says it signed with. */
  readonly certificateId: { readonly hash: HashName; readonly digest: Uint8Array };
  /** DER AlgorithmIdentifier. */
  readonly algorithm: Uint8Array;
  readonly signature: Uint8Array;
}

export const timestampLimits = { tokenBytesMax: 64 * 1024, certificatesMax: 8, attributesMax: 16 } as const;

const SIGNED_DATA_VERSION = 3;
const SIGNER_VERSION = 1;
const GENERALIZED_TIME = 0x18;
const primitive = (number: number): number => 0x80 + number;

/** Raises `TIMESTAMP_MALFORMED`. */
export function parseTimestampToken(der: Uint8Array): TimestampToken {
  if (der.length > timestampLimits.tokenBytesMax) {
    throw malformed(`${der.length} bytes, at most ${timestampLimits.tokenBytesMax}`);
  }
  try {
    return readToken(der);
  } catch (error) {
    if (error instanceof AttestationError) throw malformed(error.message);
    throw error;
  }
}

function readToken(der: Uint8Array): TimestampToken {
  const outer = new DerReader(derWhole(der, derTag.sequence).content);
  expectOid(outer, timeOids.signedData, 'content');
  const wrapper = outer.enter(derTag.context(0));
  outer.end();
  const data = wrapper.enter(derTag.sequence);
  wrapper.end();
  if (derSmallInteger(data.next(derTag.integer).content) !== SIGNED_DATA_VERSION)
    throw malformed('SignedData is not of version 3');
  const announced = readHashes(data.enter(derTag.set));
  const content = data.enter(derTag.sequence);
  expectOid(content, timeOids.tstInfo, 'signed content');
  const holder = content.enter(derTag.context(0));
  content.end();
  const info = holder.next(derTag.octetString).content;
  holder.end();
  const certificates = readCertificates(data.optional(derTag.context(0))?.content ?? new Uint8Array(0));
  // Revocation lists of the signer may stand here; those that count are beside the token, in the bundle.
  data.optional(derTag.context(1));
  const signers = data.enter(derTag.set);
  data.end();
  const signer = readSigner(signers.enter(derTag.sequence));
  // RFC 3161 section 2.4.2: no signature but the authority's.
  signers.end();
  if (announced !== signer.hash) throw malformed('SignedData announces another hash than its signer uses');
  return { info, ...readInfo(info), signer, certificates };
}

/** One signer, one hash. The list is under no signature, so it must say what the signed part needs. */
function readHashes(list: DerReader): HashName {
  const hash = accepted(list.next(derTag.sequence).encoded, 'SignedData');
  list.end();
  return hash;
}

function readInfo(info: Uint8Array): Omit<TimestampToken, 'info' | 'signer' | 'certificates'> {
  const fields = new DerReader(derWhole(info, derTag.sequence).content);
  if (derSmallInteger(fields.next(derTag.integer).content) !== 1)
    throw malformed('TSTInfo is not of version 1');
  const policy = derOid(fields.next(derTag.oid).content);
  const imprint = fields.enter(derTag.sequence);
  const hash = accepted(imprint.next(derTag.sequence).encoded, 'imprint');
  const digest = imprint.next(derTag.octetString).content;
  imprint.end();
  const serial = toHex(derInteger(fields.next(derTag.integer).content));
  const genTimeMs = generalizedTime(fields.next(GENERALIZED_TIME).content);
  const accuracy = fields.optional(derTag.sequence);
  const ordering = fields.optional(derTag.boolean);
  if (ordering !== null && !derBoolean(ordering.content)) throw malformed('a default value is spelled out');
  const nonce = fields.optional(derTag.integer);
  fields.optional(derTag.context(0));
  const extensions = fields.optional(derTag.context(1));
  // None is in use. One that is critical would change what the token means (RFC 3161 section 2.4.2).
  if (extensions !== null) throw malformed('TSTInfo has extensions');
  fields.end();
  return {
    policy,
    imprint: { hash, digest },
    serial,
    genTimeMs,
    accuracyMs: accuracy === null ? 0 : readAccuracy(new DerReader(accuracy.content)),
    nonce: nonce === null ? null : toHex(derInteger(nonce.content)),
  };
}

function readAccuracy(fields: DerReader): number {
  const number = (tag: number): number => {
    const value = fields.optional(tag);
    return value === null ? 0 : derSmallInteger(value.content);
  };
  const ms = number(derTag.integer) * 1000 + number(primitive(0)) + Math.ceil(number(primitive(1)) / 1000);
  fields.end();
  return ms;
}

function readSigner(fields: DerReader): TokenSigner {
  if (derSmallInteger(fields.next(derTag.integer).content) !== SIGNER_VERSION)
    throw malformed('the signer is not named by issuer and serial number');
  const name = fields.enter(derTag.sequence);
  const issuer = name.next(derTag.sequence).encoded;
  const serial = toHex(derInteger(name.next(derTag.integer).content));
  name.end();
  const hash = accepted(fields.next(derTag.sequence).encoded, 'signer');
  const attributes = fields.next(derTag.context(0));
  const algorithm = fields.next(derTag.sequence).encoded;
  const signature = fields.next(derTag.octetString).content;
  // Unsigned attributes are nobody's word.
  fields.optional(derTag.context(1));
  fields.end();
  const values = readAttributes(attributes.content);
  const one = (id: string, what: string): Uint8Array => {
    const value = values.get(id);
    if (value === undefined) throw malformed(`signed attribute ${what} is missing`);
    return value;
  };
  return {
    issuer,
    serial,
    hash,
    attributes: concatBytes(Uint8Array.of(derTag.set), attributes.encoded.subarray(1)),
    contentType: derOid(derWhole(one(timeOids.contentType, 'content-type'), derTag.oid).content),
    messageDigest: derWhole(one(timeOids.messageDigest, 'message-digest'), derTag.octetString).content,
    certificateId: readCertificateId(one(timeOids.signingCertificateV2, 'signing-certificate-v2')),
    algorithm,
    signature,
  };
}

/** Attribute by identifier; each has one value (RFC 5652 section 11) and stands there once. */
function readAttributes(content: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const reader = new DerReader(content);
  const values = new Map<string, Uint8Array>();
  while (!reader.done) {
    const attribute = reader.enter(derTag.sequence);
    const id = derOid(attribute.next(derTag.oid).content);
    const set = attribute.enter(derTag.set);
    attribute.end();
    const value = set.any().encoded;
    set.end();
    if (values.has(id)) throw malformed(`signed attribute ${id} appears twice`);
    values.set(id, value);
    if (values.size > timestampLimits.attributesMax) throw malformed('too many signed attributes');
  }
  return values;
}

/** RFC 5816 section 2.2.1: the first entry names the signer's certificate. SHA-256 is the default hash. */
function readCertificateId(value: Uint8Array): TokenSigner['certificateId'] {
  const entries = new DerReader(derWhole(value, derTag.sequence).content).enter(derTag.sequence);
  const entry = entries.enter(derTag.sequence);
  const algorithm = entry.optional(derTag.sequence);
  const hash = algorithm === null ? 'sha256' : accepted(algorithm.encoded, 'signing certificate');
  return { hash, digest: entry.next(derTag.octetString).content };
}

function readCertificates(content: Uint8Array): Certificate[] {
  const reader = new DerReader(content);
  const certificates: Certificate[] = [];
  while (!reader.done) {
    if (certificates.length === timestampLimits.certificatesMax) throw malformed('too many certificates');
    const place = `token certificate ${certificates.length}`;
    certificates.push(parseCertificateAt(reader.next(derTag.sequence).encoded, place));
  }
  return certificates;
}

/** RFC 3161 section 2.4.2: `YYYYMMDDhhmmss[.s...]Z`, without trailing zeros. Finer than a millisecond is dropped. */
function generalizedTime(content: Uint8Array): number {
  const text = content.length > 32 ? '' : latin(content);
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/.exec(text);
  if (found === null) throw malformed('genTime is not in the form of RFC 3161');
  const [, year, month, day, hour, minute, second, fraction = ''] = found;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const ms = Date.parse(iso);
  // Date.parse rolls 31 February over; the way back shows it.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== iso)
    throw malformed('genTime names a day that does not exist');
  return ms;
}

function latin(content: Uint8Array): string {
  try {
    return fromUtf8(content);
  } catch {
    return '';
  }
}

function accepted(algorithm: Uint8Array, what: string): HashName {
  const hash = hashOfAlgorithm(algorithm);
  if (hash === null) throw malformed(`hash of the ${what} is not sha256, sha384 or sha512`);
  return hash;
}

function expectOid(reader: DerReader, expected: string, what: string): void {
  const found = derOid(reader.next(derTag.oid).content);
  if (found !== expected) throw malformed(`${what} is of type ${found}, expected ${expected}`);
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('TIMESTAMP_MALFORMED', `timestamp token: ${what}`);
}
