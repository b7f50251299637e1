import { Inject, Injectable } from '@nestjs/common';
import { type SQL, sql } from 'drizzle-orm';
import type { JsonObject } from '#canonical';
import type { Logger } from '#telemetry';
import { type ErrorClassName, errorClassOf, type FailureSource, isRetried, type PlanTask } from '#workflow';
import { LedgerStore } from '../ledger/ledger-store.js';
import { resultsRefused } from '../observability/instruments.js';
import { operationLabel } from '../observability/labels.js';
import { observeAttempt } from '../observability/observe-attempt.js';
import { type Counter, countUsage, stepKinds } from '../quotas/usage-book.js';
import { NullifierStore, spentBy } from '../runs/nullifier-store.js';
import { type RunRow, RunStore, type TaskChange, type TaskRow } from '../runs/run-store.js';
import {
  type FailedResult,
  LeaseBook,
  type LeaseResult,
  type LeaseRow,
  type LostInput,
} from '../sessions/lease-book.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { appliedReceipt } from './applied-receipt.js';
import { type CheckedResult, OUTSIDE_PERIOD, StatementChecker } from './statement-checker.js';

/** What the journal keeps of a task: facts and reasons, never a payload. */
export type TaskResult =
  | { readonly status: 'succeeded'; readonly public: JsonObject }
  | { readonly status: 'failed' | 'cancelled'; readonly reason: string };

export interface Collected {
  readonly result: TaskResult;
  /** Whether the class of the failure is worth another attempt. */
  readonly retry: boolean;
  /** Of a failure; `stopped` for a result. */
  readonly errorClass: ErrorClassName;
  /** Set where nothing but keys for inputs of the client is gone, so that it can seal them again. */
  readonly lostInputs: readonly LostInput[];
}

/** What an attempt came to, before anything of it is on record. */
export interface Judged extends Collected {
  /** Set for a result that counts. */
  readonly checked: CheckedResult | null;
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
    private readonly nullifiers: NullifierStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async collect(runId: string, task: PlanTask, leaseId: string): Promise<Collected> {
    const done = await this.runs.task(runId, task.id);
    if (done.state === 'SUCCEEDED') return succeeded(done);
    const lease = await this.leases.get(leaseId);
    const run = await this.runs.get(runId);
    const judged = await this.judge(run, task, lease, done.startedAt);
    if (judged.checked !== null)
      await this.#record(run, task, { ...lease, openedAt: done.startedAt }, judged.checked);
    return judged;
  }

  /**
   * What a lease came to. It ends a lease that is still out, and writes why an attempt failed; the rest is for the
   * caller to record.
   *
   * @param tasks of the run, where the caller knows them
   */
  async judge(
    run: RunRow,
    task: PlanTask,
    lease: LeaseRow,
    openedAt: Date | null,
    tasks?: readonly TaskRow[],
  ): Promise<Judged> {
    const judged = await this.#judge(run, task, lease, tasks);
    observeAttempt({
      operation: task.operation,
      outcome: judged.result.status,
      openedAt,
      sentAt: lease.sentAt,
      endedMs: this.clock(),
    });
    return judged;
  }

  async #judge(
    run: RunRow,
    task: PlanTask,
    lease: LeaseRow,
    tasks: readonly TaskRow[] | undefined,
  ): Promise<Judged> {
    const { runId } = run;
    const source: FailureSource | null = task.kind === 'human' ? null : { by: 'orchestrator' };
    if (lease.state === 'queued' || lease.state === 'sent') {
      const reason = lease.state === 'queued' ? 'NO_WORKER' : 'DEADLINE_EXCEEDED';
      await this.leases.revoke(lease.lease, reason);
      return this.#failed(task, lease, reason, source);
    }
    if (lease.state === 'revoked') {
      if (!run.cancelRequested) return this.#failed(task, lease, lease.reason ?? 'LEASE_REVOKED', source);
      const stopped = await this.#failed(task, lease, 'CANCELLED', null);
      return { ...stopped, result: { status: 'cancelled', reason: 'CANCELLED' } };
    }
    const answer = lease.result as LeaseResult | null;
    if (answer === null) return this.#failed(task, lease, 'RESULT_MISSING', { by: 'orchestrator' });
    if (answer.kind === 'failed') {
      this.logger.warn(
        { run: runId, task: task.id, reason: answer.reason, detail: answer.message },
        'task failed',
      );
      const failed = await this.#failed(task, lease, answer.reason, sourceOf(answer));
      return { ...failed, lostInputs: lostInputs(answer) };
    }
    const checked = await this.checker.check(run, task, lease, answer, tasks);
    if (checked.reason === OUTSIDE_PERIOD) {
      this.logger.warn(
        { run: runId, task: task.id, worker: lease.worker, reason: checked.reason },
        'a clock is wrong',
      );
      return this.#failed(task, lease, checked.reason, { by: 'orchestrator' });
    }
    if (checked.reason !== null) {
      // No honest worker returns this: take it out of service and let another one do the work.
      if (checked.signKey !== null) await this.registry.fence(checked.signKey, checked.reason);
      resultsRefused.inc({ operation: operationLabel(task.operation) });
      this.logger.warn(
        { run: runId, task: task.id, worker: lease.worker, reason: checked.reason },
        'result refused',
      );
      return this.#failed(task, lease, checked.reason, { by: 'check' });
    }
    const spender = { tenant: run.tenant, runId, taskId: task.id };
    // The proof is good and whoever made it honest: the note went to somebody else, or the claim was accepted before.
    if (!(await this.nullifiers.spend(spentBy(task, checked.public), spender)))
      return this.#failed(task, lease, 'NULLIFIER_SPENT', null);
    return { ...succeeded({ public: checked.public }), checked };
  }

  /** What conditions of the plan read of a task that succeeded. */
  async factsOf(runId: string, taskId: string): Promise<JsonObject> {
    const { public: facts } = await this.runs.task(runId, taskId);
    return (facts ?? {}) as JsonObject;
  }

  /** Puts the reason of a failed attempt on record, so that a watcher sees why there is another one. */
  async note(runId: string, task: PlanTask, leaseId: string, { result }: Collected): Promise<void> {
    if (result.status === 'succeeded') return;
    const { worker } = await this.leases.get(leaseId);
    const change = { state: 'WAITING', worker, reason: result.reason };
    await this.runs.changeTask(runId, task.id, change, new Date(this.clock()));
    if (task.ledgerState && task.completes === null) await this.#giveLedgerBack(runId, task);
  }

  /** Leaves nothing held: a step that did not take effect gives its ledger back, and a failure is on record. */
  async finish(runId: string, task: PlanTask, result: TaskResult, leaseId?: string): Promise<void> {
    const time = new Date(this.clock());
    if (result.status !== 'succeeded') {
      const worker = leaseId === undefined ? {} : { worker: (await this.leases.get(leaseId)).worker };
      const change = { state: 'FAILED', reason: result.reason, endedAt: time, ...worker };
      await this.runs.changeTask(runId, task.id, change, time);
    }
    if (task.kind === 'human') await this.runs.changeRun(runId, { state: 'RUNNING' }, time);
    const movesOn = result.status === 'succeeded' && result.public['outcome'] !== 'insufficient';
    if (task.ledgerState && !(movesOn && task.completes === null)) await this.#giveLedgerBack(runId, task);
    this.leases.assign();
  }

  async #giveLedgerBack(runId: string, task: PlanTask): Promise<void> {
    await this.ledgers.releaseClaim({ runId, step: task.step });
  }

  async #record(run: RunRow, task: PlanTask, lease: OpenedLease, checked: CheckedResult): Promise<void> {
    const time = new Date(this.clock());
    const change = recordOf(lease, checked, time);
    const applied =
      task.completes === null || !task.ledgerState ? null : await appliedReceipt(this.runs, run.runId, task);
    await this.runs.changeTask(run.runId, task.id, change, time, async (transaction) => {
      if (applied !== null) {
        await this.ledgers.advance(transaction, run.tenant, applied.receipt, applied.digest, time);
      }
      await transaction.execute(
        countUsage(run.tenant, usageOf(task, lease, time), hasResult(run.runId, task.id)),
      );
    });
  }

  /** @param source null for what nothing can repeat */
  async #failed(
    task: PlanTask,
    lease: LeaseRow,
    reason: string,
    source: FailureSource | null,
  ): Promise<Judged> {
    const errorClass = source === null ? 'stopped' : errorClassOf(reason, source);
    await this.leases.conclude(lease.lease, { reason, errorClass });
    const result = { status: 'failed', reason } as const;
    return { result, retry: isRetried(errorClass, task), errorClass, lostInputs: [], checked: null };
  }
}

/** A replica that was taken for dead may come to the same result at the same time; the row of the run is locked here. */
function hasResult(runId: string, taskId: string): SQL {
  return sql`exists (select from sealflow.run_events
    where run_id = ${runId} and task_id = ${taskId} and body ->> 'state' = 'SUCCEEDED')`;
}

/** The row of a task with a result that counts. */
export function recordOf({ worker }: LeaseRow, checked: CheckedResult, endedAt: Date): TaskChange {
  const { statement, outputs, blobs, memoryMib } = checked;
  const result = { public: checked.public, statement, outputs, blobs, memoryMib };
  return { state: 'SUCCEEDED', worker, ...result, endedAt, reason: null };
}

interface OpenedLease extends LeaseRow {
  /** When the step was ready for whoever does it. */
  readonly openedAt: Date | null;
}

/** A step with a result, how long it waited for whoever did it, and how long they had it. */
export function usageOf(
  task: PlanTask,
  { sentAt, openedAt }: Pick<OpenedLease, 'sentAt' | 'openedAt'>,
  endedAt: Date,
): Readonly<Partial<Record<Counter, number>>> {
  const kind = stepKinds.find((each) => task.kind === each || task.kind.startsWith(`${each}.`));
  if (kind === undefined) return {};
  // Nobody sends a step to a person: the person comes for it.
  if (sentAt === null) return { [`steps.${kind}`]: 1 };
  const waitMs = openedAt === null ? 0 : Math.max(0, sentAt.getTime() - openedAt.getTime());
  const tookMs = Math.max(0, endedAt.getTime() - sentAt.getTime());
  return { [`steps.${kind}`]: 1, [`stepMs.${kind}`]: tookMs, [`waitMs.${kind}`]: waitMs };
}

function succeeded({ public: facts }: Pick<TaskRow, 'public'>): Collected {
  const result = { status: 'succeeded', public: (facts ?? {}) as JsonObject } as const;
  return { result, retry: false, errorClass: 'stopped', lostInputs: [] };
}

/** What the lease book says of a worker that went away is the orchestrator's word. */
function sourceOf(answer: FailedResult): FailureSource {
  return answer.byOrchestrator === true
    ? { by: 'orchestrator' }
    : { by: 'worker', retryable: answer.retryable };
}

function lostInputs({ lost = [] }: FailedResult): readonly LostInput[] {
  return lost.every(({ edge }) => edge.startsWith('inputs/')) ? lost : [];
}
