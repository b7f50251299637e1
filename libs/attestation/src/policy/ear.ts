/**
 * The appraisal as an EAT Attestation Result (draft-ietf-rats-ear-04) with AR4SI trustworthiness claims
 * (draft-ietf-rats-ar4si): 0 none, 2 to 31 affirming, 32 to 95 warning, 96 to 127 contraindicated.
 */
import { type Check, type Digest, type JsonObject, toBase64Url } from '#canonical';
import type { Binding } from '../binding.js';
import type { CpuVerification } from '../cpu-evidence.js';
import type { GpuVerification } from '../nvidia/verify-gpu-report.js';
import type { ReasonCode } from '../reasons.js';
import type { RootKind } from '../x509/chain.js';
import { earFindings, type TrustClaim } from './ear-findings.js';

export interface EarInput {
  /** Checks that speak of the CPU, its guest and the binding. */
  readonly cpuChecks: readonly Check[];
  /** One list for each GPU. */
  readonly gpuChecks: readonly (readonly Check[])[];
  readonly switchChecks: readonly (readonly Check[])[];
  readonly binding: Binding | null;
  readonly cpu: CpuVerification;
  readonly gpus: readonly GpuVerification[];
  readonly switches: readonly GpuVerification[];
  readonly policyDigest: Digest;
  readonly atMs: number;
}

type Vector = Record<TrustClaim, number>;

const AFFIRMING = 2;
const NONE = 0;
const WARNING_FROM = 32;
const CONTRAINDICATED_FROM = 96;
/** AR4SI hardware 97: a verifier does not recognise the hardware as genuine. */
const NOT_GENUINE = 97;
/** The check that a GPU's measurements are those of its reference manifests. */
const MEASUREMENTS = 'TEE-GPU-012';

export function buildEar(input: EarInput): JsonObject {
  const { cpuChecks, gpuChecks, switchChecks, binding, gpus, switches, policyDigest, atMs } = input;
  const cpu: Vector | null = !input.cpu.readable
    ? null
    : {
        configuration: AFFIRMING,
        executables: AFFIRMING,
        hardware: AFFIRMING,
        'runtime-opaque': AFFIRMING,
      };
  // No report shows how a GPU is set up or what its memory is open to.
  const device = (checks: readonly Check[]): Vector => ({
    configuration: NONE,
    executables: checks.some(({ id, result }) => id === MEASUREMENTS && result === 'pass') ? AFFIRMING : NONE,
    hardware: AFFIRMING,
    'runtime-opaque': NONE,
  });
  const named = (
    name: string,
    verifications: readonly GpuVerification[],
    lists: readonly (readonly Check[])[],
  ): readonly [string, JsonObject][] =>
    verifications.map((verification, index) => {
      const checks = lists[index] ?? [];
      const base = verification.report && device(checks);
      return [`${name}${index}`, submodule(checks, verification.root, base, policyDigest)];
    });
  const devices: readonly [string, JsonObject][] = [
    ['cpu0', submodule(cpuChecks, input.cpu.root, cpu, policyDigest)],
    ...named('gpu', gpus, gpuChecks),
    ...named('nvswitch', switches, switchChecks),
  ];
  return {
    eat_profile: 'tag:ietf.org,2026:rats/ear#03',
    iat: Math.floor(atMs / 1000),
    ear_verifier_id: { developer: 'https://sealflow.dev', build: 'sealflow-attestation/v1' },
    ...(binding === null ? {} : { eat_nonce: toBase64Url(binding.nonce) }),
    submods: Object.fromEntries(devices),
  };
}

function submodule(
  checks: readonly Check[],
  root: RootKind,
  base: Vector | null,
  policyDigest: Digest,
): JsonObject {
  const vector = base === null ? null : judge(base, checks, root);
  return {
    ear_status: statusOf(vector, checks),
    ear_trustworthiness_vector: vector ?? {},
    ear_appraisal_policy_ids: [policyDigest],
  };
}

function judge(base: Vector, checks: readonly Check[], root: RootKind): Vector {
  const vector = { ...base };
  for (const { reason } of checks) {
    const finding = reason === null ? undefined : earFindings[reason as ReasonCode];
    if (finding == null) continue;
    const [claim, value] = finding;
    vector[claim] = Math.max(vector[claim], value);
  }
  // A policy may permit simulated hardware; that does not make it hardware.
  if (root === 'simulated') vector.hardware = NOT_GENUINE;
  return vector;
}

function statusOf(vector: Vector | null, checks: readonly Check[]): string {
  const failed = checks.some((check) => check.result === 'fail' || check.result === 'error');
  const worst = vector === null ? NONE : Math.max(...Object.values(vector));
  if (failed || worst >= CONTRAINDICATED_FROM) return 'contraindicated';
  if (worst >= WARNING_FROM) return 'warning';
  return worst === NONE ? 'none' : 'affirming';
}
