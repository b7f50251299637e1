import { DBOS } from '@dbos-inc/dbos-sdk';
import { Injectable } from '@nestjs/common';
import { isCarriedThrough } from '#workflow';
import { asSystem } from '../auth/call-context.js';
import { dbosJournal } from '../interpreters/journal.js';
import { taskOf, taskWorkflowId } from '../interpreters/run-parts.js';
import { RunV1 } from '../interpreters/run-v1.js';
import { MAIL, type RunMail, RunV2 } from '../interpreters/run-v2.js';
import { type RunRow, RunStore } from '../runs/run-store.js';
import { LeaseBook, type LeaseRow } from '../sessions/lease-book.js';
import { CrashWatch } from './crash-watch.js';
import type { TaskResult } from './result-collector.js';
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

  constructor(
    private readonly runs: RunStore,
    private readonly leases: LeaseBook,
    private readonly work: RunWork,
    private readonly crashes: CrashWatch,
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
    leases.onResult((lease) => this.#announce(lease));
  }

  /** Starts a run, once: its id is the workflow's id. */
  start(runId: string): Promise<void> {
    return asSystem(() => this.#start(runId));
  }

  async #start(runId: string): Promise<void> {
    const run = await this.runs.get(runId);
    if (run.interpreter !== 'v1') this.crashes.begins(runId);
    await this.#startWorkflow(run);
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
    await DBOS.send(workflowIdOf(run), mail, MAIL);
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

  async #startWorkflow(run: RunRow): Promise<void> {
    const workflowID = workflowIdOf(run);
    if (run.interpreter === 'v1') await DBOS.startWorkflow(this.#runV1, { workflowID })(run.runId);
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

  /** A repeated announcement is one message: the lease and its fence make the idempotency key. */
  async #announce({ lease, fence, runId, taskId, waiter }: LeaseRow): Promise<void> {
    const [to, topic] = waiter === null ? [taskWorkflowId(runId, taskId), lease] : [waiter, MAIL];
    await DBOS.send(to, { lease }, topic, `${lease}/${fence}`);
  }
}

/** A run has one workflow, and another one for each time that it is taken up again after an end. */
export function workflowIdOf({ runId, generation }: Pick<RunRow, 'runId' | 'generation'>): string {
  return generation === 1 ? runId : `${runId}~${generation}`;
}
