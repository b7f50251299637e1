/** Why ciphertext bytes, a page or a key were refused. Closed: tests and callers compare these. */
export type CiphertextCode =
  | 'CIPHERTEXT_TRUNCATED'
  | 'CIPHERTEXT_TRAILING_BYTES'
  | 'CIPHERTEXT_SIZE_MISMATCH'
  | 'CIPHERTEXT_MAGIC'
  | 'CIPHERTEXT_HEADER'
  | 'CIPHERTEXT_VERSION'
  | 'CIPHERTEXT_COMPRESSED'
  | 'CIPHERTEXT_PARAMETERS'
  | 'CIPHERTEXT_FORM'
  | 'CIPHERTEXT_SHAPE'
  | 'CIPHERTEXT_SCALE'
  | 'CIPHERTEXT_TRANSPARENT'
  | 'TRANSPORT_TOO_LARGE'
  | 'TRANSPORT_MALFORMED'
  | 'TRANSPORT_TRUNCATED'
  | 'TRANSPORT_TRAILING_BYTES'
  | 'AMOUNT_RANGE'
  | 'SUPPLY_EXCEEDED'
  | 'SLOT_RANGE'
  | 'BALANCE_RANGE'
  | 'DELTA_NOT_CONSERVED'
  | 'NOISE_BUDGET_EXHAUSTED'
  | 'SECRET_KEY_INVALID'
  | 'PUBLIC_KEY_INVALID'
  | 'COINS_INVALID'
  | 'ENGINE_PARAMETERS'
  | 'ENGINE_REFUSED'
  | 'ENGINE_FAILED';

/** The message names places and sizes. It never holds an amount, a key or bytes of either. */
export class CiphertextError extends Error {
  override readonly name = 'CiphertextError';

  constructor(
    readonly code: CiphertextCode,
    message: string,
  ) {
    super(message);
  }
}
