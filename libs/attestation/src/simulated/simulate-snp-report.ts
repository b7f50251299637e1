import { fromHex } from '#canonical';
import type { SnpProduct, SnpSigner } from '../policy/policy-groups.js';
import { type EcKeyPair, ecdsaSign } from '../primitives.js';
import {
  POLICY_MUST_BE_ONE,
  SNP_ECDSA_P384_SHA384,
  SNP_REPORT_BYTES,
  SNP_SIGNED_BYTES,
  type SnpTcbKind,
  snpOffset,
} from '../snp/report.js';
import { type SnpTcb, writeTcb } from '../snp/tcb.js';
import { type AmdAuthority, amdCaChain, issueVek, type VekRequest } from './amd-authority.js';
import type { AmdCertificateRequest, ValidityWindow } from './amd-certificate-writer.js';
import type { Random } from './authority.js';

/** What a simulated guest and its machine state; what is not said is as on a machine in good order. */
export interface SimulatedSnpGuest {
  readonly reportData: Uint8Array;
  /** Lower-case hex, 48 bytes. */
  readonly measurement: string;
  readonly validity: ValidityWindow;
  readonly signer?: SnpSigner;
  readonly version?: number;
  readonly guestSvn?: number;
  /** All four TCB versions; `tcbs` changes single ones. */
  readonly tcb?: SnpTcb;
  readonly tcbs?: { readonly [kind in SnpTcbKind]?: SnpTcb };
  readonly policy?: bigint;
  readonly platformInfo?: bigint;
  readonly vmpl?: number;
  readonly hostData?: Uint8Array;
  /** 64 bytes; on Turin the last 56 are zero. */
  readonly chipId?: Uint8Array;
  /** What the endorsement key's certificate says otherwise. */
  readonly vek?: Partial<VekRequest>;
  readonly vekCertificate?: Partial<AmdCertificateRequest>;
  /** Rewrites the report before it is signed. */
  readonly rewrite?: (report: Uint8Array) => void;
}

export interface SimulatedSnpEvidence {
  readonly report: Uint8Array;
  /** Endorsement key, ASK or ASVK, ARK. */
  readonly certificates: readonly Uint8Array[];
}

/** Firmware versions that real machines reported in 2026. */
export const simulatedTcb: Readonly<Record<SnpProduct, SnpTcb>> = {
  Milan: { bootloader: 4, tee: 0, snp: 0x18, microcode: 0xdb, fmc: null },
  Genoa: { bootloader: 10, tee: 0, snp: 0x17, microcode: 0x54, fmc: null },
  Turin: { bootloader: 1, tee: 1, snp: 4, microcode: 0x51, fmc: 1 },
};

const cpuids: Readonly<Record<SnpProduct, readonly [family: number, model: number, stepping: number]>> = {
  Milan: [0x19, 0x01, 1],
  Genoa: [0x19, 0x11, 1],
  Turin: [0x1a, 0x02, 1],
};
const VLEK_KEY_INFO = 1 << 2;
/** SMT allowed, bit 17 as it must be. */
const POLICY = (1n << BigInt(POLICY_MUST_BE_ONE)) | (1n << 16n);
/** SMT, ECC, ALIAS_CHECK_COMPLETE. */
const PLATFORM_INFO = 0x25n;
const CHIP_ID_BYTES = 64;
const TURIN_ID_BYTES = 8;

export function simulateSnpReport(
  authority: AmdAuthority,
  guest: SimulatedSnpGuest,
  random: Random,
): SimulatedSnpEvidence {
  const { product } = authority;
  const { signer = 'VCEK', tcb = simulatedTcb[product] } = guest;
  const idBytes = product === 'Turin' ? TURIN_ID_BYTES : CHIP_ID_BYTES;
  const chipId = guest.chipId ?? newChipId(signer, idBytes, random);
  const request: VekRequest = {
    ...guest.validity,
    signer,
    productName: product,
    tcb,
    hwid: signer === 'VCEK' ? chipId.subarray(0, idBytes) : null,
    cspId: signer === 'VLEK' ? 'sealflow-simulated-cloud' : null,
    ...guest.vek,
  };
  const { certificate, key } = issueVek(authority, request, random, guest.vekCertificate);
  const report = writeReport(guest, { product, signer, tcb, chipId }, random);
  guest.rewrite?.(report);
  signReport(report, key);
  return { report, certificates: [certificate, ...amdCaChain(authority, signer)] };
}

/** Signs what stands in the first 2A0 bytes. */
export function signReport(report: Uint8Array, key: EcKeyPair): void {
  const signature = ecdsaSign(key, report.subarray(0, SNP_SIGNED_BYTES), 'raw');
  const half = signature.length / 2;
  report.set(signature.slice(0, half).reverse(), snpOffset.r);
  report.set(signature.slice(half).reverse(), snpOffset.s);
}

/** Providers of VLEKs hide which chip it is. */
function newChipId(signer: SnpSigner, idBytes: number, random: Random): Uint8Array {
  const chipId = new Uint8Array(CHIP_ID_BYTES);
  if (signer === 'VCEK') chipId.set(random(idBytes));
  return chipId;
}

interface Machine {
  readonly product: SnpProduct;
  readonly signer: SnpSigner;
  readonly tcb: SnpTcb;
  readonly chipId: Uint8Array;
}

function writeReport(guest: SimulatedSnpGuest, machine: Machine, random: Random): Uint8Array {
  const { version = 5, tcbs = {} } = guest;
  const { product, signer, chipId } = machine;
  const report = new Uint8Array(SNP_REPORT_BYTES);
  const view = new DataView(report.buffer);
  const tcb = (kind: SnpTcbKind): Uint8Array => writeTcb(tcbs[kind] ?? machine.tcb, product);
  view.setUint32(snpOffset.version, version, true);
  view.setUint32(snpOffset.guestSvn, guest.guestSvn ?? 0, true);
  view.setBigUint64(snpOffset.policy, guest.policy ?? POLICY, true);
  view.setUint32(snpOffset.vmpl, guest.vmpl ?? 0, true);
  view.setUint32(snpOffset.signatureAlgorithm, SNP_ECDSA_P384_SHA384, true);
  view.setBigUint64(snpOffset.platformInfo, guest.platformInfo ?? PLATFORM_INFO, true);
  view.setUint32(snpOffset.keyInfo, signer === 'VLEK' ? VLEK_KEY_INFO : 0, true);
  report.set(guest.reportData, snpOffset.reportData);
  report.set(fromHex(guest.measurement), snpOffset.measurement);
  if (guest.hostData !== undefined) report.set(guest.hostData, snpOffset.hostData);
  report.set(random(32), snpOffset.reportId);
  report.fill(0xff, snpOffset.reportIdMa, snpOffset.reportIdMa + 32);
  report.set(tcb('current'), snpOffset.currentTcb);
  report.set(tcb('reported'), snpOffset.reportedTcb);
  report.set(tcb('committed'), snpOffset.committedTcb);
  report.set(tcb('launch'), snpOffset.launchTcb);
  if (version >= 3) report.set(cpuids[product], snpOffset.cpuid);
  report.set(chipId, snpOffset.chipId);
  return report;
}
