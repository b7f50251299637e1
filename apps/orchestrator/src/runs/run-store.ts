import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { JsonObject } from '#canonical';
import { ApiError } from '#contracts';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { leases, runEvents, runs, tasks } from '../database/schema.js';
import type { ListQuery } from '../listing/list-query.js';
import { LogStore } from '../log/log-store.js';
import { QuotaBook } from '../quotas/quota-book.js';
import { type ListedRun, listedColumns } from './listed-run.js';
import { requireEtag } from './run-etag.js';
import { eventDigest, GENESIS, runEventBody, taskEventBody } from './run-events.js';
import { RunSignal } from './run-signal.js';
import type { RunView } from './run-view.js';

export type RunRow = typeof runs.$inferSelect;
export type NewRun = typeof runs.$inferInsert;
export type TaskRow = typeof tasks.$inferSelect;
export type EventRow = typeof runEvents.$inferSelect;

export const runStates = [
  'PENDING',
  'RUNNING',
  'AWAITING_APPROVAL',
  'AWAITING_INPUT',
  'PAUSED',
  'PARKED',
  'SUCCEEDED',
  'REJECTED',
  'FAILED',
  'CANCELLED',
  'EXPIRED',
] as const;

export type RunStateName = (typeof runStates)[number];

export const terminalStates: readonly string[] = ['SUCCEEDED', 'REJECTED', 'FAILED', 'CANCELLED', 'EXPIRED'];

/** Runs that an interpreter works on; a parked one waits for a person. */
const activeStates = ['PENDING', 'RUNNING', 'AWAITING_APPROVAL', 'AWAITING_INPUT', 'PAUSED'];

/** Where the events of a run stand. */
export interface RunHead {
  readonly sequence: number;
  readonly digest: string;
}

export type TaskChange = Partial<Omit<TaskRow, 'runId' | 'taskId' | 'operation'>>;
export type RunChange = Partial<
  Pick<
    RunRow,
    | 'state'
    | 'reason'
    | 'bundle'
    | 'endedAt'
    | 'cancelRequested'
    | 'integrity'
    | 'confidentiality'
    | 'assurance'
  >
>;

/**
 * Runs, their tasks, and the chained list of what happened to them.
 * Every change and its event are one transaction, so a watcher sees each change once and in order.
 */
@Injectable()
export class RunStore {
  constructor(
    private readonly database: Database,
    private readonly signal: RunSignal,
  ) {}

  async find(runId: string): Promise<RunRow | undefined> {
    const [row] = await this.database.queries.select().from(runs).where(eq(runs.runId, runId));
    return row;
  }

  async get(runId: string): Promise<RunRow> {
    const row = await this.find(runId);
    if (row === undefined) throw new ApiError('NOT_FOUND', `no run ${runId}`);
    return row;
  }

  /** A run of another tenant does not exist for the caller. */
  async getForTenant(tenant: string, runId: string): Promise<RunRow> {
    const row = await this.find(runId);
    if (row?.tenant !== tenant) throw noRunOf(tenant, runId);
    return row;
  }

  async findByRequest(tenant: string, requestId: string): Promise<RunRow | undefined> {
    const [row] = await this.database.queries
      .select()
      .from(runs)
      .where(and(eq(runs.tenant, tenant), eq(runs.requestId, requestId)));
    return row;
  }

  async list(tenant: string, query: ListQuery<ListedRun>): Promise<ListedRun[]> {
    return this.#page(eq(runs.tenant, tenant), query);
  }

  /** Runs that ended with a bundle. */
  async bundles(tenant: string, query: ListQuery<ListedRun>): Promise<ListedRun[]> {
    return this.#page(and(eq(runs.tenant, tenant), isNotNull(runs.bundle)), query);
  }

  /** Runs with a bundle that ended in the period. */
  async judgeable(
    tenant: string,
    { fromMs, toMs }: { readonly fromMs: number | null; readonly toMs: number | null },
    query: ListQuery<ListedRun>,
  ): Promise<ListedRun[]> {
    return this.#page(
      and(
        eq(runs.tenant, tenant),
        isNotNull(runs.bundle),
        fromMs === null ? undefined : gte(runs.endedAt, new Date(fromMs)),
        toMs === null ? undefined : lt(runs.endedAt, new Date(toMs)),
      ),
      query,
    );
  }

  #page(condition: SQL | undefined, { where, orderBy, limit }: ListQuery<ListedRun>): Promise<ListedRun[]> {
    return this.database.queries
      .select(listedColumns)
      .from(runs)
      .where(and(condition, where))
      .orderBy(...orderBy)
      .limit(limit);
  }

  async unfinished(): Promise<string[]> {
    const rows = await this.database.queries
      .select({ runId: runs.runId })
      .from(runs)
      .where(inArray(runs.state, activeStates));
    return rows.map(({ runId }) => runId);
  }

  /** Runs with an attempt that ended, or with a cancellation, on which nobody acted yet. */
  async unheard(): Promise<string[]> {
    const { rows } = await this.database.queries.execute<{ run_id: string }>(
      sql`select distinct tasks.run_id from sealflow.tasks
          join sealflow.leases using (run_id, task_id, attempt)
          where tasks.state in ('DISPATCHED', 'AWAITING_APPROVAL') and leases.state not in ('queued', 'sent')
          union select run_id from sealflow.runs where ended_at is null and cancel_requested`,
    );
    return rows.map(({ run_id }) => run_id);
  }

  async tasks(runId: string, queries: Queries | Transaction = this.database.queries): Promise<TaskRow[]> {
    return queries.select().from(tasks).where(eq(tasks.runId, runId)).orderBy(asc(tasks.taskId));
  }

  /** Tasks of many runs, of each in one order. */
  async tasksOf(runIds: readonly string[]): Promise<ReadonlyMap<string, TaskRow[]>> {
    if (runIds.length === 0) return new Map();
    const rows = await this.database.queries
      .select()
      .from(tasks)
      .where(inArray(tasks.runId, [...runIds]))
      .orderBy(asc(tasks.runId), asc(tasks.taskId));
    const grouped = new Map<string, TaskRow[]>(runIds.map((runId) => [runId, []]));
    for (const row of rows) grouped.get(row.runId)?.push(row);
    return grouped;
  }

  async task(runId: string, taskId: string): Promise<TaskRow> {
    const [row] = await this.database.queries
      .select()
      .from(tasks)
      .where(and(eq(tasks.runId, runId), eq(tasks.taskId, taskId)));
    if (row === undefined) throw new ApiError('NOT_FOUND', `run ${runId} has no step ${taskId}`);
    return row;
  }

  /** Every lease of a run, the first ones first. */
  async attempts(
    runId: string,
    queries: Queries | Transaction = this.database.queries,
  ): Promise<(typeof leases.$inferSelect)[]> {
    return queries.select().from(leases).where(eq(leases.runId, runId)).orderBy(asc(leases.fence));
  }

  /** Inserts a run with its tasks; null when its id or request id is taken. */
  async insert(run: NewRun, planned: readonly { id: string; operation: string }[]): Promise<RunView | null> {
    const { runId } = run;
    const inserted = await this.database.queries.transaction(async (transaction) => {
      const [row] = await transaction.insert(runs).values(run).onConflictDoNothing().returning();
      if (row === undefined) return null;
      const rows = await transaction
        .insert(tasks)
        .values(planned.map(({ id, operation }) => ({ runId, taskId: id, operation, state: 'WAITING' })))
        .returning();
      const body = runEventBody(run.state, null);
      const head = await this.#append(transaction, runId, null, body, run.createdAt, null);
      // Last: from here on, other runs of the tenant wait for this one.
      await new QuotaBook(transaction).admitRun(run.tenant);
      return { run: row, tasks: new Map(rows.map((task) => [task.taskId, task])), out: new Map(), head };
    });
    if (inserted !== null) this.signal.notify(runId, false);
    return inserted;
  }

  /**
   * Changes a run and records the event. A run that ended stays as it ended. With an etag only the run as it was read
   * is changed; the row is locked between the comparison and the change.
   */
  async changeRun(runId: string, change: RunChange, time: Date, etag = ''): Promise<void> {
    await this.database.queries.transaction(async (transaction) => {
      if (etag !== '') {
        const [row] = await transaction.select().from(runs).where(eq(runs.runId, runId)).for('update');
        if (row !== undefined) requireEtag(etag, row, await this.tasks(runId, transaction));
      }
      await this.changeRunIn(transaction, runId, change, time);
    });
    this.signal.notify(runId, change.state !== undefined && terminalStates.includes(change.state));
  }

  async changeRunIn(transaction: Transaction, runId: string, change: RunChange, time: Date): Promise<void> {
    const [row] = await transaction
      .select({ state: runs.state, pausedFrom: runs.pausedFrom })
      .from(runs)
      .where(eq(runs.runId, runId))
      .for('update');
    if (row === undefined || terminalStates.includes(row.state)) return;
    const shown = underPause(row, change);
    await transaction.update(runs).set(shown).where(eq(runs.runId, runId));
    await this.#append(
      transaction,
      runId,
      null,
      runEventBody(shown.state ?? row.state, shown.reason ?? null),
      time,
    );
  }

  /** Changes a task and records the event. `also` runs in the same transaction, before the event. */
  async changeTask(
    runId: string,
    taskId: string,
    change: TaskChange,
    time: Date,
    also: (transaction: Transaction) => Promise<void> = async () => undefined,
  ): Promise<void> {
    await this.database.queries.transaction(async (transaction) => {
      await transaction.select({ id: runs.runId }).from(runs).where(eq(runs.runId, runId)).for('update');
      await this.changeTaskIn(transaction, runId, taskId, change, time, also);
    });
    this.signal.notify(runId, false);
  }

  /** The same in a transaction that holds the run's row. */
  async changeTaskIn(
    transaction: Transaction,
    runId: string,
    taskId: string,
    change: TaskChange,
    time: Date,
    also: (transaction: Transaction) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const [row] = await transaction
      .update(tasks)
      .set(change)
      .where(and(eq(tasks.runId, runId), eq(tasks.taskId, taskId)))
      .returning();
    if (row === undefined) throw new ApiError('NOT_FOUND', `run ${runId} has no step ${taskId}`);
    await also(transaction);
    await this.#append(transaction, runId, taskId, taskEventBody(row), time);
  }

  /**
   * Keeps the first pending bundle of a run: what is logged must be what is stored. Its leaf is queued with it.
   *
   * @returns the one that was kept before; null when this is the first
   */
  async pendingBundle(
    runId: string,
    made: {
      readonly bundle: string;
      readonly leaf: string;
      readonly entry: Uint8Array;
      /** Of the leaf in the log. */
      readonly subject: string;
    },
  ): Promise<{ bundle: string; leaf: string } | null> {
    const isFirst = await this.database.queries.transaction(async (transaction) => {
      const changed = await transaction
        .update(runs)
        .set({ pendingBundle: made.bundle, pendingLeaf: made.leaf })
        .where(and(eq(runs.runId, runId), isNull(runs.pendingBundle)))
        .returning({ runId: runs.runId });
      // Bundle and leaf come together: no bundle waits for a leaf that nobody queued.
      if (changed.length > 0) await new LogStore(transaction).enqueueNew(made.subject, made.entry);
      return changed.length > 0;
    });
    if (isFirst) return null;
    const row = await this.get(runId);
    return { bundle: row.pendingBundle ?? made.bundle, leaf: row.pendingLeaf ?? made.leaf };
  }

  /** Receipts of the ledger states that this run's authorisations started from. */
  async receiptsBefore(run: RunRow): Promise<string[]> {
    const rows = await this.database.queries
      .select({ state: leases.ledgerState })
      .from(leases)
      .where(and(eq(leases.runId, run.runId), eq(leases.state, 'completed')));
    return rows.flatMap(({ state }) => (typeof state?.['receipt'] === 'string' ? [state['receipt']] : []));
  }

  async events(runId: string, afterSequence: number): Promise<EventRow[]> {
    return this.database.queries
      .select()
      .from(runEvents)
      .where(and(eq(runEvents.runId, runId), gt(runEvents.sequence, afterSequence)))
      .orderBy(asc(runEvents.sequence))
      .limit(500);
  }

  async event(runId: string, sequence: number): Promise<EventRow | undefined> {
    const [row] = await this.database.queries
      .select()
      .from(runEvents)
      .where(and(eq(runEvents.runId, runId), eq(runEvents.sequence, sequence)));
    return row;
  }

  /** The newest event. */
  head(runId: string): Promise<RunHead | undefined> {
    return this.#head(this.database.queries, runId);
  }

  async #head(queries: Queries | Transaction, runId: string): Promise<RunHead | undefined> {
    const [head] = await queries
      .select({ sequence: runEvents.sequence, digest: runEvents.digest })
      .from(runEvents)
      .where(eq(runEvents.runId, runId))
      .orderBy(desc(runEvents.sequence))
      .limit(1);
    return head;
  }

  /**
   * The caller holds the run's row lock, so sequences have no gap and the chain has one order.
   *
   * @param after the newest event, where the caller knows it; null for none
   */
  async #append(
    transaction: Transaction,
    runId: string,
    taskId: string | null,
    body: JsonObject,
    time: Date,
    after?: RunHead | null,
  ): Promise<RunHead> {
    const last = after === undefined ? await this.#head(transaction, runId) : after;
    const sequence = (last?.sequence ?? 0) + 1;
    const prevDigest = last?.digest ?? GENESIS;
    const digest = eventDigest({ runId, sequence, taskId, body, prevDigest, time });
    await transaction.insert(runEvents).values({ runId, sequence, taskId, body, prevDigest, digest, time });
    return { sequence, digest };
  }
}

export function noRunOf(tenant: string, runId: string): ApiError {
  return new ApiError('NOT_FOUND', `no run ${runId} of tenant ${tenant}`);
}

/** A run that is paused stays so for whoever looks; what its interpreter shows meanwhile is kept for later. */
export function underPause(
  row: Pick<RunRow, 'state' | 'pausedFrom'>,
  change: RunChange,
): RunChange & Partial<Pick<RunRow, 'pausedFrom'>> {
  if (row.pausedFrom === null || change.state === undefined) return change;
  if (!activeStates.includes(change.state)) return { ...change, pausedFrom: null };
  const { state, ...rest } = change;
  return { ...rest, pausedFrom: state };
}
