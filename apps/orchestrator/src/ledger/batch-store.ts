import { Inject, Injectable } from '@nestjs/common';
import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import { ulid } from '#canonical';
import { limits } from '../config/limits.js';
import { Database, type Transaction } from '../database/database.js';
import { ledgerBatches } from '../database/schema.js';
import type { ListQuery } from '../listing/list-query.js';
import { CLOCK, type Clock } from '../tokens.js';
import { IntentQueue } from './intent-queue.js';
import { PageLedgerStore } from './page-ledger-store.js';

export type BatchRow = typeof ledgerBatches.$inferSelect;

/** Batches from the moment that their envelopes left the queue. */
@Injectable()
export class BatchStore {
  constructor(
    private readonly database: Database,
    private readonly ledgers: PageLedgerStore,
    private readonly queue: IntentQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes what waits on a ledger out of the queue for one batch, and the ledger with it. One transaction: whoever comes
   * second, on this replica or another, finds the ledger taken.
   *
   * @returns null where the ledger is taken or paused after a failure, or nothing waits
   */
  async open(tenant: string, ledger: string, random: Uint8Array): Promise<BatchRow | null> {
    const batch = ulid(this.clock(), random);
    return this.database.queries.transaction(async (transaction) => {
      const row = await this.ledgers.lock(transaction, tenant, ledger);
      if (row === undefined || row.claimedBy !== null) return null;
      // Whoever asks: a batch that ended asks too, and one that was refused would follow another without a pause.
      if (row.retryAt !== null && row.retryAt.getTime() > this.clock()) return null;
      const intentsMax = row.proven ? limits.provenIntentsPerBatchMax : limits.intentsPerBatchMax;
      const envelopes = await this.queue.take(transaction, { tenant, ledger, batch, intentsMax });
      if (envelopes === 0) return null;
      await this.ledgers.claim(transaction, row, batch);
      const createdAt = new Date(this.clock());
      const [opened] = await transaction
        .insert(ledgerBatches)
        .values({ batch, tenant, ledger, state: 'running', envelopes, createdAt })
        .returning();
      return opened ?? null;
    });
  }

  async find(batch: string): Promise<BatchRow | undefined> {
    const [row] = await this.database.queries
      .select()
      .from(ledgerBatches)
      .where(eq(ledgerBatches.batch, batch));
    return row;
  }

  /** Its run is there. */
  async started(batch: string, intents: string): Promise<void> {
    await this.database.queries
      .update(ledgerBatches)
      .set({ startedAt: new Date(this.clock()), intents })
      .where(eq(ledgerBatches.batch, batch));
  }

  /** Batches whose maker did not come to their run. */
  unstarted(olderMs: number): Promise<BatchRow[]> {
    const before = new Date(this.clock() - olderMs);
    return this.database.queries
      .select()
      .from(ledgerBatches)
      .where(and(isNull(ledgerBatches.startedAt), lte(ledgerBatches.createdAt, before)))
      .orderBy(asc(ledgerBatches.createdAt))
      .limit(limits.pageSizeMax);
  }

  async applied(
    transaction: Transaction,
    batch: string,
    { version, receipt, outcomes }: Pick<BatchRow, 'version' | 'receipt' | 'outcomes'>,
    endedAt: Date,
  ): Promise<void> {
    await transaction
      .update(ledgerBatches)
      .set({ state: 'applied', version, receipt, outcomes, endedAt })
      .where(eq(ledgerBatches.batch, batch));
  }

  /** @returns the row as it was, where the batch still ran */
  async failed(
    transaction: Transaction,
    batch: string,
    reason: string,
    endedAt: Date,
  ): Promise<BatchRow | undefined> {
    const [row] = await transaction
      .update(ledgerBatches)
      .set({ state: 'failed', reason, endedAt, startedAt: endedAt })
      .where(and(eq(ledgerBatches.batch, batch), eq(ledgerBatches.state, 'running')))
      .returning();
    return row;
  }

  list(tenant: string, ledger: string, query: ListQuery<BatchRow>): Promise<BatchRow[]> {
    return this.database.queries
      .select()
      .from(ledgerBatches)
      .where(and(eq(ledgerBatches.tenant, tenant), eq(ledgerBatches.ledger, ledger), query.where))
      .orderBy(...query.orderBy)
      .limit(query.limit);
  }
}
