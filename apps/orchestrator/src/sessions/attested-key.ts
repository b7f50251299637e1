import {
  type AppraisalPolicy,
  appraise,
  bindingRules,
  parseBinding,
  parseEvidencePackage,
  type TrustRoots,
} from '#attestation';

/**
 * Lets every measurement and every device pass: what is asked here is who made the key, and not what a client would
 * accept.
 */
export const anyGuest: AppraisalPolicy = {
  v: 'sealflow/appraisal-policy/v1',
  allowSimulated: true,
  gpu: { required: false },
  measurements: [],
  bindingRules: [...bindingRules],
  freshness: ['nonce'],
  bindingLifetimeMsMax: 24 * 3_600_000,
};

/** Checks of what a policy wants of guests and devices; the rest are of package, binding and CPU. */
const aside = /^TEE-(?:POL|GPU|RIM|PPC|EAT|RUL|PHY)-/;

/**
 * Whether a CPU with a root of this site signed the binding, and with it the worker's key, over the nonce of this
 * stream. What vendors would have to say in addition (revocation, levels of firmware) is for those who seal.
 */
export function isKeyAttested(
  evidence: Uint8Array,
  expectedNonce: Uint8Array,
  { roots, atMs }: { readonly roots: TrustRoots; readonly atMs: number },
): boolean {
  const { policyDigest } = parseBinding(parseEvidencePackage(evidence).binding);
  const { checks, unchecked } = appraise({
    evidence,
    roots,
    policy: anyGuest,
    policyDigest,
    expectedNonce,
    at: atMs,
  });
  return checks
    .filter(({ id }) => !aside.test(id))
    .every((check) => (check.result !== 'fail' && check.result !== 'error') || unchecked.includes(check));
}
