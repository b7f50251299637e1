import { Injectable } from '@nestjs/common';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { leases, tasks } from '../database/schema.js';
import { ownShard } from '../quotas/usage-book.js';
import type { LeaseRow } from '../sessions/lease-book.js';
import type { RunDraft } from './run-draft.js';
import { GENESIS } from './run-events.js';
import { RunSignal } from './run-signal.js';
import { RunStore, type TaskRow, terminalStates } from './run-store.js';
import { outStates, type RunView } from './run-view.js';

/** What waits for the leases of a run that goes on from its rows. */
export const ROWS = 'rows';

/** PostgreSQL, error codes: unique_violation. */
const UNIQUE_VIOLATION = '23505';
const EVENTS_KEY = 'run_events_run_id_sequence_pk';

/** Somebody else appended an event first: what was known is old. */
export class RunMoved extends Error {
  override readonly name = 'RunMoved';
}

/**
 * Reads a run whole, and writes drafts of it: one statement, which fails as a whole when the run has moved on since.
 *
 * The row of the run is locked before anything is written, as by everybody who changes a run: they wait for each other,
 * and the one who comes second and did not read again finds its event's number taken.
 */
@Injectable()
export class RunWriter {
  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly signal: RunSignal,
  ) {}

  async read(runId: string): Promise<RunView> {
    // The head comes first: what is read after it may be newer, and then a draft of it is refused.
    const head = await this.runs.head(runId);
    const [run, rows, out] = await Promise.all([
      this.runs.get(runId),
      this.runs.tasks(runId),
      this.#out(runId),
    ]);
    return {
      run,
      tasks: new Map(rows.map((task) => [task.taskId, task])),
      out: new Map(out.map((lease) => [lease.taskId, lease])),
      head: head ?? { sequence: 0, digest: GENESIS },
    };
  }

  /**
   * @returns the rows of the leases that the draft opened
   * @throws RunMoved
   */
  async write(draft: RunDraft): Promise<LeaseRow[]> {
    let fences: Fence[];
    try {
      fences =
        draft.others.length === 0
          ? await write(this.database.queries, draft)
          : await this.database.queries.transaction(async (transaction) => {
              const written = await write(transaction, draft);
              for (const change of draft.others) await change(transaction);
              return written;
            });
    } catch (error) {
      if (isTaken(error)) throw new RunMoved(`run ${draft.base.run.runId} moved on`, { cause: error });
      throw error;
    }
    const { run } = draft.view;
    this.signal.notify(run.runId, terminalStates.includes(run.state));
    return draft.leases.flatMap((lease) => {
      const fence = fences.find((each) => each.lease === lease.lease)?.fence;
      return fence === undefined ? [] : [{ ...emptyLease, ...lease, runId: run.runId, fence: BigInt(fence) }];
    });
  }

  #out(runId: string): Promise<LeaseRow[]> {
    const current = and(
      eq(leases.runId, tasks.runId),
      eq(leases.taskId, tasks.taskId),
      eq(leases.attempt, tasks.attempt),
    );
    return this.database.queries
      .select({ lease: leases })
      .from(tasks)
      .innerJoin(leases, current)
      .where(and(eq(tasks.runId, runId), inArray(tasks.state, [...outStates])))
      .then((rows) => rows.map(({ lease }) => lease));
  }
}

type Fence = { lease: string; fence: string };

const emptyLease = {
  waiter: ROWS,
  worker: null,
  bootId: null,
  ledgerState: null,
  reason: null,
  errorClass: null,
  endedAt: null,
  result: null,
  sentAt: null,
} as const;

async function write(queries: Queries | Transaction, draft: RunDraft): Promise<Fence[]> {
  const { run } = draft.view;
  const ended = run.endedAt?.toISOString() ?? null;
  const { rows } = await queries.execute<Fence>(sql`
    with held as materialized (
      select run_id from sealflow.runs where run_id = ${run.runId} for update
    ), changed as (
      update sealflow.runs set state = ${run.state}, reason = ${run.reason}, paused_from = ${run.pausedFrom},
        bundle = ${run.bundle}, ended_at = ${ended}::timestamptz
      from held where runs.run_id = held.run_id and ${run !== draft.base.run}::boolean
    ), done as (
      update sealflow.tasks set state = c.state, attempt = c.attempt, worker = c.worker, reason = c.reason,
        public = c.public, statement = c.statement, outputs = c.outputs, blobs = c.blobs,
        memory_mib = c.memory_mib, started_at = c.started_at, ended_at = c.ended_at, failures = c.failures,
        retry_at = c.retry_at, awaits_input = c.awaits_input
      from held, jsonb_to_recordset(${JSON.stringify(draft.changedTasks.map(taskJson))}::jsonb) as c(
        task_id text, state text, attempt int, worker text, reason text, public jsonb, statement text, outputs jsonb,
        blobs jsonb, memory_mib int, started_at timestamptz, ended_at timestamptz, failures int,
        retry_at timestamptz, awaits_input boolean)
      where tasks.run_id = held.run_id and tasks.task_id = c.task_id
    ), appended as (
      insert into sealflow.run_events (run_id, sequence, task_id, body, prev_digest, digest, time)
      select held.run_id, e.sequence, e."taskId", e.body, e."prevDigest", e.digest, ${draft.time.toISOString()}::timestamptz
      from held, jsonb_to_recordset(${JSON.stringify(draft.events)}::jsonb) as e(
        sequence int, "taskId" text, body jsonb, "prevDigest" text, digest text)
    ), counted as (
      insert into sealflow.usage_days (tenant, day, counter, shard, amount)
      select ${run.tenant}::text, (now() at time zone 'UTC')::date, key, ${ownShard}, value::bigint
      from held, jsonb_each_text(${JSON.stringify(draft.usage)}::jsonb) where value::bigint <> 0 order by key
      on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount
    )
    insert into sealflow.leases (lease, run_id, task_id, attempt, operation, state, deadline, waiter, priority)
    select l.lease, held.run_id, l."taskId", l.attempt, l.operation, l.state, l.deadline, ${ROWS}::text, l.priority
    from held, jsonb_to_recordset(${JSON.stringify(draft.leases)}::jsonb) as l(
      lease text, "taskId" text, attempt int, operation text, state text, deadline timestamptz, priority int)
    on conflict (lease) do nothing
    returning lease, fence::text as fence`);
  return rows;
}

function taskJson(task: TaskRow): object {
  return {
    task_id: task.taskId,
    state: task.state,
    attempt: task.attempt,
    worker: task.worker,
    reason: task.reason,
    public: task.public,
    statement: task.statement,
    outputs: task.outputs,
    blobs: task.blobs,
    memory_mib: task.memoryMib,
    started_at: task.startedAt,
    ended_at: task.endedAt,
    failures: task.failures,
    retry_at: task.retryAt,
    awaits_input: task.awaitsInput,
  };
}

/** The query builder wraps what the driver says. */
function isTaken(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (
      'code' in each &&
      each.code === UNIQUE_VIOLATION &&
      'constraint' in each &&
      each.constraint === EVENTS_KEY
    ) {
      return true;
    }
  }
  return false;
}
