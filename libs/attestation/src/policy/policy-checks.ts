import type { Check, Digest } from '#canonical';
import type { Binding } from '../binding.js';
import { CheckList, fail, type Outcome, pass, passIf, skip, warn } from '../check-list.js';
import type { CpuVerification } from '../cpu-evidence.js';
import type { GpuVerification } from '../nvidia/verify-gpu-report.js';
import type { RootKind } from '../x509/chain.js';
import type { AppraisalPolicy, ReferenceMeasurement } from './appraisal-policy.js';
import { defaultPlatforms, type Platform } from './policy-groups.js';
import { tierDefaults } from './tier.js';

const rules = {
  gpuCount: { id: 'TEE-POL-001', title: 'GPU evidence is present where the policy asks for it' },
  gpuDistinct: { id: 'TEE-POL-002', title: 'Each GPU is shown once' },
  hardware: { id: 'TEE-POL-003', title: 'Hardware is genuine' },
  mrtd: { id: 'TEE-POL-004', title: 'Guest measurement is a reference value' },
  image: { id: 'TEE-POL-005', title: 'Image is one that this guest may run' },
  policy: { id: 'TEE-POL-006', title: 'Worker runs under the pinned policy' },
  platform: { id: 'TEE-POL-017', title: 'Platform is allowed' },
};

export interface PolicyInput {
  readonly policy: AppraisalPolicy;
  readonly policyDigest: Digest;
  readonly binding: Binding | null;
  readonly cpu: CpuVerification;
  readonly gpus: readonly GpuVerification[];
  readonly switches: readonly GpuVerification[];
}

export interface PolicyResult {
  readonly checks: readonly Check[];
  /** Any device hangs under a simulated root. */
  readonly simulated: boolean;
  readonly measurement: ReferenceMeasurement | null;
}

export function checkPolicy(input: PolicyInput): PolicyResult {
  const { policy, policyDigest, binding, cpu, gpus, switches } = input;
  const list = new CheckList();
  const { required } = policy.gpu;
  list.judge(rules.gpuCount, gpus, ({ length }) =>
    passIf(!required || length > 0, 'GPU_COUNT', 'at least one GPU', `${length} GPUs`),
  );
  list.judge(rules.gpuDistinct, gpus, judgeDistinct);
  const kinds = [cpu.root, ...[...gpus, ...switches].map((device) => device.root)];
  list.judge(rules.hardware, kinds, (present) => judgeHardware(present, tierDefaults(policy).allowSimulated));

  const mrtd = cpu.measurement;
  const references = policy.measurements.filter((reference) => platformOf(reference) === cpu.platform);
  const sameGuest = references.filter((reference) => reference.mrtd === mrtd);
  list.judge(rules.mrtd, mrtd, (actual) =>
    passIf(sameGuest.length > 0, 'MEASUREMENT_UNKNOWN', names(references), actual),
  );
  const image = binding === null || mrtd === null ? null : binding.imageDigest;
  const measurement = sameGuest.find((reference) => reference.imageDigest === image) ?? null;
  list.judge(rules.image, image, (actual) =>
    passIf(measurement !== null, 'MEASUREMENT_UNKNOWN', images(sameGuest), actual),
  );
  list.judge(rules.policy, binding, (present) =>
    passIf(present.policyDigest === policyDigest, 'POLICY_MISMATCH', policyDigest, present.policyDigest),
  );
  // A policy that names no platform means confidential VMs: what else comes is judged, and refused, by this rule.
  const platforms = policy.platforms ?? defaultPlatforms;
  if (policy.platforms !== undefined || !platforms.includes(cpu.platform)) {
    list.judge(rules.platform, cpu.readable ? cpu.platform : null, (actual) =>
      passIf(platforms.includes(actual), 'PLATFORM_NOT_ALLOWED', platforms.join(', ') || 'none', actual),
    );
  }
  return { checks: list.checks, simulated: kinds.includes('simulated'), measurement };
}

/** By leaf and by boot ROM: new firmware gives a device another leaf, never another boot ROM. */
function judgeDistinct(gpus: readonly GpuVerification[]): Outcome {
  const twice =
    repeated(
      'ueid',
      gpus.map(({ ueid }) => ueid),
    ) ??
    repeated(
      'boot ROM',
      gpus.map(({ deviceSerial }) => deviceSerial),
    );
  return twice === null ? pass() : fail('GPU_DUPLICATE', 'distinct devices', `${twice} twice`);
}

function repeated(name: string, found: readonly (string | null)[]): string | null {
  const twice = found.find((identity, index) => identity !== null && found.indexOf(identity) !== index);
  return twice === undefined || twice === null ? null : `${name} ${twice}`;
}

function judgeHardware(kinds: readonly RootKind[], allowSimulated: boolean): Outcome {
  if (kinds.includes('simulated')) {
    const actual = 'simulated hardware: it protects nothing';
    return allowSimulated
      ? warn('SIMULATED_HARDWARE', 'genuine hardware', `${actual}; the policy allows it`)
      : fail('SIMULATED_HARDWARE', 'genuine hardware', actual);
  }
  // An unknown root has failed already; to call the device genuine or simulated would be a guess.
  return kinds.includes('unknown') ? skip('not known: a certificate chain does not hold') : pass();
}

/** A launch measurement of one vendor says nothing under another. */
function platformOf(reference: ReferenceMeasurement): Platform {
  return reference.platform ?? 'intel-tdx';
}

function names(references: readonly ReferenceMeasurement[]): string {
  return references.map(({ name, mrtd }) => `${name} ${mrtd}`).join(', ') || 'no reference value is set';
}

function images(references: readonly ReferenceMeasurement[]): string {
  return references.map(({ imageDigest }) => imageDigest).join(', ') || 'no image is set for this guest';
}
