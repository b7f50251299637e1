import { ApiError } from '#contracts';

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
