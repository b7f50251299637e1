import { AsyncResource } from 'node:async_hooks';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { Injectable } from '@nestjs/common';
import { isCarriedThrough } from '#workflow';
import { asSystem } from '../auth/call-context.js';
import { dbosJournal } from '../interpreters/journal.js';
import { type Mail, Mailboxes } from '../interpreters/mailbox.js';
import { taskOf, taskWorkflowId } from '../interpreters/run-parts.js';
import { RunV1 } from '../interpreters/run-v1.js';
import { MAIL, type RunMail, RunV2 } from '../interpreters/run-v2.js';
import { RunV3 } from '../interpreters/run-v3.js';
import { type RunRow, RunStore } from '../runs/run-store.js';
import type { RunView } from '../runs/run-view.js';
import { ROWS } from '../runs/run-writer.js';
import { LeaseBook, type LeaseRow } from '../sessions/lease-book.js';
import { CrashWatch } from './crash-watch.js';
import type { TaskResult } from './result-collector.js';
import { RunSteps } from './run-steps.js';
import { RunWork } from './run-work.js';

/** States of a durable workflow that ended without ending its run. */
const brokenStates: readonly string[] = ['ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', 'CANCELLED'];
/** The watch for crashes parks a run long before; a person may wait through many restarts. */
const RECOVERIES_MAX = 100_000;

/**
 * Starts runs, each under the interpreter that it began with, tells them what happens, and takes them up again after
 * a crash. Interpreters stand side by side, so that a new release finishes the runs of the one before.
 */
@Injectable()
export class RunEngine {
  readonly #runV1: (runId: string) => Promise<void>;
  readonly #runV2: (runId: string, workflowId: string) => Promise<void>;
  readonly #runV3: (runId: string) => Promise<void>;
  readonly #mail = new Mailboxes();
  /** Rows of runs that begin here, which nobody has to read again. */
  readonly #begun = new Map<string, RunView>();
  /**
   * The context of no workflow. A run that begins because another one did something, as batches of a ledger do, would
   * be that one's child to the engine, which refuses children of a workflow that has ended.
   */
  readonly #outside = new AsyncResource('RunEngine');
  #elsewhere: (runId: string) => void = () => undefined;

  constructor(
    private readonly runs: RunStore,
    private readonly leases: LeaseBook,
    private readonly work: RunWork,
    private readonly crashes: CrashWatch,
    steps: RunSteps,
  ) {
    const v1 = new RunV1(work, dbosJournal);
    v1.task = DBOS.registerWorkflow(
      (runId: string, taskId: string): Promise<TaskResult> => asSystem(() => v1.perform(runId, taskId)),
      { name: 'task-v1' },
    );
    this.#runV1 = DBOS.registerWorkflow((runId: string) => asSystem(() => v1.interpret(runId)), {
      name: 'run-v1',
    });
    const v2 = new RunV2(work, dbosJournal);
    this.#runV2 = DBOS.registerWorkflow(
      // A call may have begun it; what it does, the orchestrator does.
      (runId: string, workflowId: string) =>
        asSystem(() => this.#guarded(runId, () => v2.interpret(runId, workflowId))),
      { name: 'run-v2', maxRecoveryAttempts: RECOVERIES_MAX },
    );
    const v3 = new RunV3(steps);
    this.#runV3 = DBOS.registerWorkflow(
      (runId: string) =>
        asSystem(() =>
          this.#guarded(runId, async () => {
            using mailbox = this.#mail.open(runId);
            const known = this.#begun.get(runId) ?? null;
            this.#begun.delete(runId);
            await v3.interpret(runId, mailbox, known);
          }),
        ),
      { name: 'run-v3', maxRecoveryAttempts: RECOVERIES_MAX },
    );
    leases.onResult((lease) => this.#announce(lease));
  }

  /** Called with each run whose interpreter may be at another replica, and has news. */
  onElsewhere(listener: (runId: string) => void): void {
    this.#elsewhere = listener;
  }

  /**
   * Starts a run, once: its id is the workflow's id.
   *
   * @param begun its rows, where they were inserted just now
   */
  start(run: RunRow, begun: RunView | null): Promise<void> {
    return asSystem(async () => {
      if (run.interpreter !== 'v1') this.crashes.begins(run.runId);
      if (run.interpreter === 'v3' && begun !== null) this.#begun.set(run.runId, begun);
      await this.#startWorkflow(run);
    });
  }

  /** Stops what waits; the interpreter then closes what is open and ends the run. */
  cancel(runId: string): Promise<void> {
    return asSystem(() => this.#cancel(runId));
  }

  async #cancel(runId: string): Promise<void> {
    const plan = await this.work.planOf(runId);
    for (const lease of await this.leases.openLeases(runId)) {
      if (isCarriedThrough(taskOf(plan, lease.taskId))) continue;
      await this.leases.revoke(lease.lease, 'CANCELLED');
      await this.#announce(lease);
    }
    await this.tell(await this.runs.get(runId), { look: true });
  }

  /** Takes a run up again under its next workflow. */
  goOn(runId: string): Promise<void> {
    return asSystem(async () => this.#startWorkflow(await this.runs.get(runId)));
  }

  /** Tells the interpreter of a run that somebody asked something of it. */
  async tell(run: RunRow, mail: RunMail): Promise<void> {
    if (run.interpreter === 'v1') return;
    if (run.interpreter === 'v3') this.#post(run.runId, { look: true });
    else await DBOS.send(workflowIdOf(run), mail, MAIL);
  }

  /** The rows of a run changed, says another replica. */
  wake(runId: string): void {
    this.#mail.post(runId, { look: true });
  }

  /** What was said of rows may have been lost on the way: whoever did not act on them is told again. */
  async remind(): Promise<void> {
    for (const runId of await this.runs.unheard()) this.#post(runId, { look: true });
  }

  /**
   * After a restart: results that were recorded before the crash and perhaps not announced, and runs that were
   * recorded and perhaps not started. Both are idempotent.
   */
  async recover(): Promise<void> {
    for (const runId of await this.runs.unfinished()) {
      const run = await this.runs.get(runId);
      const status = await DBOS.getWorkflowStatus(workflowIdOf(run));
      if (status !== null && brokenStates.includes(status.status)) {
        await this.work.park(runId, `INTERPRETER_FAILED: ${status.status}`);
        continue;
      }
      await this.#startWorkflow(run);
      if (run.interpreter === 'v3') continue;
      for (const lease of await this.leases.answered(runId)) await this.#announce(lease);
    }
  }

  /**
   * Goes on with what a dead replica had begun. The engine gives each workflow to one replica, and who was wrongly
   * called dead finds that it no longer owns them.
   *
   * @returns how many workflows were left
   */
  async takeOver(executorId: string): Promise<number> {
    const left = await DBOS.listWorkflows({
      status: 'PENDING',
      executorId,
      loadInput: false,
      loadOutput: false,
    });
    const ids = left.map(({ workflowID }) => workflowID);
    if (ids.length === 0) return 0;
    await DBOS.resumeWorkflows(ids);
    await this.recover();
    return ids.length;
  }

  #startWorkflow(run: RunRow): Promise<void> {
    return this.#outside.runInAsyncScope(() => asSystem(() => this.#startOutside(run)));
  }

  async #startOutside(run: RunRow): Promise<void> {
    const workflowID = workflowIdOf(run);
    if (run.interpreter === 'v1') await DBOS.startWorkflow(this.#runV1, { workflowID })(run.runId);
    else if (run.interpreter === 'v3') await DBOS.startWorkflow(this.#runV3, { workflowID })(run.runId);
    else await DBOS.startWorkflow(this.#runV2, { workflowID })(run.runId, workflowID);
  }

  /** A run at which the process ended again and again is parked instead of executed once more. */
  async #guarded(runId: string, interpret: () => Promise<void>): Promise<void> {
    const step = await this.crashes.poison(runId);
    if (step !== null) {
      await this.work.park(runId, `INTERPRETER_CRASHED: ${step}`);
      return;
    }
    try {
      await interpret();
    } finally {
      this.crashes.ends(runId);
    }
  }

  /** To the interpreter here, if it is here; all others are told to look. */
  #post(runId: string, mail: Mail): void {
    if (!this.#mail.post(runId, mail)) this.#elsewhere(runId);
  }

  /** A repeated announcement is one message: the lease and its fence make the idempotency key. */
  async #announce(row: LeaseRow): Promise<void> {
    const { lease, fence, runId, taskId, waiter } = row;
    if (waiter === ROWS) {
      const isOpen = row.state === 'queued' || row.state === 'sent';
      this.#post(runId, isOpen ? { look: true } : { lease: row });
      return;
    }
    const [to, topic] = waiter === null ? [taskWorkflowId(runId, taskId), lease] : [waiter, MAIL];
    await DBOS.send(to, { lease }, topic, `${lease}/${fence}`);
  }
}

/** A run has one workflow, and another one for each time that it is taken up again after an end. */
export function workflowIdOf({ runId, generation }: Pick<RunRow, 'runId' | 'generation'>): string {
  return generation === 1 ? runId : `${runId}~${generation}`;
}
