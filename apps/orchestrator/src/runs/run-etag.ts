import { canonicalBytes, digestOf } from '#canonical';
import { ApiError } from '#contracts';
import { taskEventBody } from './run-events.js';
import type { RunRow, TaskRow } from './run-store.js';

const DIGEST_CHARS = 32;

/**
 * AIP-154: a strong etag, in the quotes of RFC 9110. It is made of what is shown, so that a run that was read while it
 * changed has an etag that fits neither the run before nor the one after.
 */
export function runEtag(run: RunRow, tasks: readonly TaskRow[]): string {
  const shown = {
    state: run.state,
    reason: run.reason,
    bundle: run.bundle,
    endedMs: run.endedAt?.getTime() ?? null,
    cancelRequested: run.cancelRequested,
    tasks: tasks.map(taskEventBody),
  };
  const prefix = 'sha256:'.length;
  return `"${digestOf(canonicalBytes(shown)).slice(prefix, prefix + DIGEST_CHARS)}"`;
}

/** An empty etag asks for nothing. */
export function requireEtag(given: string, run: RunRow, tasks: readonly TaskRow[]): void {
  if (given === '') return;
  const now = runEtag(run, tasks);
  if (given === now) return;
  throw new ApiError(
    'ETAG_MISMATCH',
    `etag: expected ${now}, as run ${run.runId} is now, got another: read the run again and decide again`,
    { facts: { etag: now } },
  );
}
