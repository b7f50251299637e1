import { describe, expect, it } from 'vitest';
import type { PlanTask } from '#workflow';
import type { RunStore } from '../runs/run-store.js';
import type { LeaseBook } from '../sessions/lease-book.js';
import type { LeaseRequest } from '../sessions/lease-request.js';
import { TaskDispatcher } from './task-dispatcher.js';

const NOW_MS = 1_000_000;
const TIMEOUT_MS = 60_000;

const ordinary = {
  id: 'score',
  operation: 'scorecard.prove',
  kind: 'zk.groth16',
  completes: null,
  compensates: null,
  timeoutMs: TIMEOUT_MS,
} as PlanTask;
const apply = { ...ordinary, id: 'reserve.apply', completes: 'reserve.authorize' };
const release = { ...ordinary, id: 'settle.release.authorize', compensates: 'settle' };

interface Given {
  readonly deadlineMs?: number;
  readonly cancelRequested?: boolean;
}

/** The dispatcher over a run of one row; `revoked` are the leases it ended. */
function dispatcherFor({ deadlineMs = NOW_MS + 1_000_000, cancelRequested = false }: Given) {
  const revoked: string[] = [];
  const runs = {
    get: async () => ({ deadline: new Date(deadlineMs), cancelRequested }),
    changeTask: async () => undefined,
    changeRun: async () => undefined,
  } as unknown as RunStore;
  const leases = {
    open: async (request: LeaseRequest) => ({ lease: request.lease, deadline: new Date(request.deadlineMs) }),
    revoke: async (lease: string) => void revoked.push(lease),
  } as unknown as LeaseBook;
  return { dispatcher: new TaskDispatcher(runs, leases, () => NOW_MS), revoked };
}

describe('a lease', () => {
  it('ends with its run', async () => {
    const { dispatcher } = dispatcherFor({ deadlineMs: NOW_MS + 5 });
    expect((await dispatcher.open('run', ordinary, 1)).deadlineMs).toBe(NOW_MS + 5);
  });

  it.each([
    ['finishes a signed change', apply],
    ['gives back what the run holds', release],
  ])('that %s has its whole time, also after the deadline of the run', async (_what, task) => {
    const { dispatcher } = dispatcherFor({ deadlineMs: NOW_MS - 5 });
    expect((await dispatcher.open('run', task, 1)).deadlineMs).toBe(NOW_MS + TIMEOUT_MS);
  });

  it('that a cancellation came too early to see is ended at once', async () => {
    const { dispatcher, revoked } = dispatcherFor({ cancelRequested: true });
    expect((await dispatcher.open('run', ordinary, 2)).deadlineMs).toBe(NOW_MS);
    expect(revoked).toEqual(['run.score.2']);
  });

  it.each([apply, release])('that is carried through is not ended by a cancellation: $id', async (task) => {
    const { dispatcher, revoked } = dispatcherFor({ cancelRequested: true });
    await dispatcher.open('run', task, 1);
    expect(revoked).toEqual([]);
  });
});
