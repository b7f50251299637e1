import type { AttestationErrorCode } from './reasons.js';

/** Untrusted bytes that are not what they claim to be. The message names place, expectation and finding. */
export class AttestationError extends Error {
  override readonly name = 'AttestationError';

  constructor(
    readonly code: AttestationErrorCode,
    message: string,
  ) {
    super(message);
  }
}
