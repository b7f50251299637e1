export type FheProcessCode =
  | 'FHE_START_FAILED'
  | 'FHE_DEADLINE_EXCEEDED'
  | 'FHE_PROCESS_LOST'
  | 'FHE_BUSY'
  | 'FHE_CLOSED'
  | 'FHE_KEYLESS'
  | 'FHE_KEY_UNWRAP_FAILED';

/** What went wrong around the engine, not in it: faults of a ciphertext arrive as `CiphertextError`. */
export class FheProcessError extends Error {
  override readonly name = 'FheProcessError';

  constructor(
    readonly code: FheProcessCode,
    message: string,
  ) {
    super(message);
  }

  /** The same call may succeed on the next, fresh process. */
  get retryable(): boolean {
    return this.code !== 'FHE_KEYLESS' && this.code !== 'FHE_KEY_UNWRAP_FAILED' && this.code !== 'FHE_CLOSED';
  }
}
