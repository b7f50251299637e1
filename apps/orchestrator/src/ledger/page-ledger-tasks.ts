import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '#canonical';
import type { StepPredicate } from '#evidence';
import type { Logger } from '#telemetry';
import type { ErrorClassName, PlanTask } from '#workflow';
import type { Transaction } from '../database/database.js';
import type { TaskOutputRow } from '../database/schema.js';
import type { RunRow, TaskRow } from '../runs/run-store.js';
import type { RunView } from '../runs/run-view.js';
import { LOGGER } from '../tokens.js';
import { type BatchRow, BatchStore } from './batch-store.js';
import { IntentQueue } from './intent-queue.js';
import { type LedgerName, PageLedgerStore } from './page-ledger-store.js';
import { makesPagesOf, type StatedReceipt, statedPageReceipt } from './page-receipt.js';
import { isSettlementTask, SettlementTasks } from './settlement-tasks.js';

type Change = (transaction: Transaction) => Promise<void>;

/** Why an envelope is refused: every batch with it fails, also when it is alone. */
export const ENVELOPE_POISONED = 'ENVELOPE_POISONED';

/** How often an envelope is tried alone, while nothing else says whether it or the ledger is at fault. */
const FAILURES_ALONE_MAX = 8;
/** What is in a batch may be why it failed: an envelope can be refused, and it can bring a worker down. */
const contentClasses: readonly ErrorClassName[] = ['refused', 'result-refused', 'worker-lost', 'timeout'];

/** Refusals that are about the ledger or the enclave, whatever is in the batch: they end when somebody acted, e.g. recovered it. */
const ledgerReasons: readonly string[] = [
  'LEDGER_UNKNOWN',
  'EPOCH_WRONG',
  'KEY_SUSPENDED',
  'KEY_COMPROMISED',
  'STATE_INVALID',
  'STATE_ROOT_CONFLICT',
  'STATE_ROOT_MISMATCH',
  'SNAPSHOT_INVALID',
  'RECEIPT_INVALID',
  'SEALED_STATE_UNREADABLE',
  'PLAN_MISMATCH',
];

/** Refusals that only an order of the issuer or a rotation ends. Both move the head, and a batch is tried then. */
const keyReasons: readonly string[] = ['KEY_SUSPENDED', 'KEY_COMPROMISED'];
/** How often somebody asks all the same. */
const KEY_PAUSE_MS = 3_600_000;

/** Operations of ledgers of pages; those of ledgers of one page are older and their heads lie elsewhere. */
const operations: readonly string[] = [
  ...['ledger.found', 'ledger.batch', 'ledger.rotate', 'ledger.key', 'ledger.recover'],
];

export function isPageLedgerTask(task: PlanTask): boolean {
  const { operation, ledgerState } = task;
  const isChange = operations.includes(operation.slice(0, operation.lastIndexOf('.')));
  return ledgerState && (isChange || isSettlementTask(task));
}

/** Gives a ledger of pages to another enclave, and changes nothing of it. */
export function isRecovery({ operation }: PlanTask): boolean {
  return operation === 'ledger.recover';
}

/** What tasks of a ledger of pages do to its rows, each in the transaction that records the task. */
@Injectable()
export class PageLedgerTasks {
  readonly #ledgerOf = new WeakMap<Change, LedgerName>();
  #onMoved: (tenant: string, ledger: string) => void = () => undefined;

  constructor(
    private readonly ledgers: PageLedgerStore,
    private readonly batches: BatchStore,
    private readonly queue: IntentQueue,
    private readonly settlements: SettlementTasks,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Called when a batch ended: its ledger may be free for the next one. */
  onMoved(listener: (tenant: string, ledger: string) => void): void {
    this.#onMoved = listener;
  }

  /** Changes that are on record now. */
  written(changes: readonly Change[]): void {
    for (const change of changes) {
      const name = this.#ledgerOf.get(change);
      if (name !== undefined) this.#onMoved(name.tenant, name.ledger);
    }
  }

  /**
   * What the task is told of the ledger; null while it has to wait.
   *
   * @param tasks of the run, whose outputs the task gets
   */
  state(run: RunRow, task: PlanTask, tasks: () => Promise<readonly TaskRow[]>): Promise<JsonObject | null> {
    if (isSettlementTask(task)) return this.settlements.state(run, task, ledgerOf(task), tasks);
    return this.ledgers.stateFor(run.tenant, ledgerOf(task), run.runId);
  }

  /** Worker whose enclave has the ledger that the task asks for a change or an intent; null: whichever comes. */
  async holder(run: RunRow, task: PlanTask): Promise<string | null> {
    const inEnclave = task.completes === null && !task.operation.endsWith('.replay');
    if (!inEnclave || !isPageLedgerTask(task)) return null;
    return (await this.ledgers.find(run.tenant, ledgerOf(task)))?.holder ?? null;
  }

  /** Whether a statement is about another change than the one that is under way. Honest workers make none such. */
  mismatch(run: RunRow, task: PlanTask, predicate: StepPredicate, tasks: readonly TaskRow[]): string | null {
    if (isSettlementTask(task) && !task.operation.endsWith('.replay')) {
      const receipt = statedPageReceipt(predicate.public)?.receipt;
      const submits = task.completes === null;
      return submits || receipt?.ledger === ledgerOf(task) ? null : 'RECEIPT_INVALID';
    }
    if (task.completes === null) {
      const receipt = statedPageReceipt(predicate.public)?.receipt;
      const intents = run.inputs.find(({ name }) => name === 'intents')?.commitment ?? null;
      const outcomes = predicate.outputs.find(({ port }) => port === 'outcomes')?.commitment ?? null;
      const isOwn =
        receipt?.ledger === ledgerOf(task) &&
        receipt.runId === run.runId &&
        (receipt.event !== 'batch' || receipt.intents?.digest === intents) &&
        receipt.outcomes === outcomes;
      return isOwn ? null : 'RECEIPT_INVALID';
    }
    const { receipt } = receiptOf(authorizing(task, tasks), task);
    return makesPagesOf(receipt, predicate) ? null : 'STATE_ROOT_MISMATCH';
  }

  /**
   * A signed change keeps its ledger until it is made. Then the head moves, and whoever submitted can read what became
   * of it.
   *
   * @param outputs what the task made
   */
  succeeded(
    { run, tasks }: RunView,
    task: PlanTask,
    time: Date,
    outputs: readonly TaskOutputRow[] = [],
  ): Change | null {
    if (isSettlementTask(task)) {
      const submission = this.settlements.submission(run, task, ledgerOf(task), outputs);
      return submission === null ? null : this.#about(run, task, submission);
    }
    if (isRecovery(task)) {
      return this.#about(run, task, (transaction) =>
        this.ledgers.recovered(transaction, run.tenant, ledgerOf(task)),
      );
    }
    if (task.completes === null) return null;
    const authorized = authorizing(task, [...tasks.values()]);
    return this.#about(run, task, async (transaction) => {
      const stated = receiptOf(authorized, task);
      await this.ledgers.advance(transaction, run.tenant, stated, time, authorized?.worker ?? null);
      const outcomes = authorized?.outputs?.find(({ port }) => port === 'outcomes')?.blob ?? null;
      const { digest, receipt } = stated;
      const { version } = receipt;
      await this.batches.applied(transaction, run.runId, { version, receipt: digest, outcomes }, time);
      await this.queue.done(transaction, run.runId, version, time);
    });
  }

  /**
   * The task is over without having taken effect. Nothing moved: envelopes go back to the queue. Where the work itself
   * failed they go in halves, until the one that spoils its batches is alone and is refused; where somebody was away
   * they go together again, later.
   */
  failed(
    run: RunRow,
    task: PlanTask,
    { reason, errorClass, time }: { reason: string; errorClass: ErrorClassName; time: Date },
  ): Change {
    // Nothing of a ledger is held for a settlement: an intent in the queue is decided whatever its run does.
    if (isSettlementTask(task)) return () => Promise.resolve();
    const { runId } = run;
    return this.#about(run, task, async (transaction) => {
      await this.ledgers.release(transaction, runId);
      // Its enclave lost the keys; another one may have recovered them.
      if (reason === 'LEDGER_UNKNOWN')
        await this.ledgers.forgetHolder(transaction, run.tenant, ledgerOf(task));
      const batch = await this.batches.failed(transaction, runId, reason, time);
      if (batch === undefined) return;
      this.logger.warn({ batch: runId, ledger: batch.ledger, reason, errorClass }, 'batch failed');
      if (!contentClasses.includes(errorClass) || ledgerReasons.includes(reason)) {
        await this.queue.putBack(transaction, runId, null);
        const leastMs = keyReasons.includes(reason) ? KEY_PAUSE_MS : 0;
        await this.ledgers.delay(transaction, batch, { time, leastMs });
      } else if (batch.envelopes > 1) {
        await this.queue.putBack(transaction, runId, Math.ceil(batch.envelopes / 2));
      } else await this.#failedAlone(transaction, batch, time);
    });
  }

  #about({ tenant }: RunRow, task: PlanTask, change: Change): Change {
    this.#ledgerOf.set(change, { tenant, ledger: ledgerOf(task) });
    return change;
  }

  async #failedAlone(transaction: Transaction, batch: BatchRow, time: Date): Promise<void> {
    const { digest, failures, othersPass } = await this.queue.failedAlone(transaction, batch.batch, time);
    if ((failures > 1 && othersPass) || failures >= FAILURES_ALONE_MAX) {
      await this.queue.refuse(transaction, batch, { digest, reason: ENVELOPE_POISONED, time });
    } else await this.ledgers.delay(transaction, batch, { time });
  }
}

function authorizing({ completes }: PlanTask, tasks: readonly TaskRow[]): TaskRow | undefined {
  return tasks.find(({ taskId }) => taskId === completes);
}

function ledgerOf({ id, parameters }: PlanTask): string {
  const { ledger } = parameters;
  if (typeof ledger !== 'string') throw new Error(`task ${id}: parameters name no ledger`);
  return ledger;
}

/** The receipt under which a change is applied: the fact `receipt` of the task that authorised it. */
function receiptOf(authorized: TaskRow | undefined, task: PlanTask): StatedReceipt {
  const stated = statedPageReceipt((authorized?.public ?? null) as JsonObject | null);
  if (stated?.receipt.ledger === ledgerOf(task)) return stated;
  throw new Error(`task ${task.completes ?? task.id} states no receipt of ledger ${ledgerOf(task)}`);
}
