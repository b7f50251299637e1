/** Why an envelope was not made or not opened. Closed: a new reason gets a new code. */
export type SealingErrorCode =
  | 'ENVELOPE_MALFORMED'
  | 'ENVELOPE_CONTEXT_MISMATCH'
  | 'ENVELOPE_EXPIRED'
  | 'ENVELOPE_NOT_FOR_RECIPIENT'
  | 'ENVELOPE_SIGNATURE_INVALID'
  | 'ENVELOPE_OPEN_FAILED'
  | 'ENVELOPE_TOO_LARGE'
  | 'SUITE_UNSUPPORTED';

/** Messages name header fields, sizes and limits; never a key and nothing of the payload. */
export class SealingError extends Error {
  override readonly name = 'SealingError';

  constructor(
    readonly code: SealingErrorCode,
    message: string,
  ) {
    super(message);
  }
}
