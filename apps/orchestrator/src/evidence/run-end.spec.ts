import { describe, expect, it } from 'vitest';
import type { TaskRow } from '../runs/run-store.js';
import { endOf } from './run-end.js';

const DEADLINE_MS = Date.UTC(2026, 10, 21, 12);
const LATE_MS = DEADLINE_MS + 1;
const run = { deadline: new Date(DEADLINE_MS), cancelRequested: false };
const asked = { ...run, cancelRequested: true };

function task(taskId: string, state: string, reason: string | null = null, endedMs = LATE_MS): TaskRow {
  return { taskId, state, reason, endedAt: new Date(endedMs), public: null } as TaskRow;
}

describe('the end of a run', () => {
  it('that nobody cancelled and whose time is over is EXPIRED, and the bundle says why', () => {
    expect(endOf('cancelled', run, [task('a', 'FAILED', 'CANCELLED')], DEADLINE_MS)).toEqual({
      state: 'EXPIRED',
      reason: 'DEADLINE_EXCEEDED',
      stated: 'DEADLINE_EXCEEDED',
    });
  });

  it('that somebody cancelled is CANCELLED, also when giving back what it held took until after the deadline', () => {
    expect(endOf('cancelled', asked, [], LATE_MS)).toMatchObject({ state: 'CANCELLED', reason: 'CANCELLED' });
  });

  it('is no expiry a moment before the deadline', () => {
    const tasks = [task('a', 'FAILED', 'DEADLINE_EXCEEDED', DEADLINE_MS - 1)];
    expect(endOf('failed', run, tasks, DEADLINE_MS - 1)).toMatchObject({ state: 'FAILED' });
    expect(endOf('cancelled', run, [], DEADLINE_MS - 1)).toMatchObject({ state: 'CANCELLED' });
  });

  it.each(['DEADLINE_EXCEEDED', 'NO_WORKER'])(
    'is an expiry when a task was cut short by it: %s',
    (reason) => {
      const tasks = [
        task('a', 'SUCCEEDED'),
        task('b', 'FAILED', reason),
        task('c', 'FAILED', 'RUN_GIVEN_UP'),
      ];
      expect(endOf('failed', run, tasks, LATE_MS)).toEqual({
        state: 'EXPIRED',
        reason: 'DEADLINE_EXCEEDED',
        stated: `b: ${reason}`,
      });
    },
  );

  it.each([
    ['that failed before, by its own timeout', 'DEADLINE_EXCEEDED', DEADLINE_MS - 1],
    ['that failed for a reason of its own', 'OUTPUT_INVALID', LATE_MS],
  ])('is a failure for a task %s', (_, reason, endedMs) => {
    const tasks = [task('a', 'FAILED', reason, endedMs), task('b', 'FAILED', 'NO_WORKER')];
    expect(endOf('failed', run, tasks, LATE_MS)).toEqual({
      state: 'FAILED',
      reason: `a: ${reason}`,
      stated: `a: ${reason}`,
    });
  });

  it('is what the business said, however late', () => {
    expect(endOf('completed', run, [task('a', 'SUCCEEDED')], LATE_MS)).toMatchObject({ state: 'SUCCEEDED' });
    expect(endOf('rejected', run, [task('a', 'SUCCEEDED')], LATE_MS)).toMatchObject({
      state: 'REJECTED',
      reason: 'DECLINED',
    });
  });

  it('of a run that failed without a task that did is a failure, not an expiry', () => {
    expect(endOf('failed', run, [], LATE_MS)).toMatchObject({ state: 'FAILED', reason: 'run: FAILED' });
  });
});
