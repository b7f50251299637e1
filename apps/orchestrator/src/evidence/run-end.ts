import type { RunStatus } from '#workflow';
import type { RunRow, RunStateName, TaskRow } from '../runs/run-store.js';

/** How a run ended, as its row says it. Its bundle says `cancelled` or `failed` of one that ran out of time. */
export interface RunEnd {
  readonly state: RunStateName;
  /** Of the row. */
  readonly reason: string;
  /** Of the bundle. */
  readonly stated: string;
}

const stateOfStatus: Readonly<Record<RunStatus, RunStateName>> = {
  completed: 'SUCCEEDED',
  rejected: 'REJECTED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

/** Reasons of tasks that ended because the run did. */
const stopped: readonly string[] = ['CANCELLED', 'RUN_GIVEN_UP'];
/** Reasons of tasks that nobody did in time. */
const late: readonly string[] = ['DEADLINE_EXCEEDED', 'NO_WORKER'];
const EXPIRED = 'DEADLINE_EXCEEDED';

/**
 * Nobody asked for the end of a run that ran out of time, and none of its tasks did wrong: it EXPIRED. One that somebody
 * cancelled before is CANCELLED however long its end took, and one that failed for another reason FAILED.
 */
export function endOf(
  status: RunStatus,
  run: Pick<RunRow, 'deadline' | 'cancelRequested'>,
  tasks: readonly TaskRow[],
  nowMs: number,
): RunEnd {
  const stated = reasonOf(status, tasks);
  const deadlineMs = run.deadline.getTime();
  if (nowMs >= deadlineMs && !run.cancelRequested) {
    if (status === 'cancelled') return { state: 'EXPIRED', reason: EXPIRED, stated: EXPIRED };
    if (status === 'failed' && ranOut(tasks, deadlineMs))
      return { state: 'EXPIRED', reason: EXPIRED, stated };
  }
  return { state: stateOfStatus[status], reason: stated, stated };
}

/** Whether each task that failed by itself was cut short by the end of the run's time. */
function ranOut(tasks: readonly TaskRow[], deadlineMs: number): boolean {
  const failed = failures(tasks);
  return (
    failed.length > 0 &&
    failed.every(
      ({ reason, endedAt }) => late.includes(reason ?? '') && (endedAt?.getTime() ?? 0) >= deadlineMs,
    )
  );
}

function failures(tasks: readonly TaskRow[]): TaskRow[] {
  return tasks.filter(({ state, reason }) => state === 'FAILED' && !stopped.includes(reason ?? ''));
}

/** Why a run ended as it did: the reason of the task that failed, or the business answer. */
function reasonOf(status: RunStatus, tasks: readonly TaskRow[]): string {
  if (status === 'completed') return '';
  const failed = failures(tasks)[0] ?? tasks.find(({ state }) => state === 'FAILED');
  if (status === 'failed') return `${failed?.taskId ?? 'run'}: ${failed?.reason ?? 'FAILED'}`;
  if (status === 'cancelled') return 'CANCELLED';
  const insufficient = tasks.some((task) => task.public?.['outcome'] === 'insufficient');
  return insufficient ? 'INSUFFICIENT' : 'DECLINED';
}
