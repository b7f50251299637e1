/** Every way in which bytes or values can miss the canonical forms. Closed: a new way gets a new code. */
export type CanonicalErrorCode =
  | 'JSON_TOO_LARGE'
  | 'JSON_NOT_UTF8'
  | 'JSON_BOM'
  | 'JSON_SYNTAX'
  | 'JSON_DUPLICATE_KEY'
  | 'JSON_DEPTH'
  | 'JSON_FLOAT'
  | 'JSON_INTEGER_RANGE'
  | 'JSON_STRING_TOO_LONG'
  | 'JSON_TOO_MANY_VALUES'
  | 'BASE64_INVALID'
  | 'HEX_INVALID'
  | 'DIGEST_INVALID'
  | 'COMMITMENT_INVALID'
  | 'FIELD_RANGE'
  | 'MERKLE_INVALID'
  | 'TIME_INVALID';

/** Messages name places, sizes and limits, never content: the bytes may be a secret. */
export class CanonicalError extends Error {
  override readonly name = 'CanonicalError';

  constructor(
    readonly code: CanonicalErrorCode,
    message: string,
  ) {
    super(message);
  }
}
