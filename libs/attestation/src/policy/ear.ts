/**
 * The appraisal as an EAT Attestation Result (draft-ietf-rats-ear-04) with AR4SI trustworthiness claims
 * (draft-ietf-rats-ar4si): 0 none, 2 to 31 affirming, 32 to 95 warning, 96 to 127 contraindicated.
 */
import { type Check, type Digest, type JsonObject, toBase64Url } from '#canonical';
import type { Binding } from '../binding.js';
import type { GpuVerification } from '../nvidia/verify-gpu-report.js';
import type { ReasonCode } from '../reasons.js';
import type { TdxVerification } from '../tdx/verify-tdx-quote.js';
import type { RootKind } from '../x509/chain.js';

export interface EarInput {
  /** Checks that speak of the CPU, its guest and the binding. */
  readonly cpuChecks: readonly Check[];
  /** One list for each GPU. */
  readonly gpuChecks: readonly (readonly Check[])[];
  readonly binding: Binding | null;
  readonly tdx: TdxVerification;
  readonly gpus: readonly GpuVerification[];
  readonly policyDigest: Digest;
  readonly atMs: number;
}

type Claim = 'configuration' | 'executables' | 'hardware' | 'runtime-opaque';
type Vector = Record<Claim, number>;

const AFFIRMING = 2;
const NONE = 0;
const WARNING_FROM = 32;
const CONTRAINDICATED_FROM = 96;
/** AR4SI hardware 97: a verifier does not recognise the hardware as genuine. */
const NOT_GENUINE = 97;
const CRYPTO_FAILED = 99;

const findings: Partial<Record<ReasonCode, readonly [Claim, number]>> = {
  QUOTE_MALFORMED: ['hardware', CRYPTO_FAILED],
  QUOTE_SIGNATURE_INVALID: ['hardware', CRYPTO_FAILED],
  QE_REPORT_SIGNATURE_INVALID: ['hardware', CRYPTO_FAILED],
  QE_BINDING_MISMATCH: ['hardware', CRYPTO_FAILED],
  QE_IDENTITY_MISMATCH: ['hardware', CRYPTO_FAILED],
  GPU_REPORT_MALFORMED: ['hardware', CRYPTO_FAILED],
  GPU_TRAILING_BYTES: ['hardware', CRYPTO_FAILED],
  GPU_SIGNATURE_INVALID: ['hardware', CRYPTO_FAILED],
  CERT_MALFORMED: ['hardware', CRYPTO_FAILED],
  CERT_SIGNATURE_INVALID: ['hardware', CRYPTO_FAILED],
  CA_CONSTRAINT: ['hardware', CRYPTO_FAILED],
  SIGNER_ROLE: ['hardware', CRYPTO_FAILED],
  UNKNOWN_ISSUER: ['hardware', NOT_GENUINE],
  REVOCATION_UNKNOWN: ['hardware', WARNING_FROM],
  CERT_EXPIRED: ['hardware', WARNING_FROM],
  CERT_NOT_YET_VALID: ['hardware', WARNING_FROM],
  DEBUG_ENABLED: ['runtime-opaque', CONTRAINDICATED_FROM],
  SERVICE_TD_PRESENT: ['runtime-opaque', WARNING_FROM],
  SEPT_VE_DISABLE_NOT_SET: ['configuration', WARNING_FROM],
  MEASUREMENT_UNKNOWN: ['executables', WARNING_FROM + 1],
  GPU_FWID_MISMATCH: ['executables', CONTRAINDICATED_FROM],
  RIM_MISSING: ['executables', WARNING_FROM + 1],
};

export function buildEar(input: EarInput): JsonObject {
  const { cpuChecks, gpuChecks, binding, tdx, gpus, policyDigest, atMs } = input;
  const cpu: Vector | null =
    tdx.quote === null
      ? null
      : {
          configuration: AFFIRMING,
          executables: AFFIRMING,
          hardware: AFFIRMING,
          'runtime-opaque': AFFIRMING,
        };
  // Nothing is known of a GPU's firmware and memory before reference manifests are read.
  const gpu: Vector = { configuration: NONE, executables: NONE, hardware: AFFIRMING, 'runtime-opaque': NONE };
  const devices: [string, JsonObject][] = [
    ['cpu0', submodule(cpuChecks, tdx.root, cpu, policyDigest)],
    ...gpus.map((verification, index): [string, JsonObject] => [
      `gpu${index}`,
      submodule(gpuChecks[index] ?? [], verification.root, verification.report && gpu, policyDigest),
    ]),
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
    const finding = reason === null ? undefined : findings[reason as ReasonCode];
    if (finding === undefined) continue;
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
