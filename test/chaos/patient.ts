import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '#contracts';

/** What a caller hears from a stack in trouble, and after which it may make the same call again. */
const passing: readonly string[] = [
  'UNAVAILABLE',
  'DRAINING',
  'CANCELLED',
  'INTERNAL',
  'DEADLINE_EXCEEDED',
  'READER_TOO_SLOW',
  'WORKER_CAPACITY',
];

export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && passing.includes(error.reason);
}

/** Makes a call that may be repeated until it is answered. Whatever is no answer of a stack in trouble is thrown. */
export async function patiently<T>(
  call: () => Promise<T>,
  { withinMs, onRetry = () => undefined }: { withinMs: number; onRetry?: () => void },
): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || performance.now() > endMs) throw error;
      onRetry();
      await sleep(300);
    }
  }
}
