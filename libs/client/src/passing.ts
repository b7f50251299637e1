import { ApiError } from '#contracts';
import { pause } from './pause.js';

/** After these the same question has another answer later, perhaps of another replica. */
const passing: readonly string[] = [
  'UNAVAILABLE',
  'DRAINING',
  'CANCELLED',
  'INTERNAL',
  'DEADLINE_EXCEEDED',
  'READER_TOO_SLOW',
  // A stream that was reset for the same has no room for a reason.
  'RESOURCE_EXHAUSTED',
];

/** Whether a call that may be repeated is worth repeating: nothing was refused, somebody was in trouble. */
export function isPassing(error: unknown): error is ApiError {
  return error instanceof ApiError && passing.includes(error.reason);
}

/** How long to wait before a call is repeated: twice as long each time, up to the most. */
export interface RetryPace {
  readonly retryMs: number;
  readonly retryMsMax: number;
}

export interface Patience extends RetryPace {
  /** After it, counted from the first failure, the next failure is the caller's. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * An orchestrator that ended is there again within this. The channel's own repetitions end after two seconds, which is
 * enough where another replica answers.
 */
export const usualPatience: Patience = { patienceMs: 60_000, retryMs: 250, retryMsMax: 5_000 };

/** Makes a call that changes nothing until it is answered or refused: a restart of the orchestrator shows as a pause. */
export async function patiently<T>(call: () => Promise<T>, patience: Patience = usualPatience): Promise<T> {
  const { patienceMs, signal } = patience;
  let firstMs: number | null = null;
  for (let failures = 1; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error)) throw error;
      const nowMs = performance.now();
      firstMs ??= nowMs;
      if (nowMs - firstMs >= patienceMs) throw error;
      await pauseAfter(error, failures, patience, signal);
    }
  }
}

/** Waits after so many failures, and at least as long as the service asked for. Rejects when its caller wants no more. */
export async function pauseAfter(
  error: ApiError,
  failures: number,
  { retryMs, retryMsMax }: RetryPace,
  signal?: AbortSignal,
): Promise<void> {
  const backOffMs = Math.min(retryMs * 2 ** (failures - 1), retryMsMax);
  await pause(Math.max(backOffMs, error.retryMs ?? 0), signal);
}
