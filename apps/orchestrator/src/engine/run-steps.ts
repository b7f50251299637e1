import { Inject, Injectable } from '@nestjs/common';
import { backOffMs, isCarriedThrough, type Plan, type PlanTask, type RunStatus } from '#workflow';
import { whileDatabaseAway } from '../database/while-database-away.js';
import { RunCloser } from '../evidence/run-closer.js';
import type { Tried } from '../interpreters/run-parts.js';
import type { PartsV3, Settlement } from '../interpreters/run-v3.js';
import { LedgerStore } from '../ledger/ledger-store.js';
import { isPageLedgerTask, isRecovery, PageLedgerTasks } from '../ledger/page-ledger-tasks.js';
import { PlanStore } from '../plans/plan-store.js';
import { RunDraft } from '../runs/run-draft.js';
import { type RunChange, type RunRow, RunStore, type TaskChange } from '../runs/run-store.js';
import { type OutLease, outStates, type RunView } from '../runs/run-view.js';
import { RunMoved, RunWriter } from '../runs/run-writer.js';
import { LeaseBook, type LeaseRow, type LostInput } from '../sessions/lease-book.js';
import { CLOCK, type Clock } from '../tokens.js';
import { appliedReceipt } from './applied-receipt.js';
import { CrashWatch } from './crash-watch.js';
import { type Judged, ResultCollector, recordOf, usageOf } from './result-collector.js';
import { usageOfRun } from './run-usage.js';
import { blobOf, RunWork } from './run-work.js';
import { leaseName } from './task-dispatcher.js';

type Ledger = Settlement['ledger'];

/** What interpreter v3 does. Whatever it writes besides the rows of the run, it may write twice. */
@Injectable()
export class RunSteps implements PartsV3 {
  constructor(
    private readonly runs: RunStore,
    private readonly writer: RunWriter,
    private readonly plans: PlanStore,
    private readonly leases: LeaseBook,
    private readonly ledgers: LedgerStore,
    private readonly pages: PageLedgerTasks,
    private readonly collector: ResultCollector,
    private readonly closer: RunCloser,
    private readonly work: RunWork,
    private readonly crashes: CrashWatch,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  nowMs(): number {
    return this.clock();
  }

  read(runId: string): Promise<RunView> {
    return this.writer.read(runId);
  }

  async planOf(run: RunRow): Promise<Plan> {
    return (await this.plans.get(run.plan)).plan;
  }

  async settle(view: RunView, task: PlanTask, out: OutLease, cancelled: boolean): Promise<Settlement> {
    const { run } = view;
    const lease = isWhole(out) ? out : await this.leases.get(out.lease);
    const row = view.tasks.get(task.id);
    const judged = await this.collector.judge(run, task, lease, row?.startedAt ?? null, [
      ...view.tasks.values(),
    ]);
    const { result, lostInputs, retry, errorClass } = judged;
    if (result.status === 'succeeded') return this.#succeeded(view, task, lease, judged);
    const time = new Date(this.clock());
    const again = (change: TaskChange): Settlement => ({
      change: { state: 'WAITING', worker: lease.worker, reason: result.reason, ...change },
      usage: {},
      // A batch keeps its ledger until it ends.
      ledger: task.completes === null && !isPageLedgerTask(task) ? this.#givenBack(run.runId, task) : null,
    });
    if (lostInputs.length > 0 && !cancelled) {
      // They may have come between the lease and now.
      return again(cameAgain(run, lostInputs) ? { retryAt: time } : { awaitsInput: true });
    }
    const failures = (row?.failures ?? 0) + 1;
    if (retry && (!cancelled || isCarriedThrough(task)) && failures < task.attemptsMax) {
      const pauseMs = backOffMs(errorClass, task, failures, Math.random());
      return again({ failures, retryAt: new Date(time.getTime() + pauseMs) });
    }
    return {
      change: { state: 'FAILED', worker: lease.worker, reason: result.reason, endedAt: time },
      usage: {},
      ledger: isPageLedgerTask(task)
        ? this.pages.failed(run, task, { reason: result.reason, errorClass, time })
        : this.#givenBack(run.runId, task),
    };
  }

  end(run: RunRow, task: PlanTask, reason: string): Settlement {
    const time = new Date(this.clock());
    const errorClass = reason === 'INTERNAL' ? 'internal' : 'stopped';
    return {
      change: { state: 'FAILED', reason, endedAt: time, retryAt: null, awaitsInput: false },
      usage: {},
      ledger: isPageLedgerTask(task)
        ? this.pages.failed(run, task, { reason, errorClass, time })
        : this.#givenBack(run.runId, task),
    };
  }

  open(draft: RunDraft, task: PlanTask): void {
    const { run, tasks } = draft.view;
    const attempt = (tasks.get(task.id)?.attempt ?? 0) + 1;
    const outMs = draft.time.getTime() + task.timeoutMs;
    draft.open({
      lease: leaseName(run.runId, task.id, attempt),
      taskId: task.id,
      attempt,
      operation: task.operation,
      state: task.kind === 'human' ? 'sent' : 'queued',
      // What finishes or gives back a signed ledger change runs even after the run's deadline.
      deadline: new Date(isCarriedThrough(task) ? outMs : Math.min(outMs, run.deadline.getTime())),
      priority: run.priority,
    });
  }

  async write(draft: RunDraft): Promise<RunView | null> {
    let opened: LeaseRow[];
    try {
      opened = await this.writer.write(draft);
    } catch (error) {
      if (error instanceof RunMoved) return null;
      throw error;
    }
    const { view } = draft;
    this.pages.written(draft.others);
    this.leases.opened(view, opened);
    // An attempt may have its lease already, of an interpreter that came no further.
    return opened.length < draft.leases.length ? null : view;
  }

  async close(view: RunView, status: RunStatus): Promise<void> {
    const out = [...view.tasks.values()].find(({ state }) => outStates.includes(state));
    // A bundle is logged once and for ever: it is not made while anything of the run is still at a worker.
    if (out !== undefined) throw new RangeError(`run ${view.run.runId} ends while ${out.taskId} is out`);
    const known = { run: view.run, tasks: [...view.tasks.values()] };
    await this.closer.end(known, status, (change, time) => this.#recordEnd(view, change, time));
  }

  /** However the run moved on since its bundle was logged, it ends as the bundle says. */
  async #recordEnd(view: RunView, change: RunChange, time: Date): Promise<void> {
    const draft = new RunDraft(view, time);
    draft.changeRun(change);
    draft.count(usageOfRun(view.run, [...view.tasks.values()], time));
    try {
      await this.writer.write(draft);
    } catch (error) {
      if (!(error instanceof RunMoved)) throw error;
      await this.runs.changeRun(view.run.runId, change, time);
    }
  }

  park(runId: string, reason: string): Promise<void> {
    return whileDatabaseAway(() => this.work.park(runId, reason));
  }

  tried<T>(runId: string, name: string, work: () => Promise<T>): Promise<Tried<T>> {
    // What is read and judged again after a crash is not further than it was; what is written is.
    const moves = name === 'write' || name === 'close';
    return whileDatabaseAway(() => this.work.tried(runId, name, work, moves));
  }

  waits(runId: string): Promise<void> {
    return whileDatabaseAway(() => this.crashes.passed(runId));
  }

  #succeeded(view: RunView, task: PlanTask, lease: LeaseRow, { checked, result }: Judged): Settlement {
    const { run } = view;
    if (checked === null)
      throw new RangeError(`task ${task.id} of run ${run.runId}: a result without its check`);
    const time = new Date(this.clock());
    const facts = result.status === 'succeeded' ? result.public : {};
    return {
      change: recordOf(lease, checked, time),
      usage: usageOf(task, { ...lease, openedAt: view.tasks.get(task.id)?.startedAt ?? null }, time),
      ledger:
        isPageLedgerTask(task) || isRecovery(task)
          ? this.pages.succeeded(view, task, time, checked.outputs)
          : this.#moved(run, task, facts['outcome'] !== 'insufficient', time),
    };
  }

  /** An authorised change keeps its ledger until it is applied; one that is applied moves the head. */
  #moved(run: RunRow, task: PlanTask, movesOn: boolean, time: Date): Ledger {
    if (!task.ledgerState || (movesOn && task.completes === null)) return null;
    const release = this.#givenBack(run.runId, task);
    if (task.completes === null) return release;
    return async (transaction) => {
      const { receipt, digest } = await appliedReceipt(this.runs, run.runId, task);
      await this.ledgers.advance(transaction, run.tenant, receipt, digest, time);
      await release?.(transaction);
    };
  }

  /** Leaves nothing held. */
  #givenBack(runId: string, { step, ledgerState }: PlanTask): Ledger {
    if (!ledgerState) return null;
    return (transaction) => this.ledgers.releaseClaim({ runId, step }, transaction);
  }
}

function isWhole(lease: OutLease): lease is LeaseRow {
  // What a result brought is in the row that came with it; of an older one only the name is sure.
  return 'result' in lease && lease.state !== 'queued' && lease.state !== 'sent';
}

function cameAgain(run: RunRow, lost: readonly LostInput[]): boolean {
  return lost.some(({ edge, blob }) => blobOf(run, edge) !== blob);
}
