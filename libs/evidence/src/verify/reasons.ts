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
  BUNDLE_VERSION_UNSUPPORTED: 'version',
  PREDICATE_VERSION_UNSUPPORTED: 'version',
  BLOB_MISSING: 'incomplete',
  BLOB_DETACHED: 'incomplete',
  LOG_PENDING: 'incomplete',
  STEP_WITHHELD: 'incomplete',
  EDGE_PRODUCER_WITHHELD: 'incomplete',
  TASK_WITHHELD: 'incomplete',
  LEDGER_PREVIOUS_MISSING: 'incomplete',
  LOG_UNKNOWN: 'trust-root',
  ORCHESTRATOR_KEY_UNKNOWN: 'trust-root',
  APPROVER_UNKNOWN: 'trust-root',
  UNKNOWN_ISSUER: 'trust-root',
  WITNESS_QUORUM_NOT_MET: 'policy',
  SIMULATED_HARDWARE: 'policy',
  DEBUG_ENABLED: 'policy',
  MEASUREMENT_UNKNOWN: 'policy',
  BINDING_RULE_NOT_ALLOWED: 'policy',
  BINDING_LIFETIME_EXCEEDED: 'policy',
  SEPT_VE_DISABLE_NOT_SET: 'policy',
  SERVICE_TD_PRESENT: 'policy',
  GPU_COUNT: 'policy',
  GPU_FWID_ABSENT: 'policy',
  REVOCATION_UNKNOWN: 'incomplete',
  REVOCATION_STALE: 'incomplete',
  CRL_MISSING: 'incomplete',
  CRL_EXPIRED: 'incomplete',
  CERT_MISSING: 'incomplete',
  COLLATERAL_MISSING: 'incomplete',
  COLLATERAL_EXPIRED: 'incomplete',
  OCSP_STALE: 'incomplete',
  RIM_MISSING: 'incomplete',
  SNP_ROOT_UNPINNED: 'trust-root',
  RIM_CHAIN_UNTRUSTED: 'trust-root',
  POLICY_RULE_ERROR: 'policy',
  POLICY_RULE_FAILED: 'policy',
  PLATFORM_NOT_ALLOWED: 'policy',
  CHIP_NOT_ALLOWED: 'policy',
  GPU_NOT_ALLOWED: 'policy',
  PAIRING_MISMATCH: 'policy',
  PHYSICAL_TRUST_INSUFFICIENT: 'policy',
  PLATFORM_REVOKED: 'policy',
  GPU_BINDING_TOO_WEAK: 'policy',
  GPU_MODE: 'policy',
  GPU_DRIVER_NOT_ALLOWED: 'policy',
  GPU_VBIOS_NOT_ALLOWED: 'policy',
  PRODUCT_ROOT_COMPROMISED: 'policy',
  TCB_BELOW_MINIMUM: 'policy',
  VMPL_MISMATCH: 'policy',
  BADRAM_ALIAS_CHECK: 'policy',
  SNP_POLICY_MISMATCH: 'policy',
  SNP_PLATFORM_INFO_MISMATCH: 'policy',
  TCB_NOT_SUPPORTED: 'policy',
  TCB_OUT_OF_DATE: 'policy',
  TCB_REVOKED: 'policy',
  TCB_CONFIGURATION_NEEDED: 'policy',
  TCB_SW_HARDENING_NEEDED: 'policy',
  TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED: 'policy',
  TCB_OUT_OF_DATE_CONFIGURATION_NEEDED: 'policy',
  TD_RELAUNCH_ADVISED: 'policy',
  TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED: 'policy',
  TDX_MODULE_OUT_OF_DATE: 'policy',
  QE_OUT_OF_DATE: 'policy',
  ADVISORY_FORBIDDEN: 'policy',
  GPU_CERT_HOLD: 'policy',
  KEY_STATE_DEV: 'policy',
  KEY_STATE_INVALID: 'policy',
  MANIFEST_NOT_PINNED: 'policy',
  CONTRIBUTIONS_TOO_FEW: 'policy',
  OPERATION_NOT_ALLOWED: 'policy',
  ASSURANCE_LOWERED: 'policy',
};

export function outcomeFor(reason: string | null): Outcome {
  return Object.hasOwn(outcomeOfReason, reason ?? '')
    ? (outcomeOfReason[reason ?? ''] ?? 'failed')
    : 'failed';
}

export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  return outcomesByWeight.find((outcome) => outcomes.includes(outcome)) ?? 'verified';
}
