import { type EcKeyPair, ecdsaSign, spkiOfPoint } from '../primitives.js';
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
  printableString,
  sequence,
  smallInteger,
  time,
  utf8String,
} from './der-writer.js';

export interface CertificateRequest {
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Big-endian bytes. */
  readonly serial: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly key: EcKeyPair;
  readonly issuerKey: EcKeyPair;
  /** Null for a leaf. */
  readonly ca: { readonly pathLength: number | null } | null;
  /** Extension identifier and the content of its OCTET STRING. */
  readonly extensions?: readonly (readonly [string, Uint8Array])[];
}

export interface DistinguishedName {
  readonly commonName: string;
  /** Device serial number as hex; told apart in names as vendors do it. */
  readonly serialNumber?: string;
}

const ORGANISATION = 'Sealflow simulated hardware';

/** An X.509 v3 certificate (RFC 5280) signed by `issuerKey`. */
export function writeCertificate(request: CertificateRequest): Uint8Array {
  const { key, issuerKey, serial, ca } = request;
  const algorithm = sequence(
    objectIdentifier(issuerKey.curve === 'P-256' ? oid.ecdsaSha256 : oid.ecdsaSha384),
  );
  const tbs = sequence(
    explicit(0, smallInteger(2)),
    integer(serial),
    algorithm,
    name(request.issuer),
    sequence(time(request.notBeforeMs), time(request.notAfterMs)),
    name(request.subject),
    spkiOfPoint(key.curve, key.point),
    explicit(
      3,
      sequence(
        extension(oid.basicConstraints, basicConstraints(ca), true),
        extension(
          oid.keyUsage,
          namedBits(
            ca === null ? [keyUsageBit.digitalSignature] : [keyUsageBit.keyCertSign, keyUsageBit.crlSign],
          ),
          true,
        ),
        ...(request.extensions ?? []).map(([id, value]) => extension(id, value, false)),
      ),
    ),
  );
  return sequence(tbs, algorithm, bitString(ecdsaSign(issuerKey, tbs, 'der')));
}

function name({ commonName, serialNumber }: DistinguishedName): Uint8Array {
  return sequence(
    ...(serialNumber === undefined ? [] : [attribute(oid.serialNumber, printableString(serialNumber))]),
    attribute(oid.organizationName, utf8String(ORGANISATION)),
    attribute(oid.commonName, utf8String(commonName)),
  );
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return der(derTag.set, sequence(objectIdentifier(type), value));
}

function basicConstraints(ca: CertificateRequest['ca']): Uint8Array {
  if (ca === null) return sequence();
  return sequence(boolean(true), ...(ca.pathLength === null ? [] : [smallInteger(ca.pathLength)]));
}

function extension(id: string, value: Uint8Array, critical: boolean): Uint8Array {
  return sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
}
