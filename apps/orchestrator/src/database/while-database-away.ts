import { isUnreachable } from '#telemetry';

const RETRY_MS = 200;

/**
 * Repeats a read, or a change that may be repeated, until the database is back.
 *
 * A database that fails over may be away for a minute, and a run must not end for that: the engine's own tables live
 * in the same database, so there is nothing else that it could do meanwhile. Every other error is thrown at once.
 */
export async function whileDatabaseAway<T>(run: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
