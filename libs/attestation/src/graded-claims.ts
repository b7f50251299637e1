/** Claims that have grades and not only two values. A grade is never better than what a check proved. */
import { type Check, type Digest, equalBytes, type JsonObject, sha384, toJson, utf8 } from '#canonical';
import type { Appraisal, GpuBinding } from './appraisal.js';
import type { Binding } from './binding.js';
import type { CpuVerification } from './cpu-evidence.js';
import type { ReferenceMeasurement } from './policy/appraisal-policy.js';
import type { GpuFacts } from './policy/gpu-rules.js';
import type { PhysicalTrust } from './policy/physical-trust.js';
import { isUnchecked } from './policy/tier.js';

/** What a guest extends into RTMR3, as the SHA-384 of these bytes, before it shows GPU evidence. */
export function gpuEvidenceEvent(gpuEvidence: Digest): Uint8Array {
  return utf8(`sealflow/gpu-evidence/v1\0${gpuEvidence}`);
}

export interface GpuBindingInput {
  readonly binding: Binding | null;
  readonly cpu: CpuVerification;
  readonly gpuCount: number;
  readonly measurement: ReferenceMeasurement | null;
  /** Everything that was judged before. */
  readonly checks: readonly Check[];
}

/** `hardware` cannot be reached: no CPU reports what is attached to it in a way that a verifier can check. */
export function gradeGpuBinding(input: GpuBindingInput): GpuBinding {
  const { binding, cpu, gpuCount, measurement, checks } = input;
  if (binding === null || gpuCount === 0 || !isProved(checks)) return 'none';
  const { gpuEvidenceDigest: digest } = binding;
  if (binding.v === 'sealflow/binding/v1+coco' || digest === null) return 'nonce-only';
  // The driver of a device runs outside of an enclave: whatever the enclave says, its host speaks with the GPU.
  if (cpu.platform === 'intel-sgx') return 'nonce-only';
  const event = sha384(gpuEvidenceEvent(digest));
  if (cpu.rtmr3Events.some((extended) => equalBytes(extended, event))) return 'measured-event';
  // SNP has no run-time register. What stands in for it is a guest that lets one program alone ask for reports.
  const sole = cpu.platform === 'amd-sev-snp' && cpu.vmpl === 0 && measurement?.soleReporter === true;
  return sole ? 'measured-agent' : 'software-asserted';
}

/** A policy that forbids simulated hardware does not change what the hardware is. */
export function levelOf(
  checks: readonly Check[],
  { readable }: CpuVerification,
  simulated: boolean,
): Appraisal['level'] {
  if (!readable || !isProved(checks)) return 'NONE';
  return simulated ? 'SIMULATED' : 'ATTESTED';
}

/** Also where a lenient tier let it pass: what could not be checked is not proved. */
function isProved(checks: readonly Check[]): boolean {
  return checks.every(
    (check) =>
      (holds(check) && !(check.result === 'warn' && isUnchecked(check))) ||
      check.reason === 'SIMULATED_HARDWARE',
  );
}

export interface RuleClaimsInput {
  readonly cpu: CpuVerification;
  readonly gpus: readonly (JsonObject | null)[];
  readonly switches: readonly (JsonObject | null)[];
  readonly gpuFacts: readonly GpuFacts[];
  readonly binding: Binding | null;
  readonly gpuBinding: GpuBinding;
  readonly physicalTrust: PhysicalTrust;
  readonly level: Appraisal['level'];
}

/** What CEL rules see. A claim that is not known is absent, and a rule that asks for it fails. */
export function claimsForRules(input: RuleClaimsInput): JsonObject {
  const { cpu, gpus, switches, gpuFacts, binding, gpuBinding, physicalTrust, level } = input;
  return {
    platform: cpu.platform,
    level,
    gpuBinding,
    physicalTrust: toJson(physicalTrust),
    ...(cpu.claims.tdx === null ? {} : { tdx: cpu.claims.tdx }),
    ...(cpu.claims.snp === null ? {} : { snp: cpu.claims.snp }),
    ...(cpu.claims.sgx === null ? {} : { sgx: cpu.claims.sgx }),
    gpu: gpuFacts.map(({ mode }, index) => ({ ...gpus[index], mode })),
    nvswitch: switches,
    ...(binding === null
      ? {}
      : {
          binding: {
            v: binding.v,
            workerId: binding.workerId,
            epoch: binding.epoch,
            imageDigest: binding.imageDigest,
          },
        }),
  };
}

export function holds({ result }: Check): boolean {
  return result !== 'fail' && result !== 'error';
}
