/** Every way in which a whole document or batch can be unusable. What one intent can miss is an `IntentReason`. */
export type LedgerErrorCode =
  | 'ANSWER_MALFORMED'
  | 'BATCH_TOO_LARGE'
  | 'CHAIN_BROKEN'
  | 'CHARTER_INVALID'
  | 'CHARTER_SIGNATURE_INVALID'
  | 'CONSERVATION_BROKEN'
  | 'INTENTS_MALFORMED'
  | 'KEY_COMPROMISED'
  | 'KEY_DEACTIVATED'
  | 'KEY_DESTROYED'
  | 'KEY_ORDER_EXPIRED'
  | 'KEY_ORDER_MALFORMED'
  | 'KEY_ORDER_REFUSED'
  | 'KEY_ORDER_STALE'
  | 'KEY_SUSPENDED'
  | 'KEY_TRANSITION_REFUSED'
  | 'MEMO_MALFORMED'
  | 'MOVES_MALFORMED'
  | 'OPENING_MALFORMED'
  | 'PROOF_REFUSED'
  | 'RECEIPT_MALFORMED'
  | 'SETTLEMENT_INVALID'
  | 'SHARE_MALFORMED'
  | 'SNAPSHOT_MALFORMED'
  | 'STALE_PAGE'
  | 'STATE_INVALID'
  | 'STATEMENT_MALFORMED';

/** Messages name members, sizes and limits, never an amount, an account or a key. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';

  constructor(
    readonly code: LedgerErrorCode,
    message: string,
  ) {
    super(message);
  }
}
