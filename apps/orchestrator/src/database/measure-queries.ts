import type { PoolClient } from 'pg';
import { querySeconds } from '../observability/instruments.js';

/** Measures every query of a new connection, those inside of transactions too. Their texts are not looked at. */
export function measureQueries(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const measured = (...args: unknown[]): unknown => {
    const stop = querySeconds.startTimer();
    const running = query(...args);
    // Callers of this house use promises; a cursor or a callback passes unmeasured.
    if (running instanceof Promise)
      running.then(
        () => stop(),
        () => stop(),
      );
    return running;
  };
  Object.assign(client, { query: measured });
}
