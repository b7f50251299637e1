export type EvidenceCode =
  | 'ENVELOPE_MALFORMED'
  | 'SIGNATURE_INVALID'
  | 'STATEMENT_MALFORMED'
  | 'PREDICATE_TYPE_UNEXPECTED'
  | 'PREDICATE_VERSION_UNSUPPORTED'
  | 'NOTE_MALFORMED'
  | 'VERIFIER_KEY_MALFORMED'
  | 'CHECKPOINT_MALFORMED'
  | 'LOG_PROOF_MALFORMED'
  | 'LOG_POLICY_MALFORMED'
  | 'TILE_PATH_MALFORMED'
  | 'TILE_MALFORMED'
  | 'TREE_OUT_OF_RANGE'
  | 'ENTRIES_MALFORMED'
  | 'WITNESS_REQUEST_MALFORMED'
  | 'TIMESTAMP_MALFORMED'
  | 'TIMESTAMP_REFUSED'
  | 'TRUST_FILE_MALFORMED'
  | 'BUNDLE_MALFORMED'
  | 'PLAN_MALFORMED'
  | 'BUNDLE_INPUT_INVALID'
  | 'RESULT_NOT_VERIFIED'
  | 'QUESTION_INVALID'
  | 'REDACTION_INVALID'
  | 'DISCLOSURE_MALFORMED'
  | 'DISCLOSURE_DUPLICATE'
  | 'DISCLOSURE_SHADOWS'
  | 'DISCLOSURE_UNUSED';

/** Raised by the builders and parsers of this library. The message holds no payload, only names and sizes. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';

  constructor(
    readonly code: EvidenceCode,
    message: string,
  ) {
    super(message);
  }
}
