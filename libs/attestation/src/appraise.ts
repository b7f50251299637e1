/**
 * Appraises the evidence of one worker: the single entry for clients, workers, orchestrator and verifiers of
 * stored bundles.
 *
 * Trusted: the roots and the policy of whoever calls. Not trusted: every byte of the evidence, and whoever
 * carried it. Two duties stay with the caller because they need memory: a nonce is accepted once, and an epoch
 * never falls for one (`workerId`, `bootId`).
 */
import { type Check, type Digest, digestOf } from '#canonical';
import type { Appraisal, GpuBinding } from './appraisal.js';
import { type Binding, expectedGpuNonce } from './binding.js';
import { checkBinding, checkBindingForm } from './binding-checks.js';
import { CheckList, passIf } from './check-list.js';
import { type EvidencePackage, parseEvidencePackage } from './evidence-package.js';
import { type GpuVerification, gpuClaims, verifyGpuReport } from './nvidia/verify-gpu-report.js';
import type { AppraisalPolicy } from './policy/appraisal-policy.js';
import { buildEar } from './policy/ear.js';
import { checkPolicy } from './policy/policy-checks.js';
import type { TrustRoots } from './policy/trust-roots.js';
import { tdxClaims, verifyTdxQuote } from './tdx/verify-tdx-quote.js';

export interface AppraiseInput {
  /** Bytes of an evidence package. */
  readonly evidence: Uint8Array;
  readonly roots: TrustRoots;
  readonly policy: AppraisalPolicy;
  /** Digest by which the run pins its policy; the binding must name it. */
  readonly policyDigest: Digest;
  /** The nonce that the caller issued, or null for stored evidence: then only `notAfter` tells its age. */
  readonly expectedNonce: Uint8Array | null;
  /** Time of judgement, milliseconds since the epoch. Certificates and binding are judged at it. */
  readonly at: number;
}

const rules = {
  package: { id: 'TEE-PKG-001', title: 'Evidence package is well formed' },
  format: { id: 'TEE-PKG-002', title: 'CPU evidence is of the format it is labelled with' },
};

/** Never throws on evidence: what is malformed is a failed check. */
export function appraise(input: AppraiseInput): Appraisal {
  const { policy, roots, at: atMs } = input;
  const list = new CheckList([digestOf(input.evidence)]);
  const evidence = list.parse(rules.package, input.evidence, parseEvidencePackage);

  const form = checkBindingForm(evidence?.binding ?? null);
  const { binding } = form;
  const tdx = verifyTdxQuote({
    quote: evidence?.cpu.quote ?? null,
    roots: { hardware: roots.intel, simulated: roots.simulatedCpu },
    atMs,
  });
  list.judge(rules.format, tdx.quote, ({ version }) =>
    passIf(version === 4, 'QUOTE_MALFORMED', 'quote version 4', `${version}`),
  );
  const bound = checkBinding({ ...input, evidence, binding, quote: tdx.quote, atMs });
  const gpus = verifyGpus(evidence, binding, roots, atMs);
  const result = checkPolicy({ policy, policyDigest: input.policyDigest, binding, tdx, gpus });

  const cpuChecks = [...list.checks, ...form.checks, ...tdx.checks, ...bound, ...result.checks];
  const gpuChecks = gpus.map((gpu) => gpu.checks);
  const checks = [
    ...list.checks,
    ...form.checks,
    ...bound,
    ...tdx.checks,
    ...gpuChecks.flat(),
    ...result.checks,
  ];
  const accepted = checks.every(holds);
  return {
    checks,
    accepted,
    verdict: verdictOf(evidence, checks),
    level: levelOf(checks, result.simulated),
    binding,
    measurement: result.measurement,
    gpuBinding: gpuBindingOf(binding, gpus, checks),
    claims: { tdx: tdxClaims(tdx), gpus: gpus.map(gpuClaims) },
    ear: buildEar({ cpuChecks, gpuChecks, binding, tdx, gpus, policyDigest: input.policyDigest, atMs }),
  };
}

function verifyGpus(
  evidence: EvidencePackage | null,
  binding: Binding | null,
  roots: TrustRoots,
  atMs: number,
): readonly GpuVerification[] {
  const expectedNonce =
    evidence !== null && binding !== null ? expectedGpuNonce(binding, evidence.binding) : null;
  const pinned = { hardware: roots.nvidia, simulated: roots.simulatedGpu };
  return (evidence?.gpus ?? []).map((gpu, index) =>
    verifyGpuReport({ index, evidence: gpu, roots: pinned, expectedNonce, atMs }),
  );
}

function verdictOf(evidence: EvidencePackage | null, checks: readonly Check[]): Appraisal['verdict'] {
  if (evidence === null) return 'none';
  if (!checks.every(holds)) return 'contraindicated';
  return checks.some((check) => check.result === 'warn') ? 'warning' : 'affirming';
}

/** A policy that forbids simulated hardware does not change what the hardware is. */
function levelOf(checks: readonly Check[], simulated: boolean): Appraisal['level'] {
  if (!checks.every((check) => holds(check) || check.reason === 'SIMULATED_HARDWARE')) return 'NONE';
  return simulated ? 'SIMULATED' : 'ATTESTED';
}

function gpuBindingOf(
  binding: Binding | null,
  gpus: readonly GpuVerification[],
  checks: readonly Check[],
): GpuBinding {
  const proved = checks.every((check) => holds(check) || check.reason === 'SIMULATED_HARDWARE');
  if (binding === null || gpus.length === 0 || !proved) return 'none';
  return binding.v === 'sealflow/binding/v1+coco' ? 'nonce-only' : 'software-asserted';
}

function holds(check: Check): boolean {
  return check.result !== 'fail' && check.result !== 'error';
}
