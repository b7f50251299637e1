import { DBOS } from '@dbos-inc/dbos-sdk';
import { Inject, Injectable } from '@nestjs/common';
import { isCarriedThrough, nextTasks, type Plan, type PlanTask, runStatus, type TaskState } from '#workflow';
import { whileDatabaseAway } from '../database/while-database-away.js';
import { RunCloser } from '../evidence/run-closer.js';
import { PlanStore } from '../plans/plan-store.js';
import { RunStore } from '../runs/run-store.js';
import { LeaseBook, type LeaseRow } from '../sessions/lease-book.js';
import { CLOCK, type Clock } from '../tokens.js';
import { ResultCollector, type TaskResult } from './result-collector.js';
import { TaskDispatcher } from './task-dispatcher.js';

/** Steps of the journal touch the database only. An absence of it is waited out; this is for two who met at a lock. */
const databaseStep = { retriesAllowed: true, maxAttempts: 8, intervalSeconds: 0.2, backoffRate: 2 } as const;

/** After a lease's deadline the collector decides; the extra wait only lets a result in flight arrive. */
const RESULT_GRACE_MS = 250;

/**
 * Interpreter v1: one durable workflow a run, one child workflow a task.
 *
 * The code between journalled steps reads nothing but its arguments, the immutable plan and earlier results, so a
 * replay after a crash takes the same way. Changed behaviour needs a new version beside this one, never an edit:
 * runs in flight replay the version they began with.
 */
@Injectable()
export class RunEngine {
  readonly #run: (runId: string) => Promise<void>;
  readonly #task: (runId: string, taskId: string) => Promise<TaskResult>;

  constructor(
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly leases: LeaseBook,
    private readonly dispatcher: TaskDispatcher,
    private readonly collector: ResultCollector,
    private readonly closer: RunCloser,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#run = DBOS.registerWorkflow((runId: string) => this.#interpret(runId), { name: 'run-v1' });
    this.#task = DBOS.registerWorkflow((runId: string, taskId: string) => this.#perform(runId, taskId), {
      name: 'task-v1',
    });
    leases.onResult((lease) => this.#announce(lease));
  }

  /** Starts a run, once: its id is the workflow's id. */
  async start(runId: string): Promise<void> {
    await DBOS.startWorkflow(this.#run, { workflowID: runId })(runId);
  }

  /** Stops what waits; the interpreter then closes what is open and ends the run. */
  async cancel(runId: string): Promise<void> {
    const plan = await this.#planOf(runId);
    for (const lease of await this.leases.openLeases(runId)) {
      if (isCarriedThrough(taskOf(plan, lease.taskId))) continue;
      await this.leases.revoke(lease.lease, 'CANCELLED');
      await this.#announce(lease);
    }
  }

  /**
   * After a restart: results that were recorded before the crash and perhaps not announced, and runs that were
   * recorded and perhaps not started. Both are idempotent.
   */
  async recover(): Promise<void> {
    for (const runId of await this.runs.unfinished()) {
      await this.start(runId);
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

  /** A repeated announcement is one message: the lease and its fence make the idempotency key. */
  async #announce(lease: LeaseRow): Promise<void> {
    await DBOS.send(
      taskWorkflowId(lease.runId, lease.taskId),
      { lease: lease.lease },
      lease.lease,
      `${lease.lease}/${lease.fence}`,
    );
  }

  async #interpret(runId: string): Promise<void> {
    const plan = await this.#planOf(runId);
    await this.#step('begin', () => this.runs.changeRun(runId, { state: 'RUNNING' }, this.#time()));
    const states: Record<string, TaskState> = {};
    let cancelled = false;
    for (;;) {
      cancelled ||= await this.#step('look', () => this.#shouldStop(runId));
      const next = nextTasks(plan, states, { cancelled });
      for (const taskId of next.skipped) states[taskId] = { status: 'skipped' };
      if (next.skipped.length > 0) {
        await this.#step('skip', () => this.#skip(runId, next.skipped));
      }
      if (next.ready.length === 0) break;
      const handles = [];
      for (const taskId of next.ready) {
        handles.push(
          await DBOS.startWorkflow(this.#task, { workflowID: taskWorkflowId(runId, taskId) })(runId, taskId),
        );
      }
      const results = await Promise.all(handles.map((handle) => handle.getResult().catch(() => null)));
      for (const [index, taskId] of next.ready.entries()) {
        states[taskId] = stateOf(results[index] ?? (await this.#giveUp(runId, taskOf(plan, taskId))));
      }
    }
    const status = runStatus(plan, states, { cancelled });
    await this.#step('close', () => this.closer.close(runId, status));
  }

  async #perform(runId: string, taskId: string): Promise<TaskResult> {
    const plan = await this.#planOf(runId);
    const task = taskOf(plan, taskId);
    let result: TaskResult = { status: 'failed', reason: 'NOT_ATTEMPTED' };
    for (let attempt = 1; attempt <= task.attemptsMax; attempt += 1) {
      const { lease, deadlineMs } = await this.#step('open', () =>
        this.dispatcher.open(runId, task, attempt),
      );
      await DBOS.recv<{ lease: string }>(lease, { deadlineEpochMS: deadlineMs + RESULT_GRACE_MS });
      const collected = await this.#step('collect', () => this.collector.collect(runId, task, lease));
      result = collected.result;
      if (!collected.retry) break;
    }
    await this.#step('finish', () => this.collector.finish(runId, task, result));
    return result;
  }

  /** A task whose workflow itself broke: the run ends as failed, with a bundle, and holds nothing. */
  async #giveUp(runId: string, task: PlanTask): Promise<TaskResult> {
    const result: TaskResult = { status: 'failed', reason: 'INTERNAL' };
    await this.#step('give up', () => this.collector.finish(runId, task, result));
    return result;
  }

  #step<T>(name: string, work: () => Promise<T>): Promise<T> {
    return DBOS.runStep(() => whileDatabaseAway(work), { name, ...databaseStep });
  }

  /** Not journalled: a plan never changes. */
  #planOf(runId: string): Promise<Plan> {
    return whileDatabaseAway(async () => {
      const run = await this.runs.get(runId);
      return (await this.plans.get(run.plan)).plan;
    });
  }

  async #shouldStop(runId: string): Promise<boolean> {
    const run = await this.runs.get(runId);
    return run.cancelRequested || this.clock() >= run.deadline.getTime();
  }

  async #skip(runId: string, taskIds: readonly string[]): Promise<void> {
    for (const taskId of taskIds)
      await this.runs.changeTask(runId, taskId, { state: 'SKIPPED' }, this.#time());
  }

  #time(): Date {
    return new Date(this.clock());
  }
}

function taskWorkflowId(runId: string, taskId: string): string {
  return `${runId}.${taskId}`;
}

function taskOf(plan: Plan, taskId: string): PlanTask {
  const task = plan.tasks.find(({ id }) => id === taskId);
  if (task === undefined) throw new Error(`the plan has no task ${taskId}`);
  return task;
}

function stateOf(result: TaskResult): TaskState {
  if (result.status === 'succeeded') return { status: 'succeeded', public: result.public };
  return { status: result.status };
}
