import { describe, expect, it } from 'vitest';
import { plan, run } from '../engine/statement.fixture.js';
import type { LeaseRow } from '../sessions/lease-book.js';
import { whyNotRetryable } from './retryable.js';
import type { RunRow, TaskRow } from './run-store.js';

const failedRun: RunRow = { ...run, state: 'FAILED' };
const nowMs = run.deadline.getTime() - 1;
const step = 'extract';

function task(taskId: string, state: string, attempt = 1): TaskRow {
  return {
    runId: run.runId,
    taskId,
    operation: 'document.extract',
    state,
    attempt,
    worker: null,
    reason: state === 'FAILED' ? 'WORKER_SILENT' : null,
    statement: null,
    outputs: null,
    blobs: null,
    public: null,
    startedAt: null,
    endedAt: null,
  } as TaskRow;
}

function failed(errorClass: string | null, taskId = step): LeaseRow {
  return { runId: run.runId, taskId, attempt: 1, reason: 'X', errorClass } as LeaseRow;
}

const why = (
  row: RunRow,
  tasks: readonly TaskRow[],
  attempts: readonly LeaseRow[],
  { named = step, at = nowMs }: { readonly named?: string; readonly at?: number } = {},
) => whyNotRetryable(row, plan, named, { tasks, attempts, nowMs: at });

describe('a step of a run is not tried again', () => {
  it.each(['PENDING', 'RUNNING', 'PAUSED', 'PARKED', 'SUCCEEDED', 'REJECTED', 'CANCELLED'])(
    'while the run is %s',
    (state) => {
      expect(why({ ...run, state }, [task(step, 'FAILED')], [failed('worker-lost')])).toContain(
        `the run is ${state}`,
      );
    },
  );

  it('from the deadline of the run on', () => {
    const at = run.deadline.getTime();
    expect(why(failedRun, [task(step, 'FAILED')], [failed('worker-lost')], { at })).toContain('deadline');
  });

  it('when the plan does not have it', () => {
    expect(why(failedRun, [task(step, 'FAILED')], [], { named: 'x' })).toBe('the plan has no such step');
  });

  it.each(['SUCCEEDED', 'SKIPPED', 'CANCELLED', 'WAITING'])('when it is %s', (state) => {
    expect(why(failedRun, [task(step, state)], [])).toBe(`the step is ${state}, expected FAILED`);
  });

  it('when its inputs open for no further attempt', () => {
    expect(why(failedRun, [task(step, 'FAILED', 16)], [failed('worker-lost')])).toContain('16 attempts');
    expect(why(failedRun, [task(step, 'FAILED', 15)], [failed('worker-lost')])).toBeNull();
  });

  it('when the run gave back what it held', () => {
    const undo = plan.tasks.find(({ compensates }) => compensates !== null)?.id ?? '';
    expect(undo).not.toBe('');
    const tasks = [task(step, 'FAILED'), task(undo, 'SUCCEEDED')];
    expect(why(failedRun, tasks, [failed('worker-lost')])).toContain(`${undo} gave back`);
  });

  it('when it failed for good, whatever an earlier attempt failed by', () => {
    const attempts = [failed('worker-lost'), failed('refused')];
    expect(why(failedRun, [task(step, 'FAILED', 2)], attempts)).toContain('which is final');
    expect(why(failedRun, [task(step, 'FAILED')], [failed('constructor')])).toContain('which is final');
  });
});

describe('a step of a failed run is tried again', () => {
  it.each(['worker-lost', 'worker-capacity', 'timeout', 'internal', null])(
    'when it failed as %s',
    (errorClass) => {
      expect(why(failedRun, [task(step, 'FAILED')], [failed(errorClass)])).toBeNull();
    },
  );

  it('whatever became of other steps', () => {
    const attempts = [failed('worker-lost'), failed('refused', 'score')];
    expect(why(failedRun, [task(step, 'FAILED'), task('score', 'SKIPPED')], attempts)).toBeNull();
  });
});
