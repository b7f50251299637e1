/** Why provenance is not accepted. Each reason stands in the table of outcomes in `reasons.ts`. */
export type ProvenanceReason =
  | 'TRUSTED_ROOT_MALFORMED'
  | 'PROVENANCE_MALFORMED'
  | 'PROVENANCE_CHAIN_HAS_ROOT'
  | 'PROVENANCE_KEY_UNKNOWN'
  | 'PROVENANCE_CERTIFICATE_INVALID'
  | 'PROVENANCE_LOG_INVALID'
  | 'PROVENANCE_TIME_INVALID'
  | 'PROVENANCE_SIGNATURE_INVALID'
  | 'PROVENANCE_SIGNER_UNEXPECTED'
  | 'PROVENANCE_SUBJECT_MISMATCH'
  | 'PROVENANCE_ARTIFACT_MISSING';

/** Raised within this library; a verification reports it as a failed check. */
export class ProvenanceError extends Error {
  override readonly name = 'ProvenanceError';

  constructor(
    readonly code: ProvenanceReason,
    message: string,
  ) {
    super(message);
  }
}
