import type { Outcome } from './reasons.js';

/** What a reason means for whoever holds the bundle, and what to do about it. */
export interface Explanation {
  readonly meaning: string;
  readonly advice: string;
}

const changed: Explanation = {
  meaning: 'Something was changed after it was signed, or was never signed as claimed.',
  advice: 'Ask the sender for the original; do not rely on this file.',
};

const ofOutcome: Readonly<Record<Outcome, Explanation>> = {
  verified: { meaning: 'Every check passed.', advice: 'Read what is not proven.' },
  failed: changed,
  incomplete: {
    meaning: 'A part that is needed is not in this file.',
    advice: 'Ask the sender for the complete bundle.',
  },
  policy: {
    meaning: 'The evidence is authentic and your policy does not accept what it shows.',
    advice: 'Decide whether the policy of your trust file is right; the evidence will not change.',
  },
  'trust-root': {
    meaning: 'The file names a party that your trust file does not know.',
    advice:
      'Check that you use the trust file of this installation; get it from a party you trust, not from the sender.',
  },
  version: {
    meaning: 'The file was written for another version of the format.',
    advice: 'Use a verifier that knows this version.',
  },
  malformed: {
    meaning: 'This is not a well-formed bundle.',
    advice: 'Fetch the file again; it may be cut off or not a bundle at all.',
  },
};

const ofReason: Readonly<Record<string, Explanation>> = {
  BUNDLE_COMPRESSED: { meaning: 'The file is gzip.', advice: 'Unpack it, then verify the JSON.' },
  BUNDLE_TOO_LARGE: {
    meaning: 'No bundle is this large; nothing of it was read.',
    advice: 'Check that this is the right file.',
  },
  JSON_DUPLICATE_KEY: {
    meaning: 'Two readers could see different values in one file.',
    advice: 'Do not rely on this file: no honest writer makes it.',
  },
  BLOB_DIGEST_MISMATCH: {
    meaning: 'Raw evidence is not the evidence that was signed.',
    advice: changed.advice,
  },
  LOG_PENDING: { meaning: 'The run is not in the log yet.', advice: 'Fetch the bundle again later.' },
  LOG_INCLUSION_INVALID: {
    meaning: 'This bundle is not in the log it names: either the bundle or the proof was changed.',
    advice: changed.advice,
  },
  LOG_OPERATOR_ONLY: {
    meaning: 'The operator could show different logs to different readers.',
    advice: 'Ask for cosignatures of a witness that you trust, or be one.',
  },
  TIME_UNANCHORED: { meaning: 'Only the operator says when this ran.', advice: 'Do not rely on the times.' },
  TIMESTAMP_MALFORMED: {
    meaning: 'A timestamp is not one of RFC 3161, or is cut off.',
    advice: 'Ask the sender for the original bundle.',
  },
  TIMESTAMP_OVER_OTHER_CHECKPOINT: {
    meaning: 'The timestamp was made over another state of the log and says nothing about this run.',
    advice: changed.advice,
  },
  TIMESTAMP_SIGNATURE_INVALID: { meaning: 'No authority signed this timestamp.', advice: changed.advice },
  TIMESTAMP_CERTIFICATE_MISSING: {
    meaning: 'The certificate of the authority that signed is not in the file.',
    advice: 'Ask the sender for the complete bundle.',
  },
  TIMESTAMP_CERTIFICATE_MISMATCH: {
    meaning: 'The timestamp names another certificate than the one that came with it.',
    advice: changed.advice,
  },
  TIMESTAMP_CERTIFICATE_PURPOSE: {
    meaning: 'The certificate behind the timestamp may not stamp times.',
    advice: 'Do not rely on this timestamp; ask for one of an authority.',
  },
  TIMESTAMP_CERTIFICATE_EXPIRED: {
    meaning: 'A certificate was not valid at the stamped time. That it ran out since would not matter.',
    advice: 'Do not rely on this timestamp.',
  },
  TIMESTAMP_CERTIFICATE_REVOKED: {
    meaning: 'The certificate behind the timestamp was revoked.',
    advice: 'Ask for a renewal under another authority.',
  },
  TIMESTAMP_REVOCATION_INVALID: {
    meaning: 'A revocation list beside the timestamp was changed, or is not of an issuer that it is about.',
    advice: changed.advice,
  },
  TIMESTAMP_AUTHORITY_WITHDRAWN: {
    meaning: 'Your trust file believes this authority for other times only.',
    advice: 'Ask for a renewal under another authority.',
  },
  TIMESTAMP_AUTHORITY_UNKNOWN: {
    meaning: 'The timestamp is of an authority that your trust file does not name.',
    advice: 'Add the authority if you trust it; get its certificate from itself, not from the sender.',
  },
  TIMESTAMP_PENDING: {
    meaning: 'No authority has stamped this run yet.',
    advice: 'Fetch the bundle again later, or ask the operator for a renewal.',
  },
  TIMESTAMP_QUORUM_NOT_MET: {
    meaning: 'Fewer authorities stamped this run than your trust file asks for.',
    advice: 'Ask the operator for a renewal, or decide whether fewer are enough.',
  },
  TIME_ANCHORS_DISAGREE: {
    meaning: 'Witnesses and timestamp authorities say very different times.',
    advice: 'Find out which of them is wrong before you rely on the times.',
  },
  RENEWAL_INVALID: {
    meaning: 'A renewal does not continue the log that this run is in.',
    advice: 'Remove it or ask for the original; the log may have been forked.',
  },
  STEP_WITHHELD: {
    meaning: 'Steps exist that the sender does not show; what they did cannot be checked.',
    advice: 'Ask for them if what they did matters to you, or accept it with --accept-withheld.',
  },
  STEP_MISSING: {
    meaning: 'A step is gone and nothing in the file proves what was taken out.',
    advice: 'Ask the sender for the complete bundle; sealflow redact withholds a step with its proof.',
  },
  TASK_WITHHELD: {
    meaning: 'The statement of this task exists and is not shown.',
    advice: 'Ask for it if it matters to you, or accept it with --accept-withheld.',
  },
  EDGE_PRODUCER_WITHHELD: {
    meaning: 'This value cannot be traced, because the statement that it comes from is not shown.',
    advice: 'Ask for that step if it matters to you, or accept it with --accept-withheld.',
  },
  BLOB_DETACHED: {
    meaning: 'Raw evidence is named by what is signed and is not shown.',
    advice: 'Ask for it if it matters to you, or accept it with --accept-withheld.',
  },
  FIELD_WITHHELD: {
    meaning: 'A member that this check needs is withheld; its digest is signed.',
    advice: 'Ask for it if it matters to you, or accept it with --accept-withheld.',
  },
  DISCLOSURE_MALFORMED: {
    meaning: 'A disclosure is not of the form that the format has.',
    advice: 'Ask the sender for the original; no honest writer makes it.',
  },
  DISCLOSURE_DUPLICATE: {
    meaning: 'One disclosure or digest is there twice, so that a value could stand for two members.',
    advice: 'Do not rely on this file: no honest writer makes it.',
  },
  DISCLOSURE_SHADOWS: {
    meaning: 'A disclosure would replace a member that is there; two readers could see different values.',
    advice: 'Do not rely on this file: no honest writer makes it.',
  },
  DISCLOSURE_UNUSED: {
    meaning: 'A disclosure is not one that was signed: it was changed, or belongs to another bundle.',
    advice: changed.advice,
  },
  APPRAISAL_WITHHELD: {
    meaning:
      'Appraisals that the orchestrator listed are not shown, so they cannot be compared with the evidence.',
    advice: 'Ask for them if they matter to you, or accept it with --accept-withheld.',
  },
  EDGE_COMMITMENT_MISMATCH: {
    meaning: 'A step worked on another value than the step before it gave out.',
    advice: changed.advice,
  },
  APPROVAL_INCOMPLETE: {
    meaning: 'A decision that needs two persons carries the signature of fewer.',
    advice: 'Treat the decision as not made; ask the operator for the second signature.',
  },
  TASK_SKIP_UNJUSTIFIED: {
    meaning: 'A step that the plan asks for was left out.',
    advice: 'Ask the operator why; treat the run as not done.',
  },
  APPRAISAL_OVERSTATED: {
    meaning: 'A stored verdict claims more than the raw evidence shows.',
    advice: 'Go by the recomputed verdict and ask who signed the stored one.',
  },
  SIMULATED_HARDWARE: {
    meaning: 'SIMULATED hardware protects nothing: its operator can read and change what runs in it.',
    advice: 'Use it for trials only; ask for a run on real hardware.',
  },
  KEY_STATE_DEV: {
    meaning: 'SIMULATED circuit keys: whoever made them could forge proofs.',
    advice: 'Ask for a proof under keys of a ceremony.',
  },
  MANIFEST_REVOKED: {
    meaning: 'The circuit of a proof was revoked: what it shows is no longer believed.',
    advice: 'Ask why it was revoked, and for a run under its successor.',
  },
  VKEY_DEGENERATE: {
    meaning: 'The points of a circuit key are related: anybody can prove anything under it.',
    advice: 'Believe no proof under this key, and ask who released it.',
  },
  POLICY_DIFFERS: {
    meaning: 'The run was held to another policy than the one you judge it by.',
    advice: 'Compare both policies before you rely on the routing.',
  },
  BUNDLE_LARGE: {
    meaning: 'The file is larger than usual.',
    advice: 'Leave ciphertexts out if nobody replays them.',
  },
  BLOB_UNREFERENCED: {
    meaning: 'The file carries bytes that no statement speaks of.',
    advice: 'Ignore them.',
  },
  STEP_PROOF_ORPHAN: {
    meaning: 'A proof came without its statement.',
    advice: 'See which steps are withheld.',
  },
  REPLAY_MISMATCH: {
    meaning: 'The FHE service gave another result than the one its inputs lead to.',
    advice: changed.advice,
  },
  REPLAY_NOT_RUN: {
    meaning: 'The FHE additions were not run again.',
    advice:
      'Fetch the ciphertexts (sealflow ciphertexts) and verify with --ciphertexts, or rely on the signature.',
  },
  MODELS_MISMATCH: {
    meaning: 'The root leaves out a model that a step says it ran.',
    advice: 'Go by what the step says: it is signed by who ran it.',
  },
  MODEL_UNSTATED: {
    meaning: 'The root lists a model that no step says it ran: it is the word of the orchestrator.',
    advice: 'Do not rely on that model having been run.',
  },
  CIPHERTEXT_DIGEST_MISMATCH: {
    meaning: 'A ciphertext that was handed in is not the one that the step worked on.',
    advice: 'Fetch it again. It is a file beside the bundle: this says nothing against the bundle.',
  },
  READER_UNAPPRAISED: {
    meaning: 'A key could open this value, and nothing here says whose it is.',
    advice: 'Ask the operator for the evidence of that worker.',
  },
  NONCE_UNRECORDED: {
    meaning: 'Nothing here shows that the evidence was made for this run.',
    advice: 'Rely on its window only.',
  },
  CLASS_NOT_REACHED: {
    meaning: 'A step is worth less than you asked for.',
    advice: 'Ask for a run that is planned for it, or ask for less.',
  },
  WITNESS_QUORUM_NOT_MET: {
    meaning: 'Fewer witnesses cosigned the log than you or your trust file ask for.',
    advice: 'Ask the operator for a proof with more cosignatures, or be a witness yourself.',
  },
  RUN_UNEXPECTED: {
    meaning: 'This is the bundle of another run, plan or input.',
    advice: 'Fetch the bundle of your own run.',
  },
  VERIFIER_ERROR: { meaning: 'The verifier itself failed; nothing is known.', advice: 'Report this file.' },
};

/** Whether the reason has words of its own. */
export function knows(reason: string): boolean {
  return Object.hasOwn(ofReason, reason);
}

export function explain(reason: string | null, outcome: Outcome): Explanation {
  return (Object.hasOwn(ofReason, reason ?? '') ? ofReason[reason ?? ''] : undefined) ?? ofOutcome[outcome];
}
