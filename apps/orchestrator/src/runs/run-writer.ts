import { Injectable } from '@nestjs/common';
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { leases, tasks } from '../database/schema.js';
import { SharedWrites } from '../database/shared-writes.js';
import { ownShard } from '../quotas/usage-book.js';
import type { LeaseRow } from '../sessions/lease-book.js';
import type { RunDraft } from './run-draft.js';
import { GENESIS } from './run-events.js';
import { RunSignal } from './run-signal.js';
import { RunStore, type TaskRow, terminalStates } from './run-store.js';
import { outStates, type RunView } from './run-view.js';

/** What waits for the leases of a run that goes on from its rows. */
export const ROWS = 'rows';

/** Drafts that are written together at most. */
const DRAFTS_MAX = 64;

/** Times that a run is read which others change at the same moment. */
const READS_MAX = 20;
const BEGINNING = { sequence: 0, digest: GENESIS };

/** PostgreSQL, error codes: unique_violation. */
const UNIQUE_VIOLATION = '23505';
const EVENTS_KEY = 'run_events_run_id_sequence_pk';

/** Somebody else appended an event first: what was known is old. */
export class RunMoved extends Error {
  override readonly name = 'RunMoved';
}

/**
 * Reads a run whole, and writes drafts of it: one statement, which fails as a whole when the run has moved on since.
 * Drafts of several runs that come at the same time share the statement, and each is by itself when that fails.
 *
 * The row of the run is locked before anything is written, as by everybody who changes a run: they wait for each other,
 * and the one who comes second and did not read again finds its event's number taken.
 */
@Injectable()
export class RunWriter {
  readonly #writes = new SharedWrites<RunDraft, readonly Fence[] | null>(
    (drafts) => this.#writeShared(drafts),
    DRAFTS_MAX,
  );

  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly signal: RunSignal,
  ) {}

  /**
   * The run as it was at one moment: a task that is out without the lease that somebody opened a moment ago would look
   * as if nothing were left to wait for.
   *
   * @throws RunMoved when it moves on faster than it can be read
   */
  async read(runId: string): Promise<RunView> {
    let head = (await this.runs.head(runId)) ?? BEGINNING;
    for (let tries = 0; tries < READS_MAX; tries += 1) {
      const [run, rows, out] = await Promise.all([
        this.runs.get(runId),
        this.runs.tasks(runId),
        this.#out(runId),
      ]);
      // Three statements see three moments. Whatever changes one of the three appends an event.
      const after = (await this.runs.head(runId)) ?? BEGINNING;
      if (after.sequence === head.sequence) {
        return {
          run,
          tasks: new Map(rows.map((task) => [task.taskId, task])),
          out: new Map(out.map((lease) => [lease.taskId, lease])),
          head,
        };
      }
      head = after;
    }
    throw new RunMoved(`run ${runId} moved on during each of ${READS_MAX} reads`);
  }

  /**
   * @returns the rows of the leases that the draft opened
   * @throws RunMoved
   */
  async write(draft: RunDraft): Promise<LeaseRow[]> {
    let fences: readonly Fence[];
    try {
      fences = await this.#write(draft);
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

  async #write(draft: RunDraft): Promise<readonly Fence[]> {
    if (draft.others.length === 0) {
      return (await this.#writes.add(draft)) ?? (await write(this.database.queries, [draft], WAIT)).fences;
    }
    return await this.database.queries.transaction(async (transaction) => {
      const { fences } = await write(transaction, [draft], WAIT);
      for (const change of draft.others) await change(transaction);
      return fences;
    });
  }

  /** @returns null for a run that somebody else holds: nobody but its own draft waits for it */
  async #writeShared(drafts: readonly RunDraft[]): Promise<(readonly Fence[] | null)[]> {
    const { fences, held } = await write(this.database.queries, drafts, PASS_BY);
    return drafts.map(({ base, leases }) =>
      held.has(base.run.runId)
        ? fences.filter((fence) => leases.some(({ lease }) => lease === fence.lease))
        : null,
    );
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

/** What is done about a run that somebody else changes at the moment. */
const WAIT = sql`for update`;
const PASS_BY = sql`for update skip locked`;

interface Written {
  readonly fences: readonly Fence[];
  /** Runs that were written; of each draft all or nothing. */
  readonly held: ReadonlySet<string>;
}

async function write(
  queries: Queries | Transaction,
  drafts: readonly RunDraft[],
  lock: SQL,
): Promise<Written> {
  const ofAll = (rows: (draft: RunDraft) => readonly object[]): string =>
    JSON.stringify(
      drafts.flatMap((draft) => rows(draft).map((row) => ({ run_id: draft.base.run.runId, ...row }))),
    );
  const { rows } = await queries.execute<{
    run_id: string | null;
    lease: string | null;
    fence: string | null;
  }>(sql`
    with held as materialized (
      select run_id from sealflow.runs
      where run_id = any(${sql.param(drafts.map(({ base }) => base.run.runId))}::text[]) order by run_id ${lock}
    ), changed as (
      update sealflow.runs set state = r.state, reason = r.reason, paused_from = r.paused_from, bundle = r.bundle,
        ended_at = r.ended_at, integrity = r.integrity, confidentiality = r.confidentiality, assurance = r.assurance
      from held join jsonb_to_recordset(${ofAll(changedRun)}::jsonb) as r(
        run_id text, state text, reason text, paused_from text, bundle text, ended_at timestamptz, integrity text,
        confidentiality text, assurance text) using (run_id)
      where runs.run_id = held.run_id
    ), done as (
      update sealflow.tasks set state = c.state, attempt = c.attempt, worker = c.worker, reason = c.reason,
        public = c.public, statement = c.statement, outputs = c.outputs, blobs = c.blobs,
        memory_mib = c.memory_mib, started_at = c.started_at, ended_at = c.ended_at, failures = c.failures,
        retry_at = c.retry_at, awaits_input = c.awaits_input
      from held join jsonb_to_recordset(${ofAll(({ changedTasks }) => changedTasks.map(taskJson))}::jsonb) as c(
        run_id text, task_id text, state text, attempt int, worker text, reason text, public jsonb, statement text,
        outputs jsonb, blobs jsonb, memory_mib int, started_at timestamptz, ended_at timestamptz, failures int,
        retry_at timestamptz, awaits_input boolean) using (run_id)
      where tasks.run_id = held.run_id and tasks.task_id = c.task_id
    ), appended as (
      insert into sealflow.run_events (run_id, sequence, task_id, body, prev_digest, digest, time)
      select held.run_id, e.sequence, e."taskId", e.body, e."prevDigest", e.digest, e.time
      from held join jsonb_to_recordset(${ofAll(({ events, time }) => events.map((event) => ({ ...event, time })))}::jsonb) as e(
        run_id text, sequence int, "taskId" text, body jsonb, "prevDigest" text, digest text, time timestamptz)
        using (run_id)
    ), counted as (
      insert into sealflow.usage_days (tenant, day, counter, shard, amount)
      select u.tenant, (now() at time zone 'UTC')::date, u.counter, ${ownShard}, sum(u.amount)::bigint
      from held join jsonb_to_recordset(${ofAll(usageOf)}::jsonb) as u(
        run_id text, tenant text, counter text, amount bigint) using (run_id)
      group by u.tenant, u.counter having sum(u.amount) <> 0 order by u.tenant, u.counter
      on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount
    ), opened as (
      insert into sealflow.leases (lease, run_id, task_id, attempt, operation, state, deadline, waiter, priority)
      select l.lease, held.run_id, l."taskId", l.attempt, l.operation, l.state, l.deadline, ${ROWS}::text, l.priority
      from held join jsonb_to_recordset(${ofAll(({ leases }) => leases)}::jsonb) as l(
        run_id text, lease text, "taskId" text, attempt int, operation text, state text, deadline timestamptz,
        priority int) using (run_id)
      on conflict (lease) do nothing
      returning lease, fence::text as fence
    )
    select run_id, null as lease, null as fence from held union all select null, lease, fence from opened`);
  const fences: Fence[] = [];
  for (const { lease, fence } of rows) if (lease !== null && fence !== null) fences.push({ lease, fence });
  return { fences, held: new Set(rows.flatMap(({ run_id }) => run_id ?? [])) };
}

function changedRun({ base, view: { run } }: RunDraft): object[] {
  if (run === base.run) return [];
  const { state, reason, pausedFrom, bundle, endedAt, integrity, confidentiality, assurance } = run;
  const levels = { integrity, confidentiality, assurance };
  return [{ state, reason, paused_from: pausedFrom, bundle, ended_at: endedAt, ...levels }];
}

function usageOf({ usage, view: { run } }: RunDraft): object[] {
  return Object.entries(usage).map(([counter, amount]) => ({ tenant: run.tenant, counter, amount }));
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
