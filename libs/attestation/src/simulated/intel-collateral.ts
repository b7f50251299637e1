/**
 * Collateral for simulated Intel hardware, in every state that real collateral can have and in some that only an
 * attacker's has. Signed by the keys of a simulation authority: trusted for nothing but simulated hardware.
 */
import { fromBase64, type JsonObject, toBase64, utf8 } from '#canonical';
import { type EcKeyPair, ecdsaSign, ecKeyPair, ecKeyPairOf } from '../primitives.js';
import type { IntelCollateral } from '../tdx/collateral.js';
import type { Tee } from '../tdx/tcb-info.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import {
  type Random,
  type SimulatedIdentity,
  type SimulationAuthority,
  simulatedChain,
} from './authority.js';
import { writeCertificate } from './certificate-writer.js';
import { ecdsaCrlSigner, writeCrl } from './crl-writer.js';

export interface SimulatedCollateralOptions {
  readonly tee: Tee;
  /** When everything was issued, milliseconds since the epoch. */
  readonly issuedMs: number;
  /** 30 days unless given, as Intel does it. */
  readonly lifetimeMs?: number;
  readonly evaluationDataNumber?: number;
  /** Changes the data before it is signed. */
  readonly editTcbInfo?: (tcbInfo: JsonObject) => JsonObject;
  readonly editQeIdentity?: (qeIdentity: JsonObject) => JsonObject;
  /** Who is on a revocation list; on hold instead of revoked when `hold`. */
  readonly revoked?: readonly ('pck' | 'ca' | 'tcb-signer')[];
  readonly hold?: boolean;
  /** Signs TCB data instead of a new signer below the root: leaf first, each with its key. */
  readonly signer?: readonly SimulatedIdentity[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFETIME_MS = 30 * DAY_MS;
const KEY_COMPROMISE = 1;
const HOLD = 6;
const ZERO_SIGNER = '00'.repeat(48);

export function simulateIntelCollateral(
  authority: SimulationAuthority,
  options: SimulatedCollateralOptions,
  random: Random,
): IntelCollateral {
  const [pck, ca, root] = authority.cpu.map(link);
  if (pck === undefined || ca === undefined || root === undefined)
    throw new RangeError('chain of three expected');
  const signer = options.signer ?? [tcbSigner(root, options.issuedMs, random), ...authority.cpu.slice(2)];
  const [leaf] = signer.map(link);
  if (leaf === undefined) throw new RangeError('signer chain is empty');
  const window = {
    thisUpdateMs: options.issuedMs,
    nextUpdateMs: options.issuedMs + (options.lifetimeMs ?? LIFETIME_MS),
  };
  const revoked = options.revoked ?? [];
  const entries = (listed: readonly Certificate[]) =>
    listed.map(({ serial }) => ({
      serial,
      revokedAtMs: options.issuedMs,
      reason: options.hold === true ? HOLD : KEY_COMPROMISE,
    }));
  const byRoot = [
    ...(revoked.includes('ca') ? [ca.certificate] : []),
    ...(revoked.includes('tcb-signer') ? [leaf.certificate] : []),
  ];
  const byCa = revoked.includes('pck') ? [pck.certificate] : [];
  const crl = (issuer: Link, listed: readonly Certificate[]): Uint8Array =>
    writeCrl({
      issuer: issuer.certificate.subject,
      ...window,
      entries: entries(listed),
      signer: ecdsaCrlSigner(issuer.key),
    });
  const tcbInfo = text(tcbInfoOf(options), options.editTcbInfo);
  const qeIdentity = text(qeIdentityOf(options), options.editQeIdentity);
  const signerChain = utf8(simulatedChain(signer));
  return {
    pckCrlIssuerChain: utf8(simulatedChain(authority.cpu.slice(1))),
    rootCaCrl: crl(root, byRoot),
    pckCrl: crl(ca, byCa),
    tcbInfoIssuerChain: signerChain,
    tcbInfo,
    tcbInfoSignature: ecdsaSign(leaf.key, tcbInfo, 'raw'),
    qeIdentityIssuerChain: signerChain,
    qeIdentity,
    qeIdentitySignature: ecdsaSign(leaf.key, qeIdentity, 'raw'),
  };
}

interface Link {
  readonly certificate: Certificate;
  readonly key: EcKeyPair;
}

function link({ cert, key }: SimulatedIdentity): Link {
  return { certificate: parseCertificate(fromBase64(cert)), key: ecKeyPairOf('P-256', fromBase64(key)) };
}

function tcbSigner(root: Link, issuedMs: number, random: Random): SimulatedIdentity {
  const key = ecKeyPair('P-256', random);
  const certificate = writeCertificate({
    subject: { commonName: 'SIMULATED SGX TCB Signing' },
    issuer: { commonName: root.certificate.commonName ?? '' },
    serial: Uint8Array.of(1, ...random(15)),
    notBeforeMs: issuedMs,
    notAfterMs: issuedMs + 365 * DAY_MS,
    key,
    issuerKey: root.key,
    ca: null,
  });
  return { cert: toBase64(certificate), key: toBase64(key.secret) };
}

/** Members in Intel's order: what is signed is this text, not an object. */
function tcbInfoOf({ tee, ...options }: SimulatedCollateralOptions): JsonObject {
  const components = Array.from({ length: 16 }, () => ({ svn: 1 }));
  const levels = [level(1, 'UpToDate', options.issuedMs), level(0, 'OutOfDate', options.issuedMs)];
  const module = { mrsigner: ZERO_SIGNER, attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) };
  return {
    id: tee,
    version: 3,
    ...window(options),
    fmspc: 'FF'.repeat(6),
    pceId: '0000',
    tcbType: 0,
    tcbEvaluationDataNumber: options.evaluationDataNumber ?? 1,
    ...(tee === 'TDX'
      ? { tdxModule: module, tdxModuleIdentities: [{ id: 'TDX_01', ...module, tcbLevels: levels }] }
      : {}),
    tcbLevels: [
      {
        tcb: {
          sgxtcbcomponents: components,
          pcesvn: 1,
          ...(tee === 'TDX' ? { tdxtcbcomponents: components } : {}),
        },
        tcbDate: seconds(options.issuedMs),
        tcbStatus: 'UpToDate',
      },
    ],
  };
}

function qeIdentityOf({ tee, ...options }: SimulatedCollateralOptions): JsonObject {
  return {
    id: tee === 'TDX' ? 'TD_QE' : 'QE',
    version: 2,
    ...window(options),
    tcbEvaluationDataNumber: options.evaluationDataNumber ?? 1,
    miscselect: '00'.repeat(4),
    miscselectMask: 'FF'.repeat(4),
    attributes: `05${'00'.repeat(15)}`,
    attributesMask: `FB${'FF'.repeat(7)}${'00'.repeat(8)}`,
    mrsigner: '00'.repeat(32),
    isvprodid: 0,
    tcbLevels: [level(0, 'UpToDate', options.issuedMs)],
  };
}

function level(isvsvn: number, tcbStatus: string, dateMs: number): JsonObject {
  return { tcb: { isvsvn }, tcbDate: seconds(dateMs), tcbStatus };
}

function window(options: Omit<SimulatedCollateralOptions, 'tee'>): JsonObject {
  return {
    issueDate: seconds(options.issuedMs),
    nextUpdate: seconds(options.issuedMs + (options.lifetimeMs ?? LIFETIME_MS)),
  };
}

function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function text(value: JsonObject, edit: ((value: JsonObject) => JsonObject) | undefined): Uint8Array {
  return utf8(JSON.stringify(edit === undefined ? value : edit(value)));
}
