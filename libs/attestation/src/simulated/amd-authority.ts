/**
 * A stand-in for AMD's key hierarchy of one product line, for development and tests.
 *
 * It is trusted for nothing: whoever holds it can make any statement of simulated hardware. The key of its ARK
 * belongs into `simulatedCpu` of a trust policy and nowhere else. It can produce what no real data shows: VLEKs of
 * Turin, revoked CAs, endorsement keys for any chip and firmware.
 */
import { fromBase64, toBase64, utf8 } from '#canonical';
import type { SnpProduct, SnpSigner } from '../policy/policy-groups.js';
import { type EcKeyPair, ecKeyPair, type RsaKeyPair, rsaKeyPair, spkiOfPoint } from '../primitives.js';
import type { SnpTcb } from '../snp/tcb.js';
import { parseCertificate } from '../x509/certificate.js';
import { oid } from '../x509/oids.js';
import {
  type AmdCertificateRequest,
  type ValidityWindow,
  writeAmdCertificate,
  writeAmdCrl,
} from './amd-certificate-writer.js';
import type { Random, SimulatedIdentity } from './authority.js';
import { der, smallInteger } from './der-writer.js';

/** Plain JSON. Keys are PKCS #8 in base64, RSA with 4096 bits. */
export interface AmdAuthority {
  readonly v: 'sealflow/amd-authority/v1';
  readonly product: SnpProduct;
  readonly ark: SimulatedIdentity;
  /** Issues VCEKs. */
  readonly ask: SimulatedIdentity;
  /** Issues VLEKs. */
  readonly asvk: SimulatedIdentity;
}

export interface AmdKeys {
  readonly ark: RsaKeyPair;
  readonly ask: RsaKeyPair;
  readonly asvk: RsaKeyPair;
}

/** Serial numbers of the CAs, as AMD counts them. */
export const amdSerial = { ark: 0x010000, ask: 0x010001, asvk: 0x010101 } as const;

const IA5_STRING = 0x16;

/** Takes a second or two: RSA keys come from OpenSSL and not from a caller's randomness. */
export function generateAmdKeys(): AmdKeys {
  return { ark: rsaKeyPair(), ask: rsaKeyPair(), asvk: rsaKeyPair() };
}

export function createAmdAuthority(
  product: SnpProduct,
  keys: AmdKeys,
  window: ValidityWindow,
  changes: { readonly [ca in keyof AmdKeys]?: Partial<AmdCertificateRequest> } = {},
): AmdAuthority {
  const root = `ARK-${product}`;
  const issue = (ca: keyof AmdKeys, subject: string): SimulatedIdentity => {
    const certificate = writeAmdCertificate({
      subject,
      issuer: root,
      serial: amdSerial[ca],
      spki: keys[ca].spki,
      issuerKey: keys.ark,
      ...window,
      ca: ca === 'ark' ? { pathLength: null, signsLists: true } : { pathLength: 0, signsLists: false },
      ...changes[ca],
    });
    return { cert: toBase64(certificate), key: toBase64(keys[ca].secret) };
  };
  return {
    v: 'sealflow/amd-authority/v1',
    product,
    ark: issue('ark', root),
    ask: issue('ask', `SEV-${product}`),
    asvk: issue('asvk', `SEV-VLEK-${product}`),
  };
}

/** The keys to pin as simulated. */
export function simulatedAmdRoots({ ark }: AmdAuthority): readonly string[] {
  return [parseCertificate(fromBase64(ark.cert)).spkiSha256];
}

/** CA and root of an endorsement key, as they travel with a report. */
export function amdCaChain(authority: AmdAuthority, signer: SnpSigner): readonly Uint8Array[] {
  const { cert } = signer === 'VCEK' ? authority.ask : authority.asvk;
  return [fromBase64(cert), fromBase64(authority.ark.cert)];
}

export interface VekRequest extends ValidityWindow {
  readonly signer: SnpSigner;
  readonly productName: string;
  readonly tcb: SnpTcb;
  /** Null on a VLEK. */
  readonly hwid: Uint8Array | null;
  /** Null on a VCEK. */
  readonly cspId: string | null;
}

export interface SimulatedVek {
  readonly certificate: Uint8Array;
  readonly key: EcKeyPair;
}

export function issueVek(
  authority: AmdAuthority,
  request: VekRequest,
  random: Random,
  changes: Partial<AmdCertificateRequest> = {},
): SimulatedVek {
  const key = ecKeyPair('P-384', random);
  const { signer, notBeforeMs, notAfterMs } = request;
  const ca = signer === 'VCEK' ? authority.ask : authority.asvk;
  const certificate = writeAmdCertificate({
    subject: `SEV-${signer}`,
    issuer: parseCertificate(fromBase64(ca.cert)).commonName ?? '',
    serial: 0,
    spki: spkiOfPoint('P-384', key.point),
    issuerKey: rsaKeyOf(ca),
    notBeforeMs,
    notAfterMs,
    ca: null,
    extensions: vekExtensions(request),
    ...changes,
  });
  return { certificate, key };
}

export interface SimulatedAmdCrl {
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked?: readonly (keyof typeof amdSerial)[];
  readonly issuer?: string;
  /** Another signer than the ARK, for lists that must be refused. */
  readonly signer?: keyof AmdKeys;
}

/** A revocation list of the ARK. */
export function simulateAmdCrl(authority: AmdAuthority, crl: SimulatedAmdCrl): Uint8Array {
  return writeAmdCrl({
    issuer: crl.issuer ?? `ARK-${authority.product}`,
    issuerKey: rsaKeyOf(authority[crl.signer ?? 'ark']),
    thisUpdateMs: crl.thisUpdateMs,
    nextUpdateMs: crl.nextUpdateMs,
    revokedSerials: (crl.revoked ?? []).map((ca) => amdSerial[ca]),
  });
}

function rsaKeyOf({ cert, key }: SimulatedIdentity): RsaKeyPair {
  return { spki: parseCertificate(fromBase64(cert)).spki, secret: fromBase64(key) };
}

/** Turin's certificates have structure version 1 and name FMC; those before it are of version 0. */
function vekExtensions({
  productName,
  tcb,
  hwid,
  cspId,
}: VekRequest): NonNullable<AmdCertificateRequest['extensions']> {
  const field = (part: string, value: Uint8Array): readonly [string, Uint8Array] => [
    `${oid.amdSnp}.${part}`,
    value,
  ];
  return [
    field('1', smallInteger(tcb.fmc === null ? 0 : 1)),
    field('2', ia5String(productName)),
    field('3.1', smallInteger(tcb.bootloader)),
    field('3.2', smallInteger(tcb.tee)),
    field('3.3', smallInteger(tcb.snp)),
    field('3.8', smallInteger(tcb.microcode)),
    ...(tcb.fmc === null ? [] : [field('3.9', smallInteger(tcb.fmc))]),
    ...(hwid === null ? [] : [field('4', hwid)]),
    ...(cspId === null ? [] : [field('5', ia5String(cspId))]),
  ];
}

function ia5String(text: string): Uint8Array {
  return der(IA5_STRING, utf8(text));
}
