import { ApiError } from '#contracts';

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

/** Whether a lease was settled with this very result. */
export function isSameResult(
  { state, result }: { readonly state: string; readonly result: Readonly<Record<string, unknown>> | null },
  given: LeaseResult,
): boolean {
  if (state !== (given.kind === 'completed' ? 'completed' : 'failed')) return false;
  return given.kind === 'completed'
    ? result?.['statement'] === given.statement
    : result?.['reason'] === given.reason && result['byOrchestrator'] === undefined;
}

/** Of a result for a lease that is not open, or is somebody else's by now. */
export function fenced(
  { lease, state, fence }: { readonly lease: string; readonly state: string; readonly fence: bigint },
  got: string,
): ApiError {
  const facts = { expected: fence.toString(), actual: got, state };
  return new ApiError('LEASE_FENCED', `lease ${lease} is ${state} under fence ${fence}, got fence ${got}`, {
    facts,
  });
}
