import type { ReasonCode } from '../reasons.js';
import { deviceReasonTexts } from './device-reason-texts.js';
import { ask, decide, fetchData, forged, type ReasonText, text } from './reason-text.js';

/** Every reason in words. A reason without them does not compile: nobody can act on a bare code. */
export const reasonTexts: Readonly<Record<ReasonCode, ReasonText>> = {
  ...deviceReasonTexts,
  EVIDENCE_MALFORMED: text(
    "The evidence package is not one: the bytes have another form than the format's.",
    ask,
  ),
  BINDING_MALFORMED: text('The binding is not of the form that its rule gives it.', ask),
  BINDING_NOT_CANONICAL: text(
    'The binding is spelled in another way than the one that its hash is defined over.',
    ask,
  ),
  CERT_MALFORMED: text('A certificate is not strict DER of the form that the vendor issues.', forged),
  POLICY_MALFORMED: text(
    'The policy is not of its form. Unknown members are refused, so that a misspelt rule cannot vanish.',
    'Correct the policy file at the place that is named.',
  ),
  TRUST_ROOTS_MALFORMED: text(
    'The list of pinned roots is not of its form.',
    'Correct the trust file at the place that is named.',
  ),
  AUTHORITY_MALFORMED: text(
    'The file of the simulation authority is not of its form.',
    'Make a new installation, or restore the file.',
  ),
  CRL_MISSING: text('A revocation list is missing. That is not the same as an empty list.', fetchData),
  CRL_MALFORMED: text('A revocation list is not strict DER of the known form.', fetchData),
  COLLATERAL_MALFORMED: text('Vendor data is not of its form.', fetchData),
  REGISTRY_MALFORMED: text(
    'A registry of machines is not of its form.',
    'Ask its publisher for the file again.',
  ),
  DEBUG_ENABLED: text(
    'The host can read the guest: it was started in debug mode.',
    'Never send anything to it.',
  ),
  CA_CONSTRAINT: text('A certificate issued another one without being a CA.', forged),
  SIGNER_ROLE: text('A genuine key signed something that is not its to sign.', forged),
  UNKNOWN_ISSUER: text(
    'The chain ends in a root that the trust policy does not pin.',
    'Compare the roots in the trust file with the published ones: sealflow trust show.',
  ),
  CERT_MISSING: text('The endorsement key or its chain was not supplied.', fetchData),
  CERT_SIGNATURE_INVALID: text(
    'A certificate was not signed by the one that is named as its issuer.',
    forged,
  ),
  CERT_EXPIRED: text(
    'A certificate had run out at the time of judgement.',
    'For stored evidence, judge at its own time (--at). For live evidence, refuse.',
  ),
  CERT_NOT_YET_VALID: text(
    'A certificate was not valid yet at the time of judgement.',
    'Check the clock, or the time that you gave with --at.',
  ),
  CERT_REVOKED: text('A key in the chain was revoked.', 'Refuse.'),
  REVOCATION_UNKNOWN: text('Nobody could be asked whether a key was revoked.', fetchData),
  REVOCATION_STALE: text('The revocation data is older than the policy allows.', fetchData),
  MEASUREMENT_UNKNOWN: text(
    'The code is not one that the policy lists.',
    'If you know this build, add its measurement to the policy. If not, refuse.',
  ),
  SIMULATED_HARDWARE: text(
    'Simulated hardware protects nothing: its operator can read and change what runs in it.',
    'Use it for trials only. The tiers strict and standard never accept it.',
  ),
  VERIFIER_ERROR: text(
    'The verifier itself failed; nothing is known.',
    'Report the evidence to the maintainers.',
  ),
  CRL_SIGNATURE_INVALID: text('A revocation list was not signed by the CA that it speaks for.', forged),
  CRL_ISSUER_MISMATCH: text(
    'A revocation list is of another CA than the one whose keys are in use.',
    fetchData,
  ),
  CRL_EXPIRED: text('A revocation list has run out at the time of judgement.', fetchData),
  CRL_NOT_YET_VALID: text(
    'A revocation list begins after the time of judgement.',
    'Check the clock, or the time that you gave with --at.',
  ),
  BINDING_MISMATCH: text(
    'The CPU signed another binding than the one shown, or the GPU evidence is not the one it names.',
    forged,
  ),
  BINDING_RULE_NOT_ALLOWED: text('The evidence is bound by a rule that the policy does not list.', decide),
  BINDING_EXPIRED: text(
    'The binding had run out at the time of judgement.',
    'Ask the worker for new evidence.',
  ),
  BINDING_LIFETIME_EXCEEDED: text(
    'The binding speaks for its keys longer than the policy allows.',
    'Have the worker configured to a shorter life, or allow more in the policy.',
  ),
  NONCE_UNKNOWN: text(
    'The evidence answers a challenge that you did not issue, or that ran out.',
    'Ask again with a new nonce. If it repeats, somebody replays or relays.',
  ),
  NONCE_REUSED: text('The evidence answers a challenge that was answered before: a replay.', forged),
  EPOCH_ROLLBACK: text('The evidence is of an earlier epoch of this boot than one already seen.', forged),
  FRESHNESS_NOT_ALLOWED: text('The evidence is fresh in a way that the policy does not list.', decide),
  POLICY_MISMATCH: text(
    'The worker made this evidence for another policy.',
    'Ask for evidence that names the digest of your policy.',
  ),
  POLICY_RULE_ERROR: text(
    'A CEL rule could not be evaluated, often because it names a claim that this evidence does not have.',
    'Correct the rule. Until then it refuses everything: a rule that cannot be judged must not pass.',
  ),
  POLICY_RULE_FAILED: text('A CEL rule of the policy is false for these claims.', decide),
  PLATFORM_NOT_ALLOWED: text('The policy does not list this kind of platform.', decide),
  CHIP_NOT_ALLOWED: text('The policy does not list this chip.', decide),
  PAIRING_MISMATCH: text(
    'A GPU is not in the machine that the policy pairs it with.',
    'Find out who moved it.',
  ),
  PHYSICAL_TRUST_INSUFFICIENT: text(
    'No registry of the policy vouches for this machine well enough.',
    decide,
  ),
  PLATFORM_REVOKED: text('A registry of the policy says that this machine was found out.', 'Refuse.'),
  COLLATERAL_MISSING: text('Vendor data that a rule needs was not supplied.', fetchData),
  COLLATERAL_EXPIRED: text('Vendor data is older than its own window.', fetchData),
  COLLATERAL_NOT_YET_VALID: text(
    'Vendor data begins after the time of judgement.',
    'Check the clock, or the time that you gave with --at.',
  ),
  COLLATERAL_ROLLBACK: text(
    'Vendor data is older than what is known already; it may hide newer findings.',
    'Refuse, and find out who serves the old data.',
  ),
};
