import { attestationOutcomes } from './attestation-outcomes.js';

/** How a verification ends. Each has its own exit code, so that forged, incomplete and not allowed stay apart. */
export type Outcome =
  | 'verified'
  | 'failed'
  | 'incomplete'
  | 'policy'
  | 'trust-root'
  | 'version'
  | 'malformed';

export const exitCodes: Readonly<Record<Outcome, number>> = {
  verified: 0,
  failed: 1,
  incomplete: 3,
  policy: 4,
  'trust-root': 5,
  version: 6,
  malformed: 7,
};

/**
 * What the sender withholds and proves to exist. A part that is gone without a proof has other reasons: the relying
 * party can accept the first, never the second.
 */
const withheldReasons = [
  'STEP_WITHHELD',
  'TASK_WITHHELD',
  'EDGE_PRODUCER_WITHHELD',
  'BLOB_DETACHED',
  'APPRAISAL_WITHHELD',
  'FIELD_WITHHELD',
] as const;
export type WithheldReason = (typeof withheldReasons)[number];

export function isWithheldReason(reason: string | null): boolean {
  return withheldReasons.some((known) => known === reason);
}

/** Worst first: what was found decides over what could not be looked at, and that over what was not allowed. */
const outcomesByWeight: readonly Outcome[] = [
  'malformed',
  'version',
  'failed',
  'trust-root',
  'incomplete',
  'policy',
  'verified',
];

/**
 * Reason codes that do not mean "tampered, forged or inconsistent". Every other failed check, also one with a reason
 * that this table has never heard of, ends in `failed`.
 */
const outcomeOfReason: Readonly<Record<string, Outcome>> = {
  ...attestationOutcomes,
  BUNDLE_TOO_LARGE: 'malformed',
  BUNDLE_COMPRESSED: 'malformed',
  BUNDLE_MALFORMED: 'malformed',
  BUNDLE_MEDIA_TYPE_UNKNOWN: 'malformed',
  ENVELOPE_MALFORMED: 'malformed',
  STATEMENT_MALFORMED: 'malformed',
  PREDICATE_TYPE_UNEXPECTED: 'malformed',
  JSON_TOO_LARGE: 'malformed',
  JSON_NOT_UTF8: 'malformed',
  JSON_BOM: 'malformed',
  JSON_SYNTAX: 'malformed',
  JSON_DUPLICATE_KEY: 'malformed',
  JSON_DEPTH: 'malformed',
  JSON_FLOAT: 'malformed',
  JSON_INTEGER_RANGE: 'malformed',
  JSON_STRING_TOO_LONG: 'malformed',
  JSON_TOO_MANY_VALUES: 'malformed',
  BUNDLE_VERSION_UNSUPPORTED: 'version',
  PREDICATE_VERSION_UNSUPPORTED: 'version',
  BLOB_MISSING: 'incomplete',
  BLOB_DETACHED: 'incomplete',
  LOG_PENDING: 'incomplete',
  STEP_WITHHELD: 'incomplete',
  STEP_MISSING: 'incomplete',
  APPRAISAL_WITHHELD: 'incomplete',
  FIELD_WITHHELD: 'incomplete',
  DISCLOSURE_MALFORMED: 'malformed',
  EDGE_PRODUCER_WITHHELD: 'incomplete',
  TASK_WITHHELD: 'incomplete',
  LEDGER_PREVIOUS_MISSING: 'incomplete',
  LOG_UNKNOWN: 'trust-root',
  ORCHESTRATOR_KEY_UNKNOWN: 'trust-root',
  APPROVER_UNKNOWN: 'trust-root',
  WITNESS_QUORUM_NOT_MET: 'policy',
  TIMESTAMP_MALFORMED: 'malformed',
  TIMESTAMP_PENDING: 'incomplete',
  TIMESTAMP_AUTHORITY_UNKNOWN: 'trust-root',
  TIMESTAMP_AUTHORITY_WITHDRAWN: 'trust-root',
  TIMESTAMP_QUORUM_NOT_MET: 'policy',
  TIME_ANCHORS_DISAGREE: 'policy',
  KEY_STATE_DEV: 'policy',
  KEY_STATE_INVALID: 'policy',
  MANIFEST_NOT_PINNED: 'policy',
  MANIFEST_REVOKED: 'policy',
  CONTRIBUTIONS_TOO_FEW: 'policy',
  OPERATION_NOT_ALLOWED: 'policy',
  ASSURANCE_LOWERED: 'policy',
  CLASS_NOT_REACHED: 'policy',
};

export function outcomeFor(reason: string | null): Outcome {
  return Object.hasOwn(outcomeOfReason, reason ?? '')
    ? (outcomeOfReason[reason ?? ''] ?? 'failed')
    : 'failed';
}

export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  return outcomesByWeight.find((outcome) => outcomes.includes(outcome)) ?? 'verified';
}
