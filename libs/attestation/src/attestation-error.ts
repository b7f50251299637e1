import type { AttestationErrorCode } from './reasons.js';

/** Untrusted bytes that are not what they claim to be. The message names place, expectation and finding. */
export class AttestationError extends Error {
  override readonly name = 'AttestationError';

  constructor(
    readonly code: AttestationErrorCode,
    message: string,
    /** Byte range or member that is not as it must be, where the reader knows it. */
    readonly where?: string,
  ) {
    super(message);
  }
}
