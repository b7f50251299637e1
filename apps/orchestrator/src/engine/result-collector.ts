import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '#canonical';
import type { Logger } from '#telemetry';
import type { PlanTask } from '#workflow';
import { LedgerStore } from '../ledger/ledger-store.js';
import { type RunRow, RunStore, type TaskRow } from '../runs/run-store.js';
import { LeaseBook, type LeaseResult, type LeaseRow } from '../sessions/lease-book.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { appliedReceipt } from './applied-receipt.js';
import { type CheckedResult, StatementChecker } from './statement-checker.js';

/** What the journal keeps of a task: facts and reasons, never a payload. */
export type TaskResult =
  | { readonly status: 'succeeded'; readonly public: JsonObject }
  | { readonly status: 'failed' | 'cancelled'; readonly reason: string };

export interface Collected {
  readonly result: TaskResult;
  readonly retry: boolean;
}

/**
 * Turns what came back for a lease into the task's result, once.
 *
 * A result counts only after its statement passed every check. The task row, its event and, for a ledger change, the
 * new head are one transaction; a repeated call after a crash finds them and changes nothing.
 */
@Injectable()
export class ResultCollector {
  constructor(
    private readonly runs: RunStore,
    private readonly leases: LeaseBook,
    private readonly ledgers: LedgerStore,
    private readonly registry: SessionRegistry,
    private readonly checker: StatementChecker,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async collect(runId: string, task: PlanTask, leaseId: string): Promise<Collected> {
    const done = await this.runs.task(runId, task.id);
    if (done.state === 'SUCCEEDED') return { result: succeeded(done), retry: false };
    const lease = await this.leases.get(leaseId);
    if (lease.state === 'queued' || lease.state === 'sent') {
      await this.leases.revoke(leaseId, 'DEADLINE_EXCEEDED');
      return this.#failed(
        lease.state === 'queued' ? 'NO_WORKER' : 'DEADLINE_EXCEEDED',
        task.kind !== 'human',
      );
    }
    const run = await this.runs.get(runId);
    if (lease.state === 'revoked') {
      return run.cancelRequested
        ? { result: { status: 'cancelled', reason: 'CANCELLED' }, retry: false }
        : this.#failed('LEASE_REVOKED', true);
    }
    const answer = lease.result as LeaseResult | null;
    if (answer === null) return this.#failed('RESULT_MISSING', true);
    if (answer.kind === 'failed') {
      this.logger.warn(
        { run: runId, task: task.id, reason: answer.reason, detail: answer.message },
        'task failed',
      );
      await this.#note(runId, task, lease, answer.reason);
      return this.#failed(answer.reason, answer.retryable);
    }
    const checked = await this.checker.check(run, task, lease, answer);
    if (checked.reason !== null) {
      // No honest worker returns this: take it out of service and let another one do the work.
      if (checked.signKey !== null) await this.registry.fence(checked.signKey, checked.reason);
      this.logger.warn(
        { run: runId, task: task.id, worker: lease.worker, reason: checked.reason },
        'result refused',
      );
      await this.#note(runId, task, lease, checked.reason);
      return this.#failed(checked.reason, true);
    }
    await this.#record(run, task, lease, checked);
    return { result: { status: 'succeeded', public: checked.public }, retry: false };
  }

  /** Leaves nothing held: a step that did not take effect gives its ledger back, and a failure is on record. */
  async finish(runId: string, task: PlanTask, result: TaskResult): Promise<void> {
    const time = new Date(this.clock());
    if (result.status !== 'succeeded') {
      const change = { state: 'FAILED', reason: result.reason, endedAt: time };
      await this.runs.changeTask(runId, task.id, change, time);
    }
    if (task.kind === 'human') await this.runs.changeRun(runId, { state: 'RUNNING' }, time);
    const movesOn = result.status === 'succeeded' && result.public['outcome'] !== 'insufficient';
    if (task.ledgerState && !(movesOn && task.completes === null)) {
      await this.ledgers.releaseClaim({ runId, step: task.step });
    }
    this.leases.assign();
  }

  /** Puts the reason of a failed attempt on record, so that a watcher sees why there is another one. */
  async #note(runId: string, task: PlanTask, lease: LeaseRow, reason: string): Promise<void> {
    const change = { state: 'WAITING', worker: lease.worker, reason };
    await this.runs.changeTask(runId, task.id, change, new Date(this.clock()));
  }

  async #record(run: RunRow, task: PlanTask, lease: LeaseRow, checked: CheckedResult): Promise<void> {
    const time = new Date(this.clock());
    const change = {
      state: 'SUCCEEDED',
      worker: lease.worker,
      public: checked.public,
      statement: checked.statement,
      outputs: checked.outputs,
      blobs: checked.blobs,
      endedAt: time,
      reason: null,
    };
    const applied =
      task.completes === null || !task.ledgerState ? null : await appliedReceipt(this.runs, run.runId, task);
    await this.runs.changeTask(run.runId, task.id, change, time, async (transaction) => {
      if (applied === null) return;
      await this.ledgers.advance(transaction, run.tenant, applied.receipt, applied.digest, time);
    });
  }

  #failed(reason: string, retry: boolean): Collected {
    return { result: { status: 'failed', reason }, retry };
  }
}

function succeeded(row: TaskRow): TaskResult {
  return { status: 'succeeded', public: (row.public ?? {}) as JsonObject };
}
