/**
 * A stand-in for NVIDIA beside the simulation authority: further devices, signers of reference manifests, OCSP
 * responders and a token service, in every state that a test needs. All of it hangs under the simulated GPU root,
 * so a trust policy that knows simulated GPUs knows these too, as simulated, and no other policy does.
 */
import { fromBase64, toBase64 } from '#canonical';
import { type EcKeyPair, ecKeyPair, ecKeyPairOf } from '../primitives.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import { oid } from '../x509/oids.js';
import {
  compositeDeviceId,
  type Random,
  type SimulatedIdentity,
  type SimulationAuthority,
} from './authority.js';
import { writeCertificate } from './certificate-writer.js';
import { objectIdentifier, sequence } from './der-writer.js';

export interface NvidiaAuthority {
  readonly authority: SimulationAuthority;
  /** Signer first, the simulated GPU root last. */
  readonly rim: readonly SimulatedIdentity[];
  /** Signer of service tokens first, the simulated GPU root last. */
  readonly nras: readonly SimulatedIdentity[];
}

export interface IssueRequest {
  readonly commonName: string;
  readonly issuer: SimulatedIdentity;
  /** Null for a leaf. */
  readonly pathLength?: number | null;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly extensions?: (key: EcKeyPair) => readonly (readonly [string, Uint8Array])[];
}

const SERIAL_BYTES = 16;
const RIM_NAMES = ['SIMULATED Reference Value GH100 CA', 'SIMULATED Reference Value L3 GH100 001'];
const NRAS_NAMES = ['SIMULATED Attestation Service CA', 'SIMULATED GPU Intermediate'];

export function createNvidiaAuthority(authority: SimulationAuthority, random: Random): NvidiaAuthority {
  const root = rootOf(authority);
  const { notBeforeMs, notAfterMs } = certificateOf(root);
  const chain = (authorities: readonly string[], signer: string): readonly SimulatedIdentity[] => {
    const identities = [root];
    for (const [index, commonName] of [...authorities, signer].entries()) {
      const pathLength = index === authorities.length ? null : authorities.length - 1 - index;
      const issuer = identities[0] ?? root;
      identities.unshift(issueIdentity({ commonName, issuer, pathLength, notBeforeMs, notAfterMs }, random));
    }
    return identities;
  };
  return {
    authority,
    rim: chain(RIM_NAMES, 'SIMULATED RIM L4 Signer'),
    nras: chain(NRAS_NAMES, 'SIMULATED Attestation Service Signer'),
  };
}

/** A certificate under any identity of the authority, with its key. */
export function issueIdentity(request: IssueRequest, random: Random): SimulatedIdentity {
  const { commonName, issuer, pathLength = null, notBeforeMs, notAfterMs } = request;
  const key = ecKeyPair('P-384', random);
  const cert = writeCertificate({
    subject: { commonName },
    issuer: { commonName: certificateOf(issuer).commonName ?? '' },
    serial: Uint8Array.of(1, ...random(SERIAL_BYTES - 1)),
    notBeforeMs,
    notAfterMs,
    key,
    issuerKey: keyOf(issuer),
    ca: pathLength === null ? null : { pathLength },
    extensions: request.extensions?.(key) ?? [],
  });
  return { cert: toBase64(cert), key: toBase64(key.secret) };
}

/** Another GPU, or a switch: a boot ROM and a leaf of its own under the authority's provisioner. */
export function createSimulatedDevice(
  { authority }: NvidiaAuthority,
  random: Random,
  names: readonly [leaf: string, bootRom: string] = [
    'SIMULATED GH100 A01 GSP FMC LF',
    'SIMULATED GH100 A01 GSP BROM',
  ],
): readonly SimulatedIdentity[] {
  const [, , provisioner, ...upper] = authority.gpu;
  if (provisioner === undefined) throw new RangeError('the authority has no provisioner');
  const { notBeforeMs, notAfterMs } = certificateOf(provisioner);
  const [leafName, bootRomName] = names;
  const bootRom = issueIdentity(
    { commonName: bootRomName, issuer: provisioner, pathLength: 0, notBeforeMs, notAfterMs },
    random,
  );
  const leaf = issueIdentity(
    {
      commonName: leafName,
      issuer: bootRom,
      notBeforeMs,
      notAfterMs,
      extensions: (key) => [[oid.diceCompositeDeviceId, compositeDeviceId(key)]],
    },
    random,
  );
  return [leaf, bootRom, provisioner, ...upper];
}

/** An OCSP responder of an issuer; `usage` null for a certificate that may not answer. */
export function createResponder(
  issuer: SimulatedIdentity,
  random: Random,
  window: { readonly notBeforeMs: number; readonly notAfterMs: number },
  usage: string | null = oid.ocspSigning,
): SimulatedIdentity {
  const extensions =
    usage === null ? [] : [[oid.extendedKeyUsage, sequence(objectIdentifier(usage))] as const];
  return issueIdentity(
    { commonName: 'SIMULATED OCSP Responder', issuer, ...window, extensions: () => extensions },
    random,
  );
}

export function certificateOf({ cert }: SimulatedIdentity): Certificate {
  return parseCertificate(fromBase64(cert));
}

export function keyOf({ key }: SimulatedIdentity): EcKeyPair {
  return ecKeyPairOf('P-384', fromBase64(key));
}

function rootOf({ gpu }: SimulationAuthority): SimulatedIdentity {
  const root = gpu.at(-1);
  if (root === undefined) throw new RangeError('the authority has no GPU root');
  return root;
}
