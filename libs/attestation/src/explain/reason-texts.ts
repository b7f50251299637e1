import type { ReasonCode } from '../reasons.js';

/** What a reason means and what to do about it. */
export interface ReasonText {
  readonly meaning: string;
  readonly advice: string;
}

const forged = 'Treat the evidence as forged. Ask for new evidence and do not seal to this worker.';
const fetchData = 'Supply it: from the collateral service, or from a directory of collateral.';
const update =
  'Have the operator update the machine, or accept the state in the policy, knowingly and for a time.';
const decide = 'Decide whether the policy is right; the evidence will not change.';

const text = (meaning: string, advice: string): ReasonText => ({ meaning, advice });

/** Reasons that need more than the words of their area. */
export const reasonTexts: Partial<Record<ReasonCode, ReasonText>> = {
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
  CERT_EXPIRED: text(
    'A certificate had run out at the time of judgement.',
    'For stored evidence, judge at its own time (--at). For live evidence, refuse.',
  ),
  REVOCATION_UNKNOWN: text('Nobody could be asked whether a key was revoked.', fetchData),
  CRL_MISSING: text('A revocation list is missing. That is not the same as an empty list.', fetchData),
  COLLATERAL_MISSING: text('Vendor data that a rule needs was not supplied.', fetchData),
  COLLATERAL_EXPIRED: text('Vendor data is older than its own window.', fetchData),
  COLLATERAL_ROLLBACK: text(
    'Vendor data is older than what is known already; it may hide newer findings.',
    'Refuse, and find out who serves the old data.',
  ),
  RIM_MISSING: text('No signed reference values came for this driver or VBIOS.', fetchData),
  OCSP_STALE: text('An OCSP response is valid for a day, and that day is over.', fetchData),
  MEASUREMENT_UNKNOWN: text(
    'The code is not one that the policy lists.',
    'If you know this build, add its measurement to the policy. If not, refuse.',
  ),
  SIMULATED_HARDWARE: text(
    'Simulated hardware protects nothing: its operator can read and change what runs in it.',
    'Use it for trials only. The tiers strict and standard never accept it.',
  ),
  POLICY_RULE_ERROR: text(
    'A CEL rule could not be evaluated, often because it names a claim that this evidence does not have.',
    'Correct the rule. Until then it refuses everything: a rule that cannot be judged must not pass.',
  ),
  POLICY_RULE_FAILED: text('A CEL rule of the policy is false for these claims.', decide),
  BINDING_MISMATCH: text(
    'The CPU signed another binding than the one shown, or the GPU evidence is not the one it names.',
    forged,
  ),
  NONCE_UNKNOWN: text(
    'The evidence answers a challenge that you did not issue, or that ran out.',
    'Ask again with a new nonce. If it repeats, somebody replays or relays.',
  ),
  NONCE_REUSED: text('The evidence answers a challenge that was answered before: a replay.', forged),
  EPOCH_ROLLBACK: text('The evidence is of an earlier epoch of this boot than one already seen.', forged),
  BINDING_EXPIRED: text(
    'The binding had run out at the time of judgement.',
    'Ask the worker for new evidence.',
  ),
  POLICY_MISMATCH: text(
    'The worker made this evidence for another policy.',
    'Ask for evidence that names the digest of your policy.',
  ),
  SNP_HWID_MISMATCH: text('The endorsement key belongs to another chip than the report.', forged),
  SNP_TCB_EXT_MISMATCH: text('The endorsement key is for other firmware than the report states.', forged),
  SNP_CA_REVOKED: text('AMD revoked the CA of this endorsement key.', 'Refuse.'),
  TCB_BELOW_MINIMUM: text('A component of the firmware is older than the policy allows.', update),
  BADRAM_ALIAS_CHECK: text('Firmware did not check memory for aliases (BadRAM, AMD-SB-3015).', update),
  PRODUCT_ROOT_COMPROMISED: text(
    'Keys of this product can be extracted by software alone (Milan VCEK, arXiv 2605.12990). No TCB helps.',
    'Use another product.',
  ),
  QE_BINDING_MISMATCH: text(
    'The attestation key is not the one that the quoting enclave vouched for.',
    forged,
  ),
  TCBINFO_SIGNATURE_INVALID: text(
    'TCB info is not what Intel signed, byte for byte. Writing it again as JSON is enough to break it.',
    'Fetch it anew and store the bytes as they came.',
  ),
  TCB_NOT_SUPPORTED: text('The platform meets no level that Intel lists.', update),
  TCB_OUT_OF_DATE: text('Firmware of the platform is out of date. The advisories name what is open.', update),
  TCB_REVOKED: text('Intel revoked this level of firmware.', 'Refuse. No policy can accept it.'),
  TD_RELAUNCH_ADVISED: text(
    'The platform was updated; this guest still runs on what was there before.',
    'Relaunch it.',
  ),
  SEPT_VE_DISABLE_NOT_SET: text('The host can inject page faults into the guest.', decide),
  SERVICE_TD_PRESENT: text('Another guest, a service TD, can reach into this one.', decide),
  EVENT_LOG_MISMATCH: text('The event log does not lead to the registers of the quote.', forged),
  GPU_NONCE_MISMATCH: text('The GPU answered another challenge than the one of this binding.', forged),
  GPU_FWID_ABSENT: text('Firmware of this GPU is too old to report its digest.', update),
  GPU_MEASUREMENT_MISMATCH: text(
    "A measurement differs from NVIDIA's value for this driver or VBIOS.",
    forged,
  ),
  GPU_DUPLICATE: text('One GPU was shown as several.', forged),
  GPU_CERT_REVOKED: text('NVIDIA revoked a certificate of this device.', 'Refuse.'),
  GPU_CERT_HOLD: text(
    'NVIDIA put a certificate of this device on hold.',
    'Ask again later; do not use it until then.',
  ),
  GPU_MODE: text(
    'Nothing shows that confidential computing of the GPU is on: no field of a report says so.',
    'List a guest whose measured code asks the driver at start (checksGpuMode), or drop the rule.',
  ),
  GPU_BINDING_TOO_WEAK: text(
    'The GPU is tied to the CPU evidence more weakly than the policy wants. No product proves attachment.',
    decide,
  ),
  PAIRING_MISMATCH: text(
    'A GPU is not in the machine that the policy pairs it with.',
    'Find out who moved it.',
  ),
  PHYSICAL_TRUST_INSUFFICIENT: text(
    'No registry of the policy vouches for this machine well enough.',
    decide,
  ),
  PLATFORM_REVOKED: text('A registry of the policy says that this machine was found out.', 'Refuse.'),
  VERIFIER_ERROR: text(
    'The verifier itself failed; nothing is known.',
    'Report the evidence to the maintainers.',
  ),
};
