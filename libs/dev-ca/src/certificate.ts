import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import * as der from './der.js';

/** What a certificate says (RFC 5280); the issuer decides about it alone. */
export interface CertificateContent {
  readonly commonName: string;
  readonly issuerName: string;
  readonly publicKey: KeyObject;
  /** At most 20 bytes. */
  readonly serial: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** May sign certificates. */
  readonly ca: boolean;
  readonly usages: readonly ('serverAuth' | 'clientAuth')[];
  /** Names of other kinds than the common name, which nobody looks at. */
  readonly dns?: readonly string[];
  readonly addresses?: readonly string[];
  readonly uris?: readonly string[];
}

const OID = {
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

/** Bits of KeyUsage, the first one highest: digitalSignature; keyCertSign and cRLSign. */
const USAGE_LEAF = { byte: 0x80, unusedBits: 7 };
const USAGE_CA = { byte: 0x06, unusedBits: 1 };

/** A signed certificate, DER. The signing key is of P-256. */
export function signCertificate(content: CertificateContent, issuerKey: KeyObject): Buffer {
  const algorithm = der.sequence(der.oid(OID.ecdsaWithSha256));
  const body = der.sequence(
    der.tagged(0, true, der.integer(Buffer.from([2]))),
    der.integer(content.serial),
    algorithm,
    nameOf(content.issuerName),
    der.sequence(der.time(content.notBeforeMs), der.time(content.notAfterMs)),
    nameOf(content.commonName),
    publicKeyInfo(content.publicKey),
    der.tagged(3, true, der.sequence(...extensions(content, issuerKey))),
  );
  return der.sequence(body, algorithm, der.bitString(sign('sha256', body, issuerKey)));
}

function extensions(content: CertificateContent, issuerKey: KeyObject): Buffer[] {
  const { ca, usages } = content;
  const usage = ca ? USAGE_CA : USAGE_LEAF;
  const names = alternativeNames(content);
  const list = [
    extension(OID.basicConstraints, true, ca ? der.sequence(der.isTrue()) : der.sequence()),
    extension(OID.keyUsage, true, der.bitString(Buffer.from([usage.byte]), usage.unusedBits)),
    extension(OID.subjectKeyId, false, der.octetString(keyId(content.publicKey))),
    extension(
      OID.authorityKeyId,
      false,
      der.sequence(der.tagged(0, false, keyId(createPublicKey(issuerKey)))),
    ),
  ];
  if (usages.length > 0) {
    const purposes = usages.map((purpose) => der.oid(OID[purpose]));
    list.push(extension(OID.extendedKeyUsage, false, der.sequence(...purposes)));
  }
  if (names.length > 0) list.push(extension(OID.subjectAltName, false, der.sequence(...names)));
  return list;
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.isTrue()] : []), der.octetString(value));
}

/** GeneralName of RFC 5280 section 4.2.1.6: dNSName 2, uniformResourceIdentifier 6, iPAddress 7. */
function alternativeNames({ dns = [], addresses = [], uris = [] }: CertificateContent): Buffer[] {
  return [
    ...dns.map((name) => der.tagged(2, false, Buffer.from(name, 'latin1'))),
    ...uris.map((uri) => der.tagged(6, false, Buffer.from(uri, 'latin1'))),
    ...addresses.map((address) => der.tagged(7, false, addressBytes(address))),
  ];
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  if (address === '::1') return Buffer.concat([Buffer.alloc(15), Buffer.from([1])]);
  throw new RangeError(`${address}: expected an IPv4 address or ::1`);
}

function nameOf(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.oid(OID.commonName), der.utf8String(commonName))));
}

function publicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 7093 section 2 (1): the first 160 bits of SHA-256; it identifies, and nothing rests on it. */
function keyId(key: KeyObject): Buffer {
  return createHash('sha256').update(publicKeyInfo(key)).digest().subarray(0, 20);
}
