import { etagOf, requireSameEtag } from '../requests/etag.js';
import { taskEventBody } from './run-events.js';
import type { RunRow, TaskRow } from './run-store.js';

/** A run that was read while it changed has an etag that fits neither the run before nor the one after. */
export function runEtag(run: RunRow, tasks: readonly TaskRow[]): string {
  return etagOf({
    state: run.state,
    reason: run.reason,
    bundle: run.bundle,
    endedMs: run.endedAt?.getTime() ?? null,
    cancelRequested: run.cancelRequested,
    tasks: tasks.map(taskEventBody),
  });
}

/** An empty etag asks for nothing. */
export function requireEtag(given: string, run: RunRow, tasks: readonly TaskRow[]): void {
  if (given !== '') requireSameEtag(given, runEtag(run, tasks), `run ${run.runId}`);
}
