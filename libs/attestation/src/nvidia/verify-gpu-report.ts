/**
 * Judges one GPU's report and certificate chain, and the endorsements that came with them.
 *
 * Trusted: the pinned root keys. The device root vouches for the boot ROM, the boot ROM for the firmware digest
 * (FWID) and the leaf key, the leaf key for the measurements; the manifest root vouches for the values that these
 * should have. Manifests and OCSP responses are data that anybody may have carried. A device says nothing about the
 * machine it sits in: that relation is judged where the binding is known. Without endorsements a hardware root fails
 * (`RIM_MISSING`, `REVOCATION_UNKNOWN`).
 */
import { type Check, digestOf, type JsonObject, toHex, utf8 } from '#canonical';
import type { GpuEvidence } from '../binding.js';
import { CheckList, fail, type Outcome, type Rule, skip } from '../check-list.js';
import { type ChainRules, checkChain, type PinnedRoots, type RootKind } from '../x509/chain.js';
import { parseCertificateChain } from '../x509/pem.js';
import {
  architectureOf,
  judgeArchitecture,
  judgeFwid,
  judgeNonce,
  judgeRole,
  judgeSignature,
} from './device-checks.js';
import { type DeviceKind, gpuKind, switchKind, ueidOf } from './device-kind.js';
import { type EndorsementResult, judgeEndorsements } from './endorsement-checks.js';
import type { GpuEndorsements } from './endorsements.js';
import { goldenClaims } from './golden-values.js';
import { type GpuReport, parseGpuReport } from './gpu-report.js';
import { opaqueType } from './opaque-data.js';
import { revocationClaims } from './revocation.js';

export interface GpuVerification {
  readonly checks: readonly Check[];
  /** `unknown` unless the whole certificate chain holds. */
  readonly root: RootKind;
  /** Null when the report could not be parsed. Its fields are proved only if no check failed. */
  readonly report: GpuReport | null;
  /** Name of the device, see `ueidOf`; null when the chain could not be parsed. */
  readonly ueid: string | null;
  /** Serial number of the boot ROM certificate, hex: it stays when firmware, and with it the leaf, changes. */
  readonly deviceSerial: string | null;
  /** Null when no endorsements were supplied, or nothing could be judged by them. */
  readonly endorsed: EndorsementResult | null;
  readonly kind: DeviceKind;
  readonly atMs: number;
}

export interface GpuVerificationInput {
  readonly index: number;
  readonly evidence: GpuEvidence;
  readonly roots: PinnedRoots;
  /** Null when it cannot be known because the binding could not be read. */
  readonly expectedNonce: Uint8Array | null;
  readonly atMs: number;
  /** Absent or null: none were supplied. */
  readonly endorsements?: GpuEndorsements | null;
  /** What firmware that does not report its digest means; `warn` unless given. */
  readonly fwidAbsent?: 'warn' | 'refuse';
}

const rules = {
  parse: { id: 'TEE-GPU-001', title: 'Report is well formed' },
  chainParse: { id: 'TEE-GPU-002', title: 'Device certificate chain is well formed' },
  chain: {
    signatures: { id: 'TEE-GPU-003', title: 'Device chain: each certificate is signed by the next' },
    constraints: { id: 'TEE-GPU-004', title: 'Device chain: only CAs issue' },
    validity: { id: 'TEE-GPU-005', title: 'Device chain: valid at the time of judgement' },
    root: { id: 'TEE-GPU-006', title: 'Device chain: ends in a pinned root' },
  } satisfies ChainRules,
  role: { id: 'TEE-GPU-007', title: 'Signer is the firmware key of a GPU' },
  signature: { id: 'TEE-GPU-008', title: 'Report is signed by the device', where: 'report.signature' },
  nonce: { id: 'TEE-GPU-009', title: 'Report was made for this binding', where: 'report[0x4..0x24]' },
  fwid: {
    id: 'TEE-GPU-010',
    title: 'Firmware is the one the boot ROM certified',
    where: 'report.opaque[20]',
  },
  architecture: {
    id: 'TEE-GPU-011',
    title: 'Report and certificate name one architecture',
    where: 'report.opaque[35]',
    severity: 'major',
  },
  measurements: {
    id: 'TEE-GPU-012',
    title: 'Driver and VBIOS match reference values',
    where: 'report.measurements',
  },
  revocation: {
    id: 'TEE-GPU-013',
    title: 'Device certificates are not revoked',
    where: 'collateral.nvidia-ocsp',
  },
  form: { id: 'TEE-GPU-014', title: 'Manifests and OCSP responses are well formed', where: 'collateral' },
  driverVersion: {
    id: 'TEE-GPU-015',
    title: 'Driver manifest is for the reported driver',
    where: 'report.opaque[3]',
  },
  vbiosVersion: {
    id: 'TEE-GPU-016',
    title: 'VBIOS manifest is for the reported VBIOS',
    where: 'report.opaque[6]',
  },
  rimRoot: {
    id: 'TEE-GPU-017',
    title: 'Manifests are trusted, and for this kind of hardware',
    where: 'collateral.nvidia-rim',
  },
  rimRevocation: {
    id: 'TEE-GPU-018',
    title: 'Signers of the manifests are not revoked',
    where: 'collateral.nvidia-ocsp',
  },
} satisfies Record<string, Rule | ChainRules>;

export function verifyGpuReport(input: GpuVerificationInput): GpuVerification {
  return verifyDevice(gpuKind, input);
}

/** Judges the report of an LS10 NVSwitch (protected PCIe): same form, another role, one manifest for its BIOS. */
export function verifySwitchReport(input: GpuVerificationInput): GpuVerification {
  return verifyDevice(switchKind, input);
}

function verifyDevice(kind: DeviceKind, input: GpuVerificationInput): GpuVerification {
  const { evidence, index, expectedNonce, roots, atMs, endorsements = null, fwidAbsent = 'warn' } = input;
  const chainBytes = utf8(evidence.chain);
  const prefix = `${kind.name} ${index}: `;
  const list = new CheckList([digestOf(evidence.report), digestOf(chainBytes)], prefix);
  const report = list.parse(rules.parse, evidence.report, parseGpuReport);
  const chain = list.parse(rules.chainParse, chainBytes, parseCertificateChain);
  const root = checkChain(list, rules.chain, { chain, curve: 'P-384', roots, atMs });

  const leaf = chain?.[0] ?? null;
  const signed = report !== null && leaf !== null ? { report, leaf } : null;
  list.judge(rules.role, leaf, (present) => judgeRole(kind, present));
  list.judge(rules.signature, signed, judgeSignature);
  const asked = report !== null && expectedNonce !== null ? { report, expectedNonce } : null;
  list.judge(rules.nonce, asked, (present) => judgeNonce(present.report, present.expectedNonce));
  list.judge(rules.fwid, signed, (present) => judgeFwid(present, fwidAbsent));
  list.judge(rules.architecture, signed, (present) => judgeArchitecture(kind, present));

  let checks = list.checks;
  let endorsed: EndorsementResult | null = null;
  if (endorsements === null) {
    list.judge(rules.measurements, report, () => judgeWithoutManifests(root));
    list.judge(rules.revocation, leaf, () => judgeWithoutRevocation(root));
  } else {
    const device = { kind, report, chain, root, architecture: leaf && architectureOf(kind, leaf) };
    const result = judgeEndorsements(list, rules, { device, endorsements, atMs, prefix });
    checks = [...list.checks, ...result.rimChecks];
    endorsed = result;
  }
  return {
    checks,
    root,
    report,
    ueid: leaf === null ? null : ueidOf(leaf),
    deviceSerial: chain?.[1]?.serial ?? null,
    endorsed,
    kind,
    atMs,
  };
}

/** The values a reader of the verdict may want to see; flags as their bytes on the wire. */
export function gpuClaims(verification: GpuVerification): JsonObject | null {
  const { report, root, ueid, deviceSerial, endorsed, kind, atMs } = verification;
  if (report === null) return null;
  const hex = (type: number): string | null => {
    const value = report.opaque.get(type);
    return value === undefined ? null : toHex(value);
  };
  const measured = verification.checks.find(({ id }) => id === rules.measurements.id)?.result;
  return {
    root,
    ueid,
    deviceSerial,
    driver: kind.driver(report),
    vbios: kind.vbios(report),
    fwid: hex(opaqueType.fwid),
    nvdec0: hex(opaqueType.nvdec0Status),
    protectedPcie: hex(opaqueType.protectedPcie),
    featureFlag: hex(opaqueType.featureFlag),
    measurements: report.measurements.size,
    measres: measured === 'pass' ? 'success' : measured === 'fail' ? 'fail' : 'not-compared',
    // No field of a report is known to show it; a measured agent must ask the driver.
    mode: 'unproven',
    golden: endorsed?.golden == null ? null : goldenClaims(endorsed.golden),
    revocation: endorsed === null ? [] : revocationClaims(endorsed.revocation, atMs),
  };
}

function judgeWithoutManifests(root: RootKind): Outcome {
  if (root === 'simulated') return skip('simulated hardware has no reference manifest');
  return fail('RIM_MISSING', 'signed reference manifests for driver and VBIOS', 'none were supplied');
}

function judgeWithoutRevocation(root: RootKind): Outcome {
  if (root === 'simulated') return skip('simulated hardware has no revocation list');
  return fail('REVOCATION_UNKNOWN', 'OCSP responses or revocation lists', 'none were supplied');
}
