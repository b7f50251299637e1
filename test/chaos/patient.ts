import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from '#client';
import { ApiError } from '#contracts';

/** What a caller hears from a stack in trouble: also that a worker is away, who comes back here. */
export function mayRepeat(error: unknown): boolean {
  return isPassing(error) || (error instanceof ApiError && error.reason === 'WORKER_CAPACITY');
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
      if (!mayRepeat(error) || performance.now() > endMs) throw error;
      onRetry();
      await sleep(300);
    }
  }
}
