/**
 * A stand-in for the vendors of hardware, for development and tests.
 *
 * It is trusted for nothing: whoever holds its file can make any statement of simulated hardware. Its root keys
 * therefore belong into `simulatedCpu` and `simulatedGpu` of a trust policy, where every verdict names what
 * hangs under them as simulated, and nowhere else. The formats are those of real hardware, so that the same
 * verifiers judge both.
 */
import { equalBytes, fromBase64, type Json, sha384, toBase64, utf8 } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import type { TrustRoots } from '../policy/trust-roots.js';
import { type Curve, curves, type EcKeyPair, ecKeyPair, ecKeyPairOf, spkiOfPoint } from '../primitives.js';
import { StrictObject } from '../strict-object.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import { oid } from '../x509/oids.js';
import { encodeCertificateChain } from '../x509/pem.js';
import { type DistinguishedName, writeCertificate } from './certificate-writer.js';
import { integer, objectIdentifier, octetString, sequence, smallInteger } from './der-writer.js';

export type Random = (length: number) => Uint8Array;

/** One certificate with its private key: base64 of the DER and of the scalar. */
export interface SimulatedIdentity {
  readonly cert: string;
  readonly key: string;
}

/**
 * Plain JSON of about 6 KB, for a file that all simulated workers of one installation share. Both chains are
 * leaf first and root last, and hold every private key, so that revocation data can be simulated too.
 */
export interface SimulationAuthority {
  readonly v: 'sealflow/simulation-authority/v1';
  /** PCK, platform CA, root: P-256. */
  readonly cpu: readonly SimulatedIdentity[];
  /** Firmware leaf, boot ROM, provisioner CA, identity CA, root: P-384. */
  readonly gpu: readonly SimulatedIdentity[];
}

const VERSION = 'sealflow/simulation-authority/v1' as const;
const YEARS = 10;
const SERIAL_BYTES = 16;
const CERTIFICATE_BYTES_MAX = 4096;
const CPU_NAMES = ['SIMULATED SGX PCK Certificate', 'SIMULATED SGX PCK Platform CA', 'SIMULATED SGX Root CA'];
const GPU_NAMES = [
  'SIMULATED GH100 A01 GSP FMC LF',
  'SIMULATED GH100 A01 GSP BROM',
  'SIMULATED GH100 Provisioner ICA',
  'SIMULATED GH100 Identity',
  'SIMULATED Device Identity CA',
];

/** What a simulated GPU's boot ROM certifies and its reports repeat. */
export const SIMULATED_FWID = sha384(utf8('sealflow/simulated-gpu-firmware/v1\0'));

/** Certificates are valid from a little before they are made: clocks of whoever judges and is judged may differ. */
const BACKDATED_MS = 24 * 3_600_000;

/** Makes both chains, valid from a day before `atMs` to ten years after. */
export function createSimulationAuthority(random: Random, atMs: number): SimulationAuthority {
  const notAfter = new Date(atMs);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + YEARS);
  const window = { notBeforeMs: atMs - BACKDATED_MS, notAfterMs: notAfter.getTime() };
  return {
    v: VERSION,
    cpu: createChain('P-256', CPU_NAMES, random, window, () => [oid.sgxExtensions, sgxExtensions(random)]),
    gpu: createChain('P-384', GPU_NAMES, random, window, (key) => [
      oid.diceCompositeDeviceId,
      compositeDeviceId(key),
    ]),
  };
}

/** The lists of a trust policy that make this authority's hardware known, as simulated. */
export function simulatedRoots(
  authority: SimulationAuthority,
): Pick<TrustRoots, 'simulatedCpu' | 'simulatedGpu'> {
  const keyOf = (chain: readonly SimulatedIdentity[]): string[] =>
    chain.slice(-1).map(({ cert }) => parseCertificate(fromBase64(cert)).spkiSha256);
  return { simulatedCpu: keyOf(authority.cpu), simulatedGpu: keyOf(authority.gpu) };
}

/** PEM chain of a device, leaf first. */
export function simulatedChain(identities: readonly SimulatedIdentity[]): string {
  return encodeCertificateChain(identities.map(({ cert }) => fromBase64(cert)));
}

/** The key at the end of a chain: it signs what the simulated device says. */
export function leafKey(curve: Curve, [leaf]: readonly SimulatedIdentity[]): EcKeyPair {
  if (leaf === undefined) return malformed('a chain is empty');
  return ecKeyPairOf(curve, fromBase64(leaf.key));
}

/** @throws AttestationError `AUTHORITY_MALFORMED`, `CERT_MALFORMED` */
export function parseSimulationAuthority(value: Json): SimulationAuthority {
  const object = strict(value, ['v', 'cpu', 'gpu']);
  return {
    v: object.word('v', [VERSION]),
    cpu: parseIdentities(object.list('cpu', CPU_NAMES.length), 'P-256', CPU_NAMES.length),
    gpu: parseIdentities(object.list('gpu', GPU_NAMES.length), 'P-384', GPU_NAMES.length),
  };
}

function parseIdentities(list: readonly Json[], curve: Curve, count: number): readonly SimulatedIdentity[] {
  if (list.length !== count) malformed(`expected ${count} certificates in a chain`);
  return list.map((item) => {
    const object = strict(item, ['cert', 'key']);
    const cert = object.bytes('cert', { max: CERTIFICATE_BYTES_MAX });
    const key = object.bytes('key', curves[curve].coordinateBytes);
    requireFit(curve, key, parseCertificate(cert));
    return { cert: toBase64(cert), key: toBase64(key) };
  });
}

function requireFit(curve: Curve, secret: Uint8Array, certificate: Certificate): void {
  let spki: Uint8Array = new Uint8Array(0);
  try {
    spki = spkiOfPoint(curve, ecKeyPairOf(curve, secret).point);
  } catch {
    // A scalar outside of the group: it fits no certificate. Its value must not reach an error text.
  }
  if (!equalBytes(spki, certificate.spki)) malformed('a key does not fit its certificate');
}

function malformed(message: string): never {
  throw new AttestationError('AUTHORITY_MALFORMED', `simulation authority: ${message}`);
}

function strict(value: Json, members: readonly string[]): StrictObject {
  return new StrictObject(value, members, 'AUTHORITY_MALFORMED', 'simulation authority');
}

/** `names` and the result are leaf first; keys are made root first, as each needs its issuer's. */
function createChain(
  curve: Curve,
  names: readonly string[],
  random: Random,
  window: { readonly notBeforeMs: number; readonly notAfterMs: number },
  leafExtension: (leaf: EcKeyPair) => readonly [string, Uint8Array],
): readonly SimulatedIdentity[] {
  const chain: SimulatedIdentity[] = [];
  let issuer: { name: DistinguishedName; key: EcKeyPair } | null = null;
  for (const [index, commonName] of [...names.entries()].reverse()) {
    const key = ecKeyPair(curve, random);
    const subject = { commonName };
    const isLeaf = index === 0;
    const certificate = writeCertificate({
      subject,
      issuer: issuer?.name ?? subject,
      serial: Uint8Array.of(1, ...random(SERIAL_BYTES - 1)),
      ...window,
      key,
      issuerKey: issuer?.key ?? key,
      ca: isLeaf ? null : { pathLength: index - 1 },
      extensions: isLeaf ? [leafExtension(key)] : [],
    });
    chain.unshift({ cert: toBase64(certificate), key: toBase64(key.secret) });
    issuer = { name: subject, key };
  }
  return chain;
}

/** Intel's SGX extension with a random platform id and a family that Intel does not use (FMSPC all FF). */
function sgxExtensions(random: Random): Uint8Array {
  const field = (suffix: string, value: Uint8Array): Uint8Array =>
    sequence(objectIdentifier(`${oid.sgxExtensions}.${suffix}`), value);
  const components = Array.from({ length: 16 }, (_, index) => field(`2.${index + 1}`, smallInteger(1)));
  return sequence(
    field('1', octetString(random(16))),
    field(
      '2',
      sequence(
        ...components,
        field('2.17', smallInteger(1)),
        field('2.18', octetString(new Uint8Array(16).fill(1))),
      ),
    ),
    field('3', octetString(new Uint8Array(2))),
    field('4', octetString(new Uint8Array(6).fill(0xff))),
  );
}

/** TCG CompositeDeviceID, as Hopper's boot ROM writes it: version, device key, firmware digest. */
export function compositeDeviceId(leaf: EcKeyPair): Uint8Array {
  const fwid = sequence(objectIdentifier(oid.sha384), octetString(SIMULATED_FWID));
  return sequence(integer(Uint8Array.of(1)), spkiOfPoint(leaf.curve, leaf.point), fwid);
}
