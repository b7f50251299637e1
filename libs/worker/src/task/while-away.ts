import { ApiError } from '#contracts';

const AWAY_MS = 60_000;
const RETRY_MS = 250;
const absences: readonly string[] = ['UNAVAILABLE', 'CANCELLED'];

/**
 * Repeats a call that may be repeated while the orchestrator restarts or fails over: a task goes on meanwhile, and
 * its lease is still there afterwards. `alsoRetried` are further reasons that mean "not yet".
 */
export async function whileAway<T>(
  call: () => Promise<T>,
  { awayMs = AWAY_MS, alsoRetried = [] }: { awayMs?: number; alsoRetried?: readonly string[] } = {},
): Promise<T> {
  const untilMs = performance.now() + awayMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const away = error instanceof ApiError && [...absences, ...alsoRetried].includes(error.reason);
      if (!away || performance.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
