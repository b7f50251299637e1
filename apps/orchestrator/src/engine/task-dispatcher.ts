import { Inject, Injectable } from '@nestjs/common';
import { isCarriedThrough, type PlanTask } from '#workflow';
import { RunStore } from '../runs/run-store.js';
import { LeaseBook } from '../sessions/lease-book.js';
import { CLOCK, type Clock } from '../tokens.js';

export interface OpenedLease {
  readonly lease: string;
  readonly deadlineMs: number;
}

/** Opens the lease of one attempt: for a worker, or for a person where the step is a human's. */
@Injectable()
export class TaskDispatcher {
  constructor(
    private readonly runs: RunStore,
    private readonly leases: LeaseBook,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Idempotent: the lease of an attempt has one name, and a repeated call returns the first deadline.
   *
   * @param waiter the durable workflow that waits for the result
   */
  async open(
    runId: string,
    task: PlanTask,
    attempt: number,
    waiter: string | null = null,
  ): Promise<OpenedLease> {
    const run = await this.runs.get(runId);
    const nowMs = this.clock();
    const row = await this.leases.open({
      lease: leaseName(runId, task.id, attempt),
      runId,
      taskId: task.id,
      attempt,
      operation: task.operation,
      waiter,
      priority: run.priority,
      forPerson: task.kind === 'human',
      // What finishes or gives back a signed ledger change runs even after the run's deadline.
      deadlineMs: isCarriedThrough(task)
        ? nowMs + task.timeoutMs
        : Math.min(nowMs + task.timeoutMs, run.deadline.getTime()),
    });
    const time = new Date(nowMs);
    const state = task.kind === 'human' ? 'AWAITING_APPROVAL' : 'DISPATCHED';
    await this.runs.changeTask(runId, task.id, { state, attempt, startedAt: time, reason: null }, time);
    if (task.kind === 'human') await this.runs.changeRun(runId, { state: 'AWAITING_APPROVAL' }, time);
    if (!isCarriedThrough(task) && (await this.runs.get(runId)).cancelRequested) {
      // A cancellation that looked for open leases before this one was there leaves it to us.
      await this.leases.revoke(row.lease, 'CANCELLED');
      return { lease: row.lease, deadlineMs: nowMs };
    }
    return { lease: row.lease, deadlineMs: row.deadline.getTime() };
  }
}

export function leaseName(runId: string, taskId: string, attempt: number): string {
  return `${runId}.${taskId}.${attempt}`;
}
