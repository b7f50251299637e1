export type CollateralErrorCode =
  | 'COLLATERAL_CONFIG'
  | 'COLLATERAL_REQUEST_INVALID'
  | 'COLLATERAL_NOT_CONFIGURED'
  | 'COLLATERAL_UNREACHABLE'
  | 'COLLATERAL_TIMEOUT'
  | 'COLLATERAL_TRUNCATED'
  | 'COLLATERAL_TOO_LARGE'
  | 'COLLATERAL_HTTP_STATUS'
  | 'COLLATERAL_NOT_FOUND'
  | 'COLLATERAL_RATE_LIMITED'
  | 'COLLATERAL_MALFORMED'
  | 'COLLATERAL_REFUSED'
  | 'COLLATERAL_ROLLBACK'
  | 'COLLATERAL_EXPIRED'
  | 'COLLATERAL_STORE_DAMAGED';

/** Collateral that cannot be had, or must not be used. Texts name the piece and the host; nothing in it is secret. */
export class CollateralError extends Error {
  override readonly name = 'CollateralError';

  constructor(
    readonly code: CollateralErrorCode,
    message: string,
    readonly details: {
      /** Reason code of the inspection that refused the piece. */
      readonly reason?: string;
      /** Asking before this time is of no use; milliseconds since the epoch. */
      readonly retryAtMs?: number;
    } = {},
  ) {
    super(message);
  }
}
