import { type Check, digestOf, equalBytes, formatTime, toHex } from '#canonical';
import {
  type Binding,
  gpuEvidenceDigest,
  readBinding,
  reportData,
  requireCanonicalBinding,
} from './binding.js';
import type { BindingMemory } from './binding-memory.js';
import { CheckList, fail, type Outcome, pass, passIf, type Rule, skip } from './check-list.js';
import type { EvidencePackage } from './evidence-package.js';
import type { AppraisalPolicy } from './policy/appraisal-policy.js';

const rules = {
  parse: { id: 'TEE-BND-001', title: 'Binding is well formed' },
  canonical: { id: 'TEE-BND-002', title: 'Binding is in canonical form' },
  rule: { id: 'TEE-BND-003', title: 'Binding follows an accepted rule', where: 'binding.v' },
  reportData: { id: 'TEE-BND-004', title: 'CPU report commits to the binding' },
  nonce: { id: 'TEE-BND-005', title: 'Evidence is fresh', where: 'binding.nonce' },
  expiry: { id: 'TEE-BND-006', title: 'Binding has not expired', where: 'binding.notAfter' },
  lifetime: {
    id: 'TEE-BND-007',
    title: 'Binding does not live too long',
    where: 'binding.notAfter',
    severity: 'major',
  },
  gpuEvidence: {
    id: 'TEE-BND-008',
    title: 'Binding commits to exactly the GPU evidence shown',
    where: 'binding.gpuEvidenceDigest',
  },
  epoch: { id: 'TEE-BND-009', title: 'Epoch of this boot does not fall', where: 'binding.epoch' },
} satisfies Record<string, Rule>;

/** Parses the stored bytes: they are hashed as they are, and must be the only spelling of their content. */
export function checkBindingForm(bytes: Uint8Array | null): {
  readonly checks: readonly Check[];
  readonly binding: Binding | null;
} {
  const list = new CheckList(bytes === null ? [] : [digestOf(bytes)]);
  const binding = list.parse(rules.parse, bytes, readBinding);
  list.judge(rules.canonical, binding === null ? null : bytes, (present) => {
    requireCanonicalBinding(present);
    return pass();
  });
  return { checks: list.checks, binding };
}

export interface BindingInput {
  readonly evidence: EvidencePackage | null;
  readonly binding: Binding | null;
  /** As the CPU reports it; null when its evidence could not be read. */
  readonly reportData: Uint8Array | null;
  readonly policy: AppraisalPolicy;
  readonly expectedNonce: Uint8Array | null;
  readonly memory?: BindingMemory | undefined;
  readonly atMs: number;
}

export function checkBinding(input: BindingInput): readonly Check[] {
  const { evidence, binding, reportData: actual, policy, memory, atMs } = input;
  const list = new CheckList(evidence === null ? [] : [digestOf(evidence.binding)]);
  list.judge(rules.rule, binding, ({ v }) =>
    passIf(policy.bindingRules.includes(v), 'BINDING_RULE_NOT_ALLOWED', policy.bindingRules.join(', '), v),
  );
  // Judged also when the binding's content is malformed: the hash is over bytes.
  const hashed = evidence !== null && actual !== null ? { evidence, actual } : null;
  list.judge(rules.reportData, hashed, judgeReportData);
  list.judge(rules.nonce, binding, (present) => judgeFreshness(present, input));
  list.judge(rules.expiry, binding, ({ notAfterMs }) =>
    passIf(atMs <= notAfterMs, 'BINDING_EXPIRED', `judged by ${formatTime(notAfterMs)}`, formatTime(atMs)),
  );
  list.judge(rules.lifetime, binding, ({ notAfterMs }) => {
    const latest = formatTime(atMs + policy.bindingLifetimeMsMax);
    const short = notAfterMs - atMs <= policy.bindingLifetimeMsMax;
    return passIf(short, 'BINDING_LIFETIME_EXCEEDED', `notAfter at most ${latest}`, formatTime(notAfterMs));
  });
  const committed = evidence !== null && binding !== null ? { evidence, binding } : null;
  list.judge(rules.gpuEvidence, committed, judgeGpuEvidence);
  if (memory !== undefined) list.judge(rules.epoch, binding, (present) => judgeEpoch(present, memory));
  return list.checks;
}

function judgeReportData({ evidence, actual }: { evidence: EvidencePackage; actual: Uint8Array }): Outcome {
  const expected = reportData(evidence.binding);
  return passIf(equalBytes(actual, expected), 'BINDING_MISMATCH', toHex(expected), toHex(actual));
}

function judgeFreshness(binding: Binding, { expectedNonce, policy, memory, atMs }: BindingInput): Outcome {
  const { nonce } = binding;
  const asked = expectedNonce === null || equalBytes(nonce, expectedNonce);
  if (memory !== undefined && asked) return judgeRemembered(binding, policy, memory, atMs);
  if (expectedNonce === null) return skip('stored evidence: its age is judged by notAfter only');
  if (!policy.freshness.includes('nonce')) {
    return fail('FRESHNESS_NOT_ALLOWED', policy.freshness.join(', '), "the verifier's nonce");
  }
  const equal = equalBytes(nonce, expectedNonce);
  return passIf(equal, 'NONCE_UNKNOWN', toHex(expectedNonce), toHex(nonce));
}

function judgeRemembered(
  binding: Binding,
  policy: AppraisalPolicy,
  memory: BindingMemory,
  atMs: number,
): Outcome {
  // Redeemed first: a nonce that came back is used up, also under a policy that accepts no nonce.
  const state = memory.redeem(binding, atMs);
  if (!policy.freshness.includes('nonce')) {
    return fail('FRESHNESS_NOT_ALLOWED', policy.freshness.join(', '), "the verifier's nonce");
  }
  const expected = 'a nonce that was issued, is not too old and was not used';
  if (state === 'reused') return fail('NONCE_REUSED', expected, toHex(binding.nonce));
  return passIf(state === 'fresh', 'NONCE_UNKNOWN', expected, toHex(binding.nonce));
}

function judgeEpoch(binding: Binding, memory: BindingMemory): Outcome {
  const highest = memory.epochOf(binding) ?? 0;
  const rising = binding.epoch >= highest;
  return passIf(rising, 'EPOCH_ROLLBACK', `epoch ${highest} or higher`, `${binding.epoch}`);
}

function judgeGpuEvidence({ evidence, binding }: { evidence: EvidencePackage; binding: Binding }): Outcome {
  if (binding.v === 'sealflow/binding/v1+coco') return skip('under this rule the CPU report names no GPU');
  const { gpus, switches } = evidence;
  const none = gpus.length === 0 && switches.length === 0;
  const actual = none ? null : gpuEvidenceDigest(gpus, switches);
  const expected = binding.gpuEvidenceDigest;
  return passIf(actual === expected, 'BINDING_MISMATCH', expected ?? 'no GPU', actual ?? 'no GPU');
}
