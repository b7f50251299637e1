/** GPUs and NVSwitches of one package: each judged by itself, with what NVIDIA publishes about it, then together. */
import type { Check } from '#canonical';
import type { GpuEvidence } from './binding.js';
import { type Collateral, collateralOf } from './collateral.js';
import { isPpcie, verifyPpcie } from './nvidia/device-set.js';
import type { GpuEndorsements } from './nvidia/endorsements.js';
import { verifyNrasToken } from './nvidia/nras-token.js';
import {
  type GpuVerification,
  gpuClaims,
  verifyGpuReport,
  verifySwitchReport,
} from './nvidia/verify-gpu-report.js';
import type { AppraisalPolicy, ReferenceMeasurement } from './policy/appraisal-policy.js';
import type { GpuFacts } from './policy/gpu-rules.js';
import { tierDefaults } from './policy/tier.js';
import type { TrustRoots } from './policy/trust-roots.js';

export interface GpusInput {
  readonly gpus: readonly GpuEvidence[];
  readonly switches: readonly GpuEvidence[];
  /** Null when the binding that names it could not be read. */
  readonly expectedNonce: Uint8Array | null;
  readonly roots: TrustRoots;
  readonly policy: AppraisalPolicy;
  readonly collateral: readonly Collateral[];
  readonly atMs: number;
  readonly ocspAt: GpuEndorsements['ocspAt'];
}

export interface DevicesVerification {
  readonly gpus: readonly GpuVerification[];
  readonly switches: readonly GpuVerification[];
  /** What no device shows alone. Empty where no device speaks of protected PCIe. */
  readonly setChecks: readonly Check[];
}

export function verifyDevices(input: GpusInput): DevicesVerification {
  const gpus = verifyEach(input, input.gpus, verifyGpuReport);
  const switches = verifyEach(input, input.switches, verifySwitchReport);
  const { switchCount = null } = input.policy.gpu;
  const asked = switches.length > 0 || (switchCount ?? 0) > 0 || gpus.some(isPpcie);
  const set = { gpus, switches, gpuCount: null, switchCount };
  return { gpus, switches, setChecks: asked ? verifyPpcie(set) : [] };
}

function verifyEach(
  input: GpusInput,
  devices: readonly GpuEvidence[],
  verify: typeof verifyGpuReport,
): readonly GpuVerification[] {
  const { expectedNonce, roots, policy, atMs } = input;
  const endorsements = endorsementsOf(input);
  return devices.map((evidence, index) =>
    verify({
      index,
      evidence,
      roots: { hardware: roots.nvidia, simulated: roots.simulatedGpu },
      expectedNonce,
      atMs,
      endorsements,
      fwidAbsent: tierDefaults(policy).fwidAbsent,
    }),
  );
}

/**
 * Tokens of NVIDIA's attestation service corroborate; they replace nothing. A token whose signer nobody pinned
 * is a warning, one that contradicts the evidence a failure.
 */
export function verifyTokens(input: GpusInput, gpus: readonly GpuVerification[]): readonly Check[] {
  const { collateral, roots, expectedNonce, atMs } = input;
  const keys = collateralOf(collateral, 'nvidia-jwks').at(-1) ?? null;
  const ueids = gpus.flatMap(({ ueid }) => (ueid === null ? [] : [ueid]));
  return collateralOf(collateral, 'nvidia-eat').flatMap((token) => {
    const pinned = { hardware: roots.nvidia, simulated: roots.simulatedGpu };
    const { checks } = verifyNrasToken({ token, keys, roots: pinned, expectedNonce, atMs, ueids });
    return checks.map(
      (check): Check => (check.reason === 'UNKNOWN_ISSUER' ? { ...check, result: 'warn' } : check),
    );
  });
}

/** Null when nothing was supplied: the verifier then says so by the names of what is missing. */
function endorsementsOf({ collateral, roots, policy, ocspAt }: GpusInput): GpuEndorsements | null {
  const rims = collateralOf(collateral, 'nvidia-rim');
  const ocsp = collateralOf(collateral, 'nvidia-ocsp');
  if (rims.length === 0 && ocsp.length === 0) return null;
  return {
    rims,
    ocsp,
    rimRoots: { hardware: roots.nvidiaRim ?? [], simulated: roots.simulatedGpu },
    ...(ocspAt === undefined ? {} : { ocspAt }),
    ocspAgeMsMax: policy.gpu.ocspAgeMsMax ?? null,
  };
}

export function gpuFacts(
  gpus: readonly GpuVerification[],
  measurement: ReferenceMeasurement | null,
): readonly GpuFacts[] {
  return gpus.map((gpu, index) => {
    const claims = gpuClaims(gpu);
    return {
      index,
      ueid: gpu.report === null ? null : gpu.ueid,
      driver: text(claims?.['driver']),
      vbios: text(claims?.['vbios']),
      mode: measurement?.checksGpuMode === true ? 'on' : 'unproven',
    };
  });
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
