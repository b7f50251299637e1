export type ProofsErrorCode =
  | 'MANIFEST_MALFORMED'
  | 'MANIFEST_SIGNATURE_MALFORMED'
  | 'REVOCATIONS_MALFORMED'
  | 'VKEY_MALFORMED'
  | 'ZKEY_MALFORMED'
  | 'PROOF_MALFORMED'
  | 'SIGNALS_MALFORMED'
  | 'POINT_INVALID'
  | 'FIELD_RANGE';

/** Thrown by the parsers of this lib. `verifyGroth16` turns every one of them into a failed check. */
export class ProofsError extends Error {
  override readonly name = 'ProofsError';

  constructor(
    readonly code: ProofsErrorCode,
    message: string,
  ) {
    super(message);
  }
}
