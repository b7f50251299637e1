/**
 * Judges one GPU's report and certificate chain.
 *
 * Trusted: the pinned root keys. The root vouches for the device's boot ROM, the boot ROM for the firmware
 * digest (FWID) and the leaf key, the leaf key for the measurements. A GPU says nothing about the machine it
 * sits in: that relation is judged where the binding is known. Reference manifests (RIM) and OCSP are not
 * read yet; until they are, a hardware root fails (`RIM_MISSING`, `REVOCATION_UNKNOWN`).
 */
import { type Check, digestOf, equalBytes, type JsonObject, toHex, utf8 } from '#canonical';
import type { GpuEvidence } from '../binding.js';
import { CheckList, fail, type Outcome, pass, passIf, type Rule, skip, warn } from '../check-list.js';
import { ecdsaVerify } from '../primitives.js';
import type { Certificate } from '../x509/certificate.js';
import { type ChainRules, checkChain, type PinnedRoots, type RootKind } from '../x509/chain.js';
import { parseCertificateChain } from '../x509/pem.js';
import { parseFwid } from './fwid.js';
import { type GpuReport, parseGpuReport } from './gpu-report.js';
import { opaqueText, opaqueType, opaqueVbios } from './opaque-data.js';

export interface GpuVerification {
  readonly checks: readonly Check[];
  /** `unknown` unless the whole certificate chain holds. */
  readonly root: RootKind;
  /** Null when the report could not be parsed. Its fields are proved only if no check failed. */
  readonly report: GpuReport | null;
  /** Serial number of the leaf certificate, which names the device; null when the chain could not be parsed. */
  readonly leafSerial: string | null;
}

export interface GpuVerificationInput {
  readonly index: number;
  readonly evidence: GpuEvidence;
  readonly roots: PinnedRoots;
  /** Null when it cannot be known because the binding could not be read. */
  readonly expectedNonce: Uint8Array | null;
  readonly atMs: number;
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
  signature: { id: 'TEE-GPU-008', title: 'Report is signed by the device' },
  nonce: { id: 'TEE-GPU-009', title: 'Report was made for this binding' },
  fwid: { id: 'TEE-GPU-010', title: 'Firmware is the one the boot ROM certified' },
  architecture: {
    id: 'TEE-GPU-011',
    title: 'Report and certificate name one architecture',
    severity: 'major',
  },
  measurements: { id: 'TEE-GPU-012', title: 'Driver and VBIOS match reference values' },
  revocation: { id: 'TEE-GPU-013', title: 'Device certificates are not revoked' },
} satisfies Record<string, Rule | ChainRules>;

/** `GH100 A01 GSP FMC LF`: chip, stepping, and the key that the first mutable code of the GPU holds. */
const LEAF_NAME = /^(?:SIMULATED )?(G[HB]\d{3}) [A-Z]\d{2} GSP FMC LF$/;

export function verifyGpuReport(input: GpuVerificationInput): GpuVerification {
  const { evidence, index, expectedNonce, roots, atMs } = input;
  const chainBytes = utf8(evidence.chain);
  const list = new CheckList([digestOf(evidence.report), digestOf(chainBytes)], `GPU ${index}: `);
  const report = list.parse(rules.parse, evidence.report, parseGpuReport);
  const chain = list.parse(rules.chainParse, chainBytes, parseCertificateChain);
  const root = checkChain(list, rules.chain, { chain, curve: 'P-384', roots, atMs });

  const leaf = chain?.[0] ?? null;
  const signed = report !== null && leaf !== null ? { report, leaf } : null;
  list.judge(rules.role, leaf, judgeRole);
  list.judge(rules.signature, signed, judgeSignature);
  const asked = report !== null && expectedNonce !== null ? { report, expectedNonce } : null;
  list.judge(rules.nonce, asked, judgeNonce);
  list.judge(rules.fwid, signed, judgeFwid);
  list.judge(rules.architecture, signed, judgeArchitecture);
  list.judge(rules.measurements, report, () => judgeMeasurements(root));
  list.judge(rules.revocation, leaf, () => judgeRevocation(root));
  return { checks: list.checks, root, report, leafSerial: leaf?.serial ?? null };
}

/** The values a reader of the verdict may want to see; flags as their bytes on the wire. */
export function gpuClaims(verification: GpuVerification): JsonObject | null {
  const { report, root, leafSerial } = verification;
  if (report === null) return null;
  const hex = (type: number): string | null => {
    const value = report.opaque.get(type);
    return value === undefined ? null : toHex(value);
  };
  return {
    root,
    leafSerial,
    driver: opaqueText(report.opaque, opaqueType.driverVersion),
    vbios: opaqueVbios(report.opaque),
    fwid: hex(opaqueType.fwid),
    nvdec0: hex(opaqueType.nvdec0Status),
    protectedPcie: hex(opaqueType.protectedPcie),
    featureFlag: hex(opaqueType.featureFlag),
    measurements: report.measurements.size,
  };
}

/** Other devices hang under NVIDIA's root too: an NVSwitch is genuine, and no GPU. */
function judgeRole(leaf: Certificate): Outcome {
  const name = leaf.commonName ?? '';
  return passIf(
    LEAF_NAME.test(name),
    'SIGNER_ROLE',
    'a GPU firmware certificate (… GSP FMC LF)',
    name.slice(0, 64),
  );
}

function judgeSignature({ report, leaf }: { report: GpuReport; leaf: Certificate }): Outcome {
  const valid =
    leaf.curve === 'P-384' &&
    ecdsaVerify({
      curve: 'P-384',
      spki: leaf.spki,
      message: report.signedBytes,
      signature: report.signature,
      encoding: 'raw',
    });
  return passIf(
    valid,
    'GPU_SIGNATURE_INVALID',
    'a signature by the device',
    valid ? 'verifies' : 'does not verify',
  );
}

function judgeNonce({ report, expectedNonce }: { report: GpuReport; expectedNonce: Uint8Array }): Outcome {
  const equal = equalBytes(report.nonce, expectedNonce);
  return passIf(equal, 'GPU_NONCE_MISMATCH', toHex(expectedNonce), toHex(report.nonce));
}

function judgeFwid({ report, leaf }: { report: GpuReport; leaf: Certificate }): Outcome {
  const certified = parseFwid(leaf);
  const reported = report.opaque.get(opaqueType.fwid);
  // Old firmware does not report it. NVIDIA's SDK then counts it as matching; here a reader is told.
  if (reported === undefined)
    return warn('GPU_FWID_ABSENT', toHex(certified), 'not reported by this firmware');
  return passIf(equalBytes(reported, certified), 'GPU_FWID_MISMATCH', toHex(certified), toHex(reported));
}

function judgeArchitecture({ report, leaf }: { report: GpuReport; leaf: Certificate }): Outcome {
  const certified = LEAF_NAME.exec(leaf.commonName ?? '')?.[1];
  const reported = opaqueText(report.opaque, opaqueType.chipInfo);
  if (certified === undefined)
    return fail('GPU_ARCHITECTURE_MISMATCH', 'a GPU certificate', 'another certificate');
  if (reported === null) return pass(`${certified}; the report names none`);
  return passIf(reported === certified, 'GPU_ARCHITECTURE_MISMATCH', certified, reported);
}

function judgeMeasurements(root: RootKind): Outcome {
  if (root === 'simulated') return skip('simulated hardware has no reference manifest');
  return fail('RIM_MISSING', 'signed reference manifests for driver and VBIOS', 'none were supplied');
}

function judgeRevocation(root: RootKind): Outcome {
  if (root === 'simulated') return skip('simulated hardware has no revocation list');
  return fail('REVOCATION_UNKNOWN', 'OCSP responses or revocation lists', 'none were supplied');
}
