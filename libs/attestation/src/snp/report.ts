import { AttestationError } from '../attestation-error.js';
import { byteRange, isZero } from '../byte-reader.js';
import type { SnpCpuid } from './product.js';
import { TCB_BYTES } from './tcb.js';

/**
 * An AMD SEV-SNP attestation report, read and not judged. Slices are views on the report's bytes.
 *
 * Source: SEV Secure Nested Paging Firmware ABI, ATTESTATION_REPORT, versions 2 to 5: 1184 bytes, little endian.
 */
export interface SnpReport {
  readonly bytes: Uint8Array;
  readonly version: number;
  readonly guestSvn: number;
  readonly policy: bigint;
  readonly familyId: Uint8Array;
  readonly imageId: Uint8Array;
  readonly vmpl: number;
  readonly signatureAlgorithm: number;
  readonly platformInfo: bigint;
  readonly keyInfo: number;
  readonly reportData: Uint8Array;
  readonly measurement: Uint8Array;
  readonly hostData: Uint8Array;
  readonly idKeyDigest: Uint8Array;
  readonly authorKeyDigest: Uint8Array;
  readonly reportId: Uint8Array;
  readonly reportIdMa: Uint8Array;
  readonly chipId: Uint8Array;
  /** Null before version 3. */
  readonly cpuid: SnpCpuid | null;
  /** Raw TCB versions; how they are read depends on the product. */
  readonly tcb: Readonly<Record<SnpTcbKind, Uint8Array>>;
  /** `major.minor.build`. */
  readonly firmware: { readonly current: string; readonly committed: string };
  /** Mitigation vectors, version 5 only. */
  readonly mitigations: { readonly launch: bigint; readonly current: bigint } | null;
  /** What the endorsement key signed. */
  readonly signedBytes: Uint8Array;
  /** 72 bytes each, little endian. */
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

export const snpTcbKinds = ['reported', 'committed', 'launch', 'current'] as const;
export type SnpTcbKind = (typeof snpTcbKinds)[number];

export const SNP_REPORT_BYTES = 1184;
export const SNP_SIGNED_BYTES = 0x2a0;
export const SNP_SCALAR_BYTES = 72;
export const SNP_ECDSA_P384_SHA384 = 1;
export const snpVersions: readonly number[] = [2, 3, 4, 5];

/** Where fields start. Public so that simulated hardware writes what this file reads. */
export const snpOffset = {
  version: 0x000,
  guestSvn: 0x004,
  policy: 0x008,
  familyId: 0x010,
  imageId: 0x020,
  vmpl: 0x030,
  signatureAlgorithm: 0x034,
  currentTcb: 0x038,
  platformInfo: 0x040,
  keyInfo: 0x048,
  reportData: 0x050,
  measurement: 0x090,
  hostData: 0x0c0,
  idKeyDigest: 0x0e0,
  authorKeyDigest: 0x110,
  reportId: 0x140,
  reportIdMa: 0x160,
  reportedTcb: 0x180,
  cpuid: 0x188,
  chipId: 0x1a0,
  committedTcb: 0x1e0,
  currentFirmware: 0x1e8,
  committedFirmware: 0x1ec,
  launchTcb: 0x1f0,
  launchMitigations: 0x1f8,
  currentMitigations: 0x200,
  r: 0x2a0,
  s: 0x2e8,
  afterSignature: 0x330,
} as const;

/** POLICY: bit 17 is reserved and set; bits 26 and up are reserved and clear. */
export const POLICY_MUST_BE_ONE = 17;
const POLICY_BITS = 26n;
/** KEY_INFO: bits 5 and up are reserved. */
const KEY_INFO_BITS = 5;

/**
 * Takes the fields from where they are. Only the length can be wrong; `judgeSnpForm` says what else is, so that
 * the signature of a report with a bad field is still judged.
 *
 * @throws AttestationError `SNP_MALFORMED`
 */
export function readSnpReport(bytes: Uint8Array): SnpReport {
  if (bytes.length !== SNP_REPORT_BYTES) {
    malformed(`has ${bytes.length} bytes, expected ${SNP_REPORT_BYTES}`, 0);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const take = (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length);
  const u8 = (offset: number): number => view.getUint8(offset);
  const u32 = (offset: number): number => view.getUint32(offset, true);
  const u64 = (offset: number): bigint => view.getBigUint64(offset, true);
  // The bytes of a firmware version are build, minor, major.
  const firmware = (offset: number): string => `${u8(offset + 2)}.${u8(offset + 1)}.${u8(offset)}`;
  const version = u32(snpOffset.version);
  return {
    bytes,
    version,
    guestSvn: u32(snpOffset.guestSvn),
    policy: u64(snpOffset.policy),
    familyId: take(snpOffset.familyId, 16),
    imageId: take(snpOffset.imageId, 16),
    vmpl: u32(snpOffset.vmpl),
    signatureAlgorithm: u32(snpOffset.signatureAlgorithm),
    platformInfo: u64(snpOffset.platformInfo),
    keyInfo: u32(snpOffset.keyInfo),
    reportData: take(snpOffset.reportData, 64),
    measurement: take(snpOffset.measurement, 48),
    hostData: take(snpOffset.hostData, 32),
    idKeyDigest: take(snpOffset.idKeyDigest, 48),
    authorKeyDigest: take(snpOffset.authorKeyDigest, 48),
    reportId: take(snpOffset.reportId, 32),
    reportIdMa: take(snpOffset.reportIdMa, 32),
    chipId: take(snpOffset.chipId, 64),
    cpuid:
      version < 3
        ? null
        : { family: u8(snpOffset.cpuid), model: u8(snpOffset.cpuid + 1), stepping: u8(snpOffset.cpuid + 2) },
    tcb: {
      reported: take(snpOffset.reportedTcb, TCB_BYTES),
      committed: take(snpOffset.committedTcb, TCB_BYTES),
      launch: take(snpOffset.launchTcb, TCB_BYTES),
      current: take(snpOffset.currentTcb, TCB_BYTES),
    },
    firmware: {
      current: firmware(snpOffset.currentFirmware),
      committed: firmware(snpOffset.committedFirmware),
    },
    mitigations:
      version < 5
        ? null
        : { launch: u64(snpOffset.launchMitigations), current: u64(snpOffset.currentMitigations) },
    signedBytes: take(0, SNP_SIGNED_BYTES),
    r: take(snpOffset.r, SNP_SCALAR_BYTES),
    s: take(snpOffset.s, SNP_SCALAR_BYTES),
  };
}

/**
 * Refuses what no firmware writes. Reserved areas must be zero: a later version may give them a meaning that
 * this verifier would not judge.
 *
 * @throws AttestationError `SNP_MALFORMED`
 */
export function requireSnpForm(report: SnpReport): void {
  const { version, bytes, policy, keyInfo } = report;
  if (!snpVersions.includes(version)) malformed(`version is ${version}, expected 2 to 5`, snpOffset.version);
  if (report.signatureAlgorithm !== SNP_ECDSA_P384_SHA384) {
    malformed(
      `signature algorithm is ${report.signatureAlgorithm}, expected 1 (ECDSA P-384 with SHA-384)`,
      snpOffset.signatureAlgorithm,
    );
  }
  if (((policy >> BigInt(POLICY_MUST_BE_ONE)) & 1n) !== 1n)
    malformed('policy bit 17 is clear', snpOffset.policy);
  if (policy >> POLICY_BITS !== 0n) malformed('policy has reserved bits set', snpOffset.policy);
  if (keyInfo >>> KEY_INFO_BITS !== 0) malformed('key info has reserved bits set', snpOffset.keyInfo);
  for (const [from, to] of reservedAreas(version)) {
    const at = bytes.subarray(from, to).findIndex((byte) => byte !== 0);
    if (at !== -1) malformed('a reserved area is not zero', from + at);
  }
}

/** Reads a report strictly. @throws AttestationError `SNP_MALFORMED` */
export function parseSnpReport(bytes: Uint8Array): SnpReport {
  const report = readSnpReport(bytes);
  requireSnpForm(report);
  return report;
}

/** Half-open ranges, ascending. */
function reservedAreas(version: number): readonly (readonly [number, number])[] {
  return [
    [0x04c, 0x050],
    [version < 3 ? snpOffset.cpuid : snpOffset.cpuid + 3, snpOffset.chipId],
    [0x1eb, 0x1ec],
    [0x1ef, 0x1f0],
    [version < 5 ? snpOffset.launchMitigations : 0x208, SNP_SIGNED_BYTES],
    // Not signed: whatever stood here would come from the carrier and not from the chip.
    [snpOffset.afterSignature, SNP_REPORT_BYTES],
  ];
}

/** ECDSA scalars have 48 bytes; the fields are wider and must not carry more. */
export function snpSignature({ r, s }: SnpReport): Uint8Array | null {
  const scalarBytes = 48;
  if (!isZero(r.subarray(scalarBytes)) || !isZero(s.subarray(scalarBytes))) return null;
  const signature = new Uint8Array(2 * scalarBytes);
  signature.set(Uint8Array.from(r.subarray(0, scalarBytes)).reverse(), 0);
  signature.set(Uint8Array.from(s.subarray(0, scalarBytes)).reverse(), scalarBytes);
  return signature;
}

function malformed(message: string, offset: number): never {
  throw new AttestationError('SNP_MALFORMED', `SNP report: ${message}`, byteRange('report', offset));
}
