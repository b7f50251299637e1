import { etagOf, requireSameEtag } from '../requests/etag.js';
import { type TaskFacts, taskEventBody } from './run-events.js';
import type { RunRow } from './run-store.js';

type RunFacts = Pick<RunRow, 'runId' | 'state' | 'reason' | 'bundle' | 'endedAt' | 'cancelRequested'>;

/** A run that was read while it changed has an etag that fits neither the run before nor the one after. */
export function runEtag(run: RunFacts, tasks: readonly TaskFacts[]): string {
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
export function requireEtag(given: string, run: RunFacts, tasks: readonly TaskFacts[]): void {
  if (given !== '') requireSameEtag(given, runEtag(run, tasks), `run ${run.runId}`);
}
