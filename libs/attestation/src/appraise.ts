/**
 * Appraises the evidence of one worker: the single entry for clients, workers, orchestrator and verifiers of
 * stored bundles.
 *
 * Trusted: the roots and the policy of whoever calls. Not trusted: every byte of the evidence and of the
 * collateral, and whoever carried them. Two duties need memory: a nonce is accepted once, and an epoch never
 * falls for one (`workerId`, `bootId`). Whoever hands in a `BindingMemory` has both judged here.
 */
import { type Check, type Digest, digestOf } from '#canonical';
import type { Appraisal } from './appraisal.js';
import { type Binding, expectedGpuNonce, type GpuEvidence } from './binding.js';
import { checkBinding, checkBindingForm } from './binding-checks.js';
import type { BindingMemory } from './binding-memory.js';
import { CheckList, passIf, skip } from './check-list.js';
import type { Collateral } from './collateral.js';
import { type CpuEvidence, type CpuVerification, verifyCpu } from './cpu-evidence.js';
import { type EvidencePackage, parseEvidencePackage } from './evidence-package.js';
import { type GpusInput, gpuFacts, verifyDevices, verifyTokens } from './gpu-evidence.js';
import { claimsForRules, gradeGpuBinding, holds, levelOf } from './graded-claims.js';
import { type GpuVerification, gpuClaims } from './nvidia/verify-gpu-report.js';
import type { AppraisalPolicy, ReferenceMeasurement } from './policy/appraisal-policy.js';
import { judgeClaimRules } from './policy/claim-rules.js';
import { buildEar } from './policy/ear.js';
import { judgeGpuRules } from './policy/gpu-rules.js';
import { judgePhysicalTrust, type PhysicalTrust } from './policy/physical-trust.js';
import { checkPolicy } from './policy/policy-checks.js';
import { judgeCrlAge, judgeTdxRules } from './policy/tdx-rules.js';
import { applyTier, isUnchecked, tierDefaults } from './policy/tier.js';
import type { TrustRoots } from './policy/trust-roots.js';

export interface AppraiseInput {
  /** Bytes of an evidence package. */
  readonly evidence: Uint8Array;
  readonly roots: TrustRoots;
  readonly policy: AppraisalPolicy;
  /** Digest by which the run pins its policy; the binding must name it. */
  readonly policyDigest: Digest;
  /** The nonce that the caller issued, or null for stored evidence: then only `notAfter` tells its age. */
  readonly expectedNonce: Uint8Array | null;
  /** Nonces that it issued are accepted once, epochs never fall. With `expectedNonce` null any open one will do. */
  readonly memory?: BindingMemory;
  /** Time of judgement, milliseconds since the epoch. Certificates and binding are judged at it. */
  readonly at: number;
  /** Another time for hardware, its certificates and collateral: hindsight. The binding stays at `at`. */
  readonly hardwareAt?: number;
  /** What the caller knows of the devices. It stands in for what the package carries, kind by kind. */
  readonly collateral?: readonly Collateral[];
  /** Other times for OCSP responses, which live for a day. The policy says how far before `at` they may lie. */
  readonly ocspAt?: { readonly deviceMs: number; readonly rimMs: number };
}

const rules = {
  package: { id: 'TEE-PKG-001', title: 'Evidence package is well formed' },
  format: { id: 'TEE-PKG-002', title: 'CPU evidence is of the format it is labelled with' },
  unbound: { id: 'TEE-PKG-003', title: 'Evidence is bound to keys', severity: 'info' },
} as const;

const versionsOf = {
  'tdx-quote-v4': [4],
  'tdx-quote-v5': [5],
  'snp-report': [2, 3, 4, 5],
  'sgx-quote-v3': [3],
} as const;

/** Never throws on evidence: what is malformed is a failed check. */
export function appraise(input: AppraiseInput): Appraisal {
  const { policy, roots, policyDigest } = input;
  const hardwareAtMs = input.hardwareAt ?? input.at;
  const list = new CheckList([digestOf(input.evidence)]);
  const evidence = list.parse(rules.package, input.evidence, parseEvidencePackage);
  const collateral = mergeCollateral(evidence?.collateral ?? [], input.collateral ?? []);
  const common = { roots, policy, collateral, atMs: hardwareAtMs };

  const form = checkBindingForm(evidence?.binding ?? null);
  const { binding } = form;
  const cpu = verifyCpu({ ...common, cpu: evidence?.cpu ?? null });
  list.judge(rules.format, formatOf(evidence, cpu), ({ format, version }) => {
    const versions: readonly number[] = versionsOf[format];
    const reason = format === 'snp-report' ? 'SNP_MALFORMED' : 'QUOTE_MALFORMED';
    return passIf(versions.includes(version), reason, `version ${versions.join(', ')}`, `${version}`);
  });
  const { reportData } = cpu;
  const bound = checkBinding({ ...input, evidence, binding, reportData, atMs: input.at });
  const nonce = evidence !== null && binding !== null ? expectedGpuNonce(binding, evidence.binding) : null;
  const gpusInput = {
    ...common,
    gpus: evidence?.gpus ?? [],
    switches: evidence?.switches ?? [],
    expectedNonce: nonce,
    ocspAt: input.ocspAt,
  };
  const appraisal = conclude({
    ...common,
    head: [...list.checks, ...form.checks, ...bound],
    binding,
    cpu,
    gpusInput,
    policyDigest,
  });
  if (appraisal.accepted && binding !== null) input.memory?.remember(binding);
  return evidence === null ? { ...appraisal, verdict: 'none' } : appraisal;
}

export interface AppraiseDevicesInput
  extends Pick<AppraiseInput, 'roots' | 'policy' | 'policyDigest' | 'at' | 'collateral' | 'ocspAt'> {
  readonly cpu: CpuEvidence | null;
  readonly gpus: readonly GpuEvidence[];
  /** NVSwitches of protected PCIe; none unless given. */
  readonly switches?: readonly GpuEvidence[];
  /** That the GPUs should have answered; null when it is not known. */
  readonly gpuNonce: Uint8Array | null;
}

/**
 * Appraises devices without a binding, for people who look into evidence. Nothing is known of keys and of
 * freshness then: never seal to anybody by this.
 */
export function appraiseDevices(input: AppraiseDevicesInput): Appraisal {
  const { roots, policy, policyDigest, collateral = [], at: atMs } = input;
  const list = new CheckList();
  list.judge(rules.unbound, input, () =>
    skip('no binding was given: nothing is known of keys and freshness'),
  );
  const common = { roots, policy, collateral, atMs };
  const cpu = verifyCpu({ ...common, cpu: input.cpu });
  const { gpus, switches = [], gpuNonce: expectedNonce, ocspAt } = input;
  const gpusInput = { ...common, gpus, switches, expectedNonce, ocspAt };
  return conclude({ ...common, head: list.checks, binding: null, cpu, gpusInput, policyDigest });
}

interface ConcludeInput {
  readonly policy: AppraisalPolicy;
  readonly policyDigest: Digest;
  readonly collateral: readonly Collateral[];
  readonly atMs: number;
  /** Checks of package and binding. */
  readonly head: readonly Check[];
  readonly binding: Binding | null;
  readonly cpu: CpuVerification;
  readonly gpusInput: GpusInput;
}

/** Devices, then policy: the order of the checks is always this one. */
function conclude(input: ConcludeInput): Appraisal {
  const { policy, policyDigest, collateral, atMs, binding, cpu, gpusInput } = input;
  const { gpus, switches, setChecks } = verifyDevices(gpusInput);
  const judged = checkPolicy({ policy, policyDigest, binding, cpu, gpus, switches });
  const { measurement, simulated } = judged;

  const tier = tierDefaults(policy);
  const headAndCpu = applyTier([...input.head, ...cpu.checks], tier);
  const gpuChecks = gpus.map((gpu) => applyTier(gpu.checks, tier));
  const switchChecks = switches.map((device) => applyTier(device.checks, tier));
  const policyChecks = applyTier([...verifyTokens(gpusInput, gpus), ...judged.checks], tier);
  const before = [...headAndCpu, ...gpuChecks.flat(), ...switchChecks.flat(), ...setChecks, ...policyChecks];
  const graded = grade({ policy, collateral, binding, cpu, gpus, switches, measurement, simulated, before });
  const gradedChecks = applyTier(graded.checks, tier);

  const checks = [...before, ...gradedChecks];
  const cpuChecks = [...headAndCpu, ...policyChecks, ...gradedChecks];
  return {
    checks,
    accepted: checks.every(holds),
    verdict: verdictOf(checks),
    level: levelOf(checks, cpu, simulated),
    unchecked: checks.filter((check) => check.result !== 'pass' && isUnchecked(check)),
    binding,
    measurement,
    gpuBinding: gradeGpuBinding({ binding, cpu, gpuCount: gpus.length, measurement, checks }),
    physicalTrust: graded.physicalTrust,
    claims: { ...cpu.claims, gpus: gpus.map(gpuClaims), switches: switches.map(gpuClaims) },
    policyDigest,
    collateral: [...new Set(collateral.map(({ data }) => digestOf(data)))],
    ear: buildEar({
      cpuChecks,
      // What is found about the devices together is a finding about each.
      gpuChecks: gpuChecks.map((own) => [...own, ...setChecks]),
      switchChecks: switchChecks.map((own) => [...own, ...setChecks]),
      binding,
      cpu,
      gpus,
      switches,
      policyDigest,
      atMs,
    }),
  };
}

interface GradeInput {
  readonly policy: AppraisalPolicy;
  readonly collateral: readonly Collateral[];
  readonly binding: Binding | null;
  readonly cpu: CpuVerification;
  readonly gpus: readonly GpuVerification[];
  readonly switches: readonly GpuVerification[];
  readonly measurement: ReferenceMeasurement | null;
  readonly simulated: boolean;
  /** Everything that was judged before. */
  readonly before: readonly Check[];
}

/** The groups of the policy that read claims. Rules in CEL come last: they may speak of all the others. */
function grade(input: GradeInput): {
  readonly checks: readonly Check[];
  readonly physicalTrust: PhysicalTrust;
} {
  const { policy, collateral, binding, cpu, gpus, switches, measurement, simulated, before } = input;
  const list = new CheckList();
  const gpuBinding = gradeGpuBinding({ binding, cpu, gpuCount: gpus.length, measurement, checks: before });
  const facts = gpuFacts(gpus, measurement);
  judgeGpuRules(list, policy.gpu, facts, gpuBinding);
  const ageMsMax = policy.revocation?.crlAgeMsMax;
  if (cpu.platform === 'intel-tdx' && policy.tdx !== undefined) judgeTdxRules(list, policy.tdx, cpu.tdx);
  // AMD's list is judged by its age where it is judged at all.
  if (cpu.platform !== 'amd-sev-snp' && ageMsMax !== undefined) judgeCrlAge(list, ageMsMax, cpu.crlAgesMs);
  const physicalTrust = judgePhysicalTrust(list, {
    rules: policy.physicalTrust,
    machines: policy.machines,
    collateral,
    platformIds: cpu.platformIds,
    ueids: facts.flatMap(({ ueid }) => (ueid === null ? [] : [ueid])),
  });
  const level = levelOf([...before, ...list.checks], cpu, simulated);
  const claims = {
    cpu,
    gpus: gpus.map(gpuClaims),
    switches: switches.map(gpuClaims),
    gpuFacts: facts,
    binding,
    gpuBinding,
    physicalTrust,
    level,
  };
  judgeClaimRules(list, policy.rules ?? [], claimsForRules(claims));
  return { checks: list.checks, physicalTrust };
}

function formatOf(
  evidence: EvidencePackage | null,
  { version }: CpuVerification,
): { readonly format: keyof typeof versionsOf; readonly version: number } | null {
  return evidence === null || version === null ? null : { format: evidence.cpu.format, version };
}

/** Never both: two pieces of one kind could be read by two rules. */
function mergeCollateral(
  carried: readonly Collateral[],
  known: readonly Collateral[],
): readonly Collateral[] {
  const kinds = new Set(known.map(({ kind }) => kind));
  return [...carried.filter(({ kind }) => !kinds.has(kind)), ...known];
}

function verdictOf(checks: readonly Check[]): Appraisal['verdict'] {
  if (!checks.every(holds)) return 'contraindicated';
  return checks.some((check) => check.result === 'warn') ? 'warning' : 'affirming';
}
