import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { Database, type Transaction } from '../database/database.js';
import { runs } from '../database/schema.js';
import { RunSignal } from './run-signal.js';
import { type RunRow, RunStore, terminalStates } from './run-store.js';

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
  async pause(runId: string, time: Date): Promise<void> {
    await this.#onRow(runId, async (row, transaction) => {
      if (row.pausedFrom !== null) return;
      refuseUnlessActive(row);
      await this.runs.changeRunIn(transaction, runId, { state: 'PAUSED' }, time);
      await transaction.update(runs).set({ pausedFrom: row.state }).where(eq(runs.runId, runId));
    });
  }

  /**
   * Takes up a run that was paused or parked.
   *
   * @returns whether it needs a new workflow, because the one it had ended when it was parked
   */
  async resume(runId: string, time: Date): Promise<boolean> {
    return this.#onRow(runId, async (row, transaction) => {
      if (row.state === 'PARKED') {
        await transaction
          .update(runs)
          .set({
            generation: row.generation + 1,
            interpreter: 'v2',
            crashStep: null,
            crashes: 0,
            reason: null,
          })
          .where(eq(runs.runId, runId));
        await this.runs.changeRunIn(transaction, runId, { state: 'RUNNING' }, time);
        return true;
      }
      if (terminalStates.includes(row.state)) throw finished(row);
      if (row.pausedFrom === null) {
        throw new ApiError(
          'RUN_NOT_PAUSED',
          `run ${runId} is ${row.state}, expected PAUSED or PARKED: it goes on by itself`,
          { facts: { state: row.state } },
        );
      }
      await transaction.update(runs).set({ pausedFrom: null }).where(eq(runs.runId, runId));
      await this.runs.changeRunIn(transaction, runId, { state: row.pausedFrom }, time);
      return false;
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

  async #onRow<T>(runId: string, act: (row: RunRow, transaction: Transaction) => Promise<T>): Promise<T> {
    const result = await this.database.queries.transaction(async (transaction) => {
      const [row] = await transaction.select().from(runs).where(eq(runs.runId, runId)).for('update');
      if (row === undefined) throw new ApiError('NOT_FOUND', `no run ${runId}`);
      return act(row, transaction);
    });
    this.signal.notify(runId);
    return result;
  }
}

function refuseUnlessActive(row: RunRow): void {
  if (terminalStates.includes(row.state)) throw finished(row);
  if (row.state === 'PARKED') {
    throw new ApiError(
      'RUN_PARKED',
      `run ${row.runId} is parked, expected one that goes on: resume it first`,
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

function finished(row: RunRow): ApiError {
  return new ApiError('RUN_FINISHED', `run ${row.runId} is ${row.state}: it ended, and stays as it ended`, {
    facts: { state: row.state },
  });
}
