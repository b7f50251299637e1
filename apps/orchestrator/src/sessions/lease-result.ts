/** What a worker sent for a lease; the statement and the outputs are blobs by then. */
export interface CompletedResult {
  readonly kind: 'completed';
  readonly statement: string;
  readonly outputs: readonly { port: string; edge: string; commitment: string; blob: string }[];
  readonly blobs: readonly string[];
}

export interface FailedResult {
  readonly kind: 'failed';
  readonly reason: string;
  readonly message: string;
  readonly retryable: boolean;
  /** Said by this book, not by a worker. */
  readonly byOrchestrator?: true;
  /** Inputs whose keys are gone. */
  readonly lost?: readonly LostInput[];
}

export interface LostInput {
  readonly edge: string;
  readonly blob: string;
}

export type LeaseResult = CompletedResult | FailedResult;

/** A failure that no worker reported. */
export function ownWord(reason: string, message: string): FailedResult {
  return { kind: 'failed', reason, message, retryable: true, byOrchestrator: true };
}
