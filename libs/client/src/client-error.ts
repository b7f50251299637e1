import type { Check } from '#canonical';

export type ClientErrorCode =
  | 'PLAN_UNTRUSTED'
  | 'EVIDENCE_REFUSED'
  | 'INPUT_UNKNOWN'
  | 'INPUT_INVALID'
  | 'OUTPUT_MISSING'
  | 'BLOB_DIGEST_MISMATCH'
  | 'EVENTS_BROKEN'
  | 'BUNDLE_REFUSED'
  | 'COMMITMENT_MISMATCH';

/** A refusal of the client itself, before anything was sent or opened. `checks` explain it line by line. */
export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code: ClientErrorCode,
    message: string,
    readonly checks: readonly Check[] = [],
  ) {
    super(message);
  }
}
