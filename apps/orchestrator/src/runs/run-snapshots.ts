import { Injectable } from '@nestjs/common';
import { asc, sql } from 'drizzle-orm';
import { Database, type Queries } from '../database/database.js';
import { leases, runs, tasks } from '../database/schema.js';
import { SharedReads } from '../database/shared-reads.js';

/** What is shown of a run, of its tasks and of the times that they were given out: their rows may hold much more. */
const runColumns = {
  runId: runs.runId,
  tenant: runs.tenant,
  plan: runs.plan,
  state: runs.state,
  reason: runs.reason,
  bundle: runs.bundle,
  previousRun: runs.previousRun,
  workflowRevision: runs.workflowRevision,
  cancelRequested: runs.cancelRequested,
  deadline: runs.deadline,
  createdAt: runs.createdAt,
  endedAt: runs.endedAt,
};

const taskColumns = {
  runId: tasks.runId,
  taskId: tasks.taskId,
  operation: tasks.operation,
  state: tasks.state,
  attempt: tasks.attempt,
  worker: tasks.worker,
  reason: tasks.reason,
  public: tasks.public,
  outputs: tasks.outputs,
  startedAt: tasks.startedAt,
  endedAt: tasks.endedAt,
};

const attemptColumns = {
  runId: leases.runId,
  taskId: leases.taskId,
  attempt: leases.attempt,
  fence: leases.fence,
  worker: leases.worker,
  reason: leases.reason,
  errorClass: leases.errorClass,
  sentAt: leases.sentAt,
  endedAt: leases.endedAt,
};

type Reads = ReturnType<typeof prepareReads>;

export type ShownRun = Awaited<ReturnType<Reads['runs']['execute']>>[number];
export type ShownTask = Awaited<ReturnType<Reads['tasks']['execute']>>[number];
export type ShownAttempt = Awaited<ReturnType<Reads['attempts']['execute']>>[number];

/** A run as one read found it. */
export interface RunSnapshot {
  readonly run: ShownRun;
  readonly tasks: readonly ShownTask[];
  readonly attempts: readonly ShownAttempt[];
}

/** Runs for those who look at them, of whom there may be many at once. Reads what is there now, whoever wrote it. */
@Injectable()
export class RunSnapshots {
  readonly #prepared = new WeakMap<Queries, Reads>();
  readonly #reads = new SharedReads((runIds) => this.#read(runIds));

  constructor(private readonly database: Database) {}

  /** Undefined where the caller has no such run. */
  find(runId: string): Promise<RunSnapshot | undefined> {
    return this.#reads.get(runId);
  }

  /** Of many runs, with one question; by their names in each. */
  async tasksOf(runIds: readonly string[]): Promise<ReadonlyMap<string, readonly ShownTask[]>> {
    if (runIds.length === 0) return new Map();
    const found = await this.#reading().tasks.execute({ runIds });
    return Map.groupBy(found, ({ runId }) => runId);
  }

  #reading(): Reads {
    const { queries } = this.database;
    const reads = this.#prepared.get(queries) ?? prepareReads(queries);
    this.#prepared.set(queries, reads);
    return reads;
  }

  async #read(runIds: readonly string[]): Promise<ReadonlyMap<string, RunSnapshot>> {
    const reads = this.#reading();
    const snapshots = new Map<string, RunSnapshot & { tasks: ShownTask[]; attempts: ShownAttempt[] }>();
    for (const run of await reads.runs.execute({ runIds })) {
      snapshots.set(run.runId, { run, tasks: [], attempts: [] });
    }
    for (const task of await reads.tasks.execute({ runIds })) snapshots.get(task.runId)?.tasks.push(task);
    for (const attempt of await reads.attempts.execute({ runIds }))
      snapshots.get(attempt.runId)?.attempts.push(attempt);
    return snapshots;
  }
}

/** Built once for each pool; one text whatever number of runs is asked for, so that the server plans it once. */
function prepareReads(queries: Queries) {
  const runIds = sql.placeholder('runIds');
  return {
    runs: queries
      .select(runColumns)
      .from(runs)
      .where(sql`${runs.runId} = any(${runIds})`)
      .prepare('shown_runs'),
    tasks: queries
      .select(taskColumns)
      .from(tasks)
      .where(sql`${tasks.runId} = any(${runIds})`)
      .orderBy(asc(tasks.taskId))
      .prepare('shown_tasks'),
    attempts: queries
      .select(attemptColumns)
      .from(leases)
      .where(sql`${leases.runId} = any(${runIds})`)
      .orderBy(asc(leases.fence))
      .prepare('shown_attempts'),
  };
}
