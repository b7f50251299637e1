import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import type { Plan } from '#workflow';
import { limits } from '../config/limits.js';
import { Database, type Transaction } from '../database/database.js';
import { type RunInput, type RunOffer, runs, tasks, timestampQueue } from '../database/schema.js';
import type { ListQuery } from '../listing/list-query.js';
import { QuotaBook } from '../quotas/quota-book.js';
import { limitExceeded } from '../request-fields.js';
import { type Asked, transactionOf } from '../requests/checked.js';
import { whyNotRetryable } from './retryable.js';
import { requireEtag } from './run-etag.js';
import { RunSignal } from './run-signal.js';
import { type RunRow, RunStore, terminalStates } from './run-store.js';

/** The interpreter under which a run goes on that is taken up again. */
const NEWEST = 'v3';

/**
 * What people and the watch for crashes do to a run as a whole: pause it, set it aside, take it up again. Each is one
 * transaction with its event, decided on the locked row, so that two who ask at once get one answer.
 */
@Injectable()
export class RunLifecycle {
  constructor(
    private readonly database: Database,
    private readonly runs: RunStore,
    private readonly signal: RunSignal,
  ) {}

  /** Nothing new starts until `resume`. A paused run stays paused. */
  async pause(runId: string, time: Date, asked: Asked = {}): Promise<void> {
    await this.#onRow(runId, asked, async (row, transaction) => {
      if (row.pausedFrom !== null) return;
      refuseUnlessActive(row);
      await this.runs.changeRunIn(transaction, runId, { state: 'PAUSED' }, time);
      await transaction.update(runs).set({ pausedFrom: row.state }).where(eq(runs.runId, runId));
    });
  }

  /** A run that was parked needs another workflow: the one it had has ended. */
  async unpark(runId: string, time: Date, asked: Asked = {}): Promise<void> {
    await this.#onRow(runId, asked, async (row, transaction) => {
      if (row.state !== 'PARKED') {
        throw new ApiError(
          'RUN_NOT_PARKED',
          `run ${runId} is ${row.state}, expected PARKED: it goes on by itself`,
          { facts: { state: row.state } },
        );
      }
      await transaction
        .update(runs)
        .set({
          generation: row.generation + 1,
          interpreter: NEWEST,
          crashStep: null,
          crashes: 0,
          reason: null,
        })
        .where(eq(runs.runId, runId));
      await this.runs.changeRunIn(transaction, runId, { state: 'RUNNING' }, time);
    });
  }

  /**
   * Takes a failed run up again at a step that may succeed another time. What succeeded stays; what failed, was
   * stopped or was skipped is open again. The evidence of the failure stays in the log, and the next one names it.
   *
   * @param root digest of the root of the bundle that the run has now
   */
  async retryStep(
    run: RunRow,
    plan: Plan,
    step: string,
    root: string,
    time: Date,
    asked: Asked = {},
  ): Promise<void> {
    const { runId } = run;
    await this.#onRow(runId, asked, async (row, transaction) => {
      const rows = await this.runs.tasks(runId, transaction);
      const attempts = await this.runs.attempts(runId, transaction);
      refuseUnlessKept(row);
      const reason = whyNotRetryable(row, plan, step, { tasks: rows, attempts, nowMs: time.getTime() });
      if (reason !== null || row.bundle !== run.bundle) {
        throw new ApiError(
          'STEP_NOT_RETRYABLE',
          `step ${step} of run ${runId}: ${reason ?? 'the run changed'}`,
          {
            facts: { state: row.state },
          },
        );
      }
      await transaction.delete(timestampQueue).where(eq(timestampQueue.runId, runId));
      // The bundle before it had its log entry, and that entry: no row names them from here on.
      await transaction.execute(
        sql`delete from sealflow.blobs where digest in (${row.pendingBundle}, ${row.pendingLeaf})
              and digest is distinct from ${row.bundle}
              and not exists (select from sealflow.blob_tenants held where held.digest = blobs.digest)`,
      );
      await transaction
        .update(runs)
        .set({
          state: 'PENDING',
          reason: null,
          endedAt: null,
          generation: row.generation + 1,
          interpreter: NEWEST,
          crashStep: null,
          crashes: 0,
          bundle: null,
          pendingBundle: null,
          pendingLeaf: null,
          earlierBundles: [...(row.earlierBundles ?? []), row.bundle ?? ''],
          previousRoot: root,
        })
        .where(eq(runs.runId, runId));
      const open = {
        ...{ state: 'WAITING', reason: null, worker: null, startedAt: null, endedAt: null },
        ...{ failures: 0, retryAt: null, awaitsInput: false },
      };
      for (const { taskId, state } of rows) {
        if (state === 'SUCCEEDED') continue;
        await this.runs.changeTaskIn(transaction, runId, taskId, open, time);
      }
      await this.runs.changeRunIn(transaction, runId, { state: 'RUNNING' }, time);
      // It is open again: beyond its quota a tenant opens none.
      await new QuotaBook(transaction).admitRun(row.tenant);
    });
  }

  /** Parked runs of all tenants. */
  async parked({ where, orderBy, limit }: ListQuery<RunRow>): Promise<RunRow[]> {
    return this.database.queries
      .select()
      .from(runs)
      .where(and(eq(runs.state, 'PARKED'), where))
      .orderBy(...orderBy)
      .limit(limit);
  }

  /** Inputs that the client sealed again: the new envelopes count, the earlier ones stay named in the evidence. */
  async rewrap(
    runId: string,
    { inputs, offers }: { readonly inputs: readonly RunInput[]; readonly offers: readonly RunOffer[] },
    time: Date,
    asked: Asked = {},
  ): Promise<void> {
    await this.#onRow(runId, asked, async (row, transaction) => {
      if (!awaitsInput(row)) throw inputNotAwaited(row);
      const known = new Set(row.offers.map((offer) => offer.package));
      const change = {
        inputs: row.inputs.map((input) => resealed(input, inputs)),
        offers: [...row.offers, ...offers.filter((offer) => !known.has(offer.package))],
      };
      if (change.offers.length > limits.offersMax) {
        throw limitExceeded('offersMax', change.offers.length, 'start the run anew');
      }
      await transaction.update(runs).set(change).where(eq(runs.runId, runId));
      await transaction
        .update(tasks)
        .set({ awaitsInput: false, retryAt: time })
        .where(and(eq(tasks.runId, runId), eq(tasks.awaitsInput, true)));
      await this.runs.changeRunIn(transaction, runId, { reason: null }, time);
    });
  }

  /** Takes a paused run up where it stood. */
  async resume(runId: string, time: Date, asked: Asked = {}): Promise<void> {
    await this.#onRow(runId, asked, async (row, transaction) => {
      refuseUnlessActive(row);
      if (row.pausedFrom === null) {
        throw new ApiError(
          'RUN_NOT_PAUSED',
          `run ${runId} is ${row.state}, expected PAUSED: it goes on by itself`,
          { facts: { state: row.state } },
        );
      }
      await transaction.update(runs).set({ pausedFrom: null }).where(eq(runs.runId, runId));
      await this.runs.changeRunIn(transaction, runId, { state: row.pausedFrom }, time);
    });
  }

  /** Sets a run aside that its interpreter cannot bring to an end. */
  async park(runId: string, reason: string, time: Date): Promise<void> {
    await this.runs.changeRun(runId, { state: 'PARKED', reason }, time);
  }

  /** A repeated execution is about to do a step. */
  async atStep(runId: string, step: string): Promise<void> {
    await this.database.queries.update(runs).set({ crashStep: step }).where(eq(runs.runId, runId));
  }

  /** It did the step: whatever brought the process down, it was not this. */
  async passedStep(runId: string): Promise<void> {
    await this.database.queries
      .update(runs)
      .set({ crashStep: null, crashes: 0 })
      .where(eq(runs.runId, runId));
  }

  /** @returns how often the process ended at this step */
  async countCrash(runId: string): Promise<number> {
    const [row] = await this.database.queries
      .update(runs)
      .set({ crashes: sql`${runs.crashes} + 1` })
      .where(eq(runs.runId, runId))
      .returning({ crashes: runs.crashes });
    return row?.crashes ?? 0;
  }

  async #onRow(
    runId: string,
    { etag = '', validateOnly = false }: Asked,
    act: (row: RunRow, transaction: Transaction) => Promise<void>,
  ): Promise<void> {
    await transactionOf(this.database, validateOnly, async (transaction) => {
      const [row] = await transaction.select().from(runs).where(eq(runs.runId, runId)).for('update');
      if (row === undefined) throw new ApiError('NOT_FOUND', `no run ${runId}`);
      if (etag !== '') requireEtag(etag, row, await this.runs.tasks(runId, transaction));
      await act(row, transaction);
    });
    if (!validateOnly) this.signal.notify(runId);
  }
}

/** What retention took away, no worker can read again. */
export function refuseUnlessKept({ runId, payloadDeletedAt }: RunRow): void {
  if (payloadDeletedAt === null) return;
  const deleted = payloadDeletedAt.toISOString();
  throw new ApiError(
    'RETENTION_OVER',
    `run ${runId}: expected a run whose sealed inputs are kept, got one whose inputs and outputs were deleted at ` +
      `${deleted} as its retention rule says: start another run`,
    { facts: { deleted } },
  );
}

function refuseUnlessActive(row: RunRow): void {
  if (terminalStates.includes(row.state)) throw finished(row);
  if (row.state === 'PARKED') {
    throw new ApiError(
      'RUN_PARKED',
      `run ${row.runId} is parked, expected one that goes on: an operator has it tried again, or cancel it`,
      {
        facts: { reason: row.reason ?? '' },
      },
    );
  }
  if (row.interpreter === 'v1') {
    throw new ApiError(
      'INTERPRETER_TOO_OLD',
      `run ${row.runId} goes on under interpreter v1, which knows no pause: cancel it, or let it end`,
    );
  }
}

/** Whether a run waits for inputs, also under a pause. */
export function awaitsInput(row: RunRow): boolean {
  return row.state === 'AWAITING_INPUT' || row.pausedFrom === 'AWAITING_INPUT';
}

export function inputNotAwaited(row: RunRow): ApiError {
  if (terminalStates.includes(row.state)) return finished(row);
  return new ApiError(
    'INPUT_NOT_AWAITED',
    `run ${row.runId} is ${row.state}, expected AWAITING_INPUT: it has all its inputs`,
    { facts: { state: row.state } },
  );
}

function resealed(input: RunInput, inputs: readonly RunInput[]): RunInput {
  const again = inputs.find(({ name }) => name === input.name);
  if (again === undefined || again.blob === input.blob) return input;
  return { ...input, blob: again.blob, earlier: [...(input.earlier ?? []), input.blob] };
}

function finished(row: RunRow): ApiError {
  return new ApiError(
    'RUN_FINISHED',
    `run ${row.runId} is ${row.state}, expected one that goes on: it ended, and stays as it ended`,
    {
      facts: { state: row.state },
    },
  );
}
