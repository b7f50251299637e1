export type TlsErrorCode =
  | 'SETTING_MISSING'
  | 'SETTING_INVALID'
  | 'FILE_UNREADABLE'
  | 'FILE_TOO_LARGE'
  | 'CERTIFICATE_MALFORMED'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_NOT_YET_VALID'
  | 'KEY_MALFORMED'
  | 'KEY_MISMATCH'
  | 'KEY_TOO_WEAK'
  | 'CA_MALFORMED'
  | 'CA_EXPIRED'
  | 'SPIFFE_ID_INVALID';

/** What is wrong with certificates, keys or their settings. The message names files and never their content. */
export class TlsError extends Error {
  override readonly name = 'TlsError';

  constructor(
    readonly code: TlsErrorCode,
    message: string,
  ) {
    super(message);
  }
}
