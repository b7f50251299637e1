/** Writes certificates and revocation lists in the form of AMD's hierarchy: RSASSA-PSS, with AMD's extensions. */
import { RSA_PSS_SALT_BYTES, type RsaKeyPair, rsaPssSign } from '../primitives.js';
import { derTag } from '../x509/der-reader.js';
import { keyUsageBit, oid } from '../x509/oids.js';
import {
  bitString,
  boolean,
  der,
  explicit,
  integer,
  namedBits,
  objectIdentifier,
  octetString,
  sequence,
  smallInteger,
  time,
  utf8String,
} from './der-writer.js';

export interface ValidityWindow {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface AmdCertificateRequest extends ValidityWindow {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: number;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly issuerKey: RsaKeyPair;
  /** Null for an endorsement key: AMD writes neither basic constraints nor key usage into those. */
  readonly ca: { readonly pathLength: number | null; readonly signsLists: boolean } | null;
  /** Identifier and content of the OCTET STRING. */
  readonly extensions?: readonly (readonly [id: string, value: Uint8Array, critical?: boolean])[];
  /** Instead of AMD's 48; the parameters of the algorithm name it too. */
  readonly saltBytes?: number;
}

export interface AmdCrlRequest {
  readonly issuer: string;
  readonly issuerKey: RsaKeyPair;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revokedSerials: readonly number[];
}

const ORGANISATION = 'Sealflow simulated hardware';

export function writeAmdCertificate(request: AmdCertificateRequest): Uint8Array {
  const { ca, saltBytes = RSA_PSS_SALT_BYTES, issuerKey } = request;
  const algorithm = pssSha384(saltBytes);
  const extensions = [
    ...(ca === null ? [] : caExtensions(ca)),
    ...(request.extensions ?? []).map(([id, value, critical = false]) => extension(id, value, critical)),
  ];
  const tbs = sequence(
    explicit(0, smallInteger(2)),
    smallInteger(request.serial),
    algorithm,
    name(request.issuer),
    sequence(time(request.notBeforeMs), time(request.notAfterMs)),
    name(request.subject),
    request.spki,
    explicit(3, sequence(...extensions)),
  );
  return sequence(tbs, algorithm, bitString(rsaPssSign(issuerKey, tbs, saltBytes)));
}

export function writeAmdCrl(request: AmdCrlRequest): Uint8Array {
  const { revokedSerials, thisUpdateMs } = request;
  const algorithm = pssSha384(RSA_PSS_SALT_BYTES);
  const entries = revokedSerials.map((serial) => sequence(smallInteger(serial), time(thisUpdateMs)));
  const tbs = sequence(
    smallInteger(1),
    algorithm,
    name(request.issuer),
    time(thisUpdateMs),
    time(request.nextUpdateMs),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
  );
  return sequence(tbs, algorithm, bitString(rsaPssSign(request.issuerKey, tbs)));
}

/** RFC 4055 section 3.1, trailer field written out as most of AMD's certificates do. */
function pssSha384(saltBytes: number): Uint8Array {
  const hash = sequence(objectIdentifier(oid.sha384), der(0x05));
  return sequence(
    objectIdentifier(oid.rsassaPss),
    sequence(
      explicit(0, hash),
      explicit(1, sequence(objectIdentifier(oid.mgf1), hash)),
      explicit(2, smallInteger(saltBytes)),
      explicit(3, integer(Uint8Array.of(1))),
    ),
  );
}

function caExtensions(ca: NonNullable<AmdCertificateRequest['ca']>): readonly Uint8Array[] {
  const pathLength = ca.pathLength === null ? [] : [smallInteger(ca.pathLength)];
  const usages = [keyUsageBit.keyCertSign, ...(ca.signsLists ? [keyUsageBit.crlSign] : [])];
  return [
    extension(oid.basicConstraints, sequence(boolean(true), ...pathLength), true),
    extension(oid.keyUsage, namedBits(usages), true),
  ];
}

function extension(id: string, value: Uint8Array, critical: boolean): Uint8Array {
  return sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function name(commonName: string): Uint8Array {
  return sequence(attribute(oid.organizationName, ORGANISATION), attribute(oid.commonName, commonName));
}

function attribute(type: string, text: string): Uint8Array {
  return der(derTag.set, sequence(objectIdentifier(type), utf8String(text)));
}
