import { fromUtf8, sha256, toHex } from '#canonical';
import { attestationLimits } from '../limits.js';
import { type Curve, curves } from '../primitives.js';
import {
  DerReader,
  derBitBytes,
  derBoolean,
  derIn,
  derInteger,
  derNamedBits,
  derOid,
  derSmallInteger,
  derTag,
  derTime,
  derWhole,
  malformed,
} from './der-reader.js';
import { oid } from './oids.js';

/**
 * An X.509 v3 certificate, read and not judged: nothing here says that anybody signed it.
 * `issuer` and `subject` are the encoded names; names are compared as bytes, as device vendors encode them.
 */
export interface Certificate {
  readonly der: Uint8Array;
  /** The signed bytes. */
  readonly tbs: Uint8Array;
  /** Two's complement bytes as hex. */
  readonly serial: string;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Null when there is none, or more than one. */
  readonly commonName: string | null;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Lower-case hex; how roots are pinned. */
  readonly spkiSha256: string;
  /** Null for a key of a kind that no verifier here uses. */
  readonly curve: Curve | null;
  /** Encoded AlgorithmIdentifier with its parameters: RSASSA-PSS is not told by its identifier alone. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signatureOid: string;
  /** DER ECDSA-Sig-Value for the ECDSA algorithms. */
  readonly signature: Uint8Array;
  readonly isCa: boolean;
  readonly pathLength: number | null;
  /** Bit numbers; null when the extension is absent. */
  readonly keyUsage: ReadonlySet<number> | null;
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
}

export interface CertificateExtension {
  readonly critical: boolean;
  /** Content of the extension's OCTET STRING. */
  readonly value: Uint8Array;
}

/** @throws AttestationError `CERT_MALFORMED` */
export function parseCertificate(der: Uint8Array): Certificate {
  return parseCertificateAt(der, 'certificate');
}

/** `place`: what an error calls the certificate, e.g. `chain[1]`. @throws AttestationError `CERT_MALFORMED` */
export function parseCertificateAt(der: Uint8Array, place: string): Certificate {
  return derIn(der, place, readCertificate);
}

function readCertificate(der: Uint8Array): Certificate {
  if (der.length > attestationLimits.certificateBytesMax) {
    malformed(`certificate has ${der.length} bytes, limit ${attestationLimits.certificateBytesMax}`);
  }
  const outer = new DerReader(derWhole(der, derTag.sequence).content);
  const tbs = outer.next(derTag.sequence);
  const outerAlgorithm = outer.next(derTag.sequence).encoded;
  const signature = derBitBytes(outer.next(derTag.bitString).content);
  outer.end();

  const body = new DerReader(tbs.content);
  const version = derSmallInteger(body.enter(derTag.context(0)).next(derTag.integer).content);
  if (version !== 2) malformed(`certificate version is ${version + 1}, expected 3`);
  const serial = toHex(derInteger(body.next(derTag.integer).content));
  const algorithm = body.next(derTag.sequence);
  // RFC 5280 section 4.1.1.2: the signed copy of the algorithm must be the one that is used.
  if (toHex(algorithm.encoded) !== toHex(outerAlgorithm))
    malformed('signature algorithms differ inside and outside');
  const issuer = body.next(derTag.sequence).encoded;
  const validity = body.enter(derTag.sequence);
  const notBeforeMs = derTime(validity);
  const notAfterMs = derTime(validity);
  validity.end();
  const subject = body.next(derTag.sequence);
  const spki = body.next(derTag.sequence);
  const extensions = readExtensions(body.enter(derTag.context(3)));
  body.end();

  return {
    der,
    tbs: tbs.encoded,
    serial,
    issuer,
    subject: subject.encoded,
    commonName: readCommonName(new DerReader(subject.content)),
    notBeforeMs,
    notAfterMs,
    spki: spki.encoded,
    spkiSha256: toHex(sha256(spki.encoded)),
    curve: readCurve(spki.encoded),
    signatureAlgorithm: algorithm.encoded,
    signatureOid: derOid(new DerReader(algorithm.content).next(derTag.oid).content),
    signature,
    ...readBasicConstraints(extensions.get(oid.basicConstraints)),
    keyUsage: readKeyUsage(extensions.get(oid.keyUsage)),
    extensions,
  };
}

/** Only uncompressed points on named curves: what the fixed prefix of `curves` spells. */
function readCurve(spki: Uint8Array): Curve | null {
  for (const curve of ['P-256', 'P-384'] as const) {
    const { spkiPrefix, coordinateBytes } = curves[curve];
    const length = spkiPrefix.length + 1 + 2 * coordinateBytes;
    const isPrefix = spkiPrefix.every((byte, index) => spki[index] === byte);
    if (isPrefix && spki.length === length && spki[spkiPrefix.length] === 4) return curve;
  }
  return null;
}

function readCommonName(name: DerReader): string | null {
  const found: string[] = [];
  while (!name.done) {
    const attributes = name.enter(derTag.set);
    while (!attributes.done) {
      const attribute = attributes.enter(derTag.sequence);
      const type = derOid(attribute.next(derTag.oid).content);
      const value = attribute.any();
      attribute.end();
      if (type !== oid.commonName) continue;
      if (value.tag !== derTag.utf8String && value.tag !== derTag.printableString)
        malformed('common name is not text');
      found.push(readText(value.content));
    }
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}

function readText(content: Uint8Array): string {
  try {
    return fromUtf8(content);
  } catch {
    return malformed('common name is not UTF-8');
  }
}

function readExtensions(wrapper: DerReader): ReadonlyMap<string, CertificateExtension> {
  const list = wrapper.enter(derTag.sequence);
  wrapper.end();
  const extensions = new Map<string, CertificateExtension>();
  while (!list.done) {
    const extension = list.enter(derTag.sequence);
    const id = derOid(extension.next(derTag.oid).content);
    const critical = extension.optional(derTag.boolean);
    const value = extension.next(derTag.octetString).content;
    extension.end();
    if (extensions.has(id)) malformed(`extension ${id} appears twice`);
    extensions.set(id, { critical: critical !== null && derBoolean(critical.content), value });
  }
  return extensions;
}

function readBasicConstraints(extension: CertificateExtension | undefined): {
  isCa: boolean;
  pathLength: number | null;
} {
  if (extension === undefined) return { isCa: false, pathLength: null };
  const fields = new DerReader(derWhole(extension.value, derTag.sequence).content);
  const ca = fields.optional(derTag.boolean);
  const pathLength = fields.optional(derTag.integer);
  fields.end();
  return {
    isCa: ca !== null && derBoolean(ca.content),
    pathLength: pathLength === null ? null : derSmallInteger(pathLength.content),
  };
}

function readKeyUsage(extension: CertificateExtension | undefined): ReadonlySet<number> | null {
  return extension === undefined ? null : derNamedBits(derWhole(extension.value, derTag.bitString).content);
}
