import { Injectable } from '@nestjs/common';
import { and, asc, eq, isNull, or, sql } from 'drizzle-orm';
import type { JsonObject } from '#canonical';
import { ApiError } from '#contracts';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { ledgerPages, pageLedgers } from '../database/schema.js';
import type { StatedReceipt } from './page-receipt.js';

export type PageLedgerRow = typeof pageLedgers.$inferSelect;
export type LedgerPageRow = typeof ledgerPages.$inferSelect;

export type LedgerName = Pick<PageLedgerRow, 'tenant' | 'ledger'>;

const FIRST_PAUSE_MS = 250;
const PAUSE_MS_MAX = 60_000;

/**
 * Heads of ledgers of pages: digests of ciphertexts, and whose batch may change them next.
 *
 * As for ledgers of one page the store cannot move money: a change counts under the key enclave's signed receipt, and
 * anybody can replay the additions. It can show an old head, which the numbers of receipts give away.
 */
@Injectable()
export class PageLedgerStore {
  constructor(private readonly database: Database) {}

  /** By name, those after one. */
  named(tenant: string, after: string, countMax: number): Promise<PageLedgerRow[]> {
    return this.database.queries
      .select()
      .from(pageLedgers)
      .where(and(eq(pageLedgers.tenant, tenant), sql`${pageLedgers.ledger} collate "C" > ${after}`))
      .orderBy(sql`${pageLedgers.ledger} collate "C"`)
      .limit(countMax);
  }

  async find(
    tenant: string,
    ledger: string,
    queries: Queries | Transaction = this.database.queries,
  ): Promise<PageLedgerRow | undefined> {
    const [row] = await queries.select().from(pageLedgers).where(at(tenant, ledger));
    return row;
  }

  pages(tenant: string, ledger: string): Promise<LedgerPageRow[]> {
    return this.database.queries
      .select()
      .from(ledgerPages)
      .where(and(eq(ledgerPages.tenant, tenant), eq(ledgerPages.ledger, ledger)))
      .orderBy(asc(ledgerPages.page), asc(ledgerPages.book));
  }

  /**
   * What a task of a run is told of its ledger, which the run has from then on; null while another run's change is
   * under way. A batch has its ledger from its beginning.
   */
  async stateFor(tenant: string, ledger: string, runId: string): Promise<JsonObject | null> {
    const free = or(isNull(pageLedgers.claimedBy), eq(pageLedgers.claimedBy, runId));
    const [row] = await this.database.queries
      .update(pageLedgers)
      .set({ claimedBy: runId })
      .where(and(at(tenant, ledger), free))
      .returning();
    if (row === undefined) {
      if ((await this.find(tenant, ledger)) !== undefined) return null;
      return { kind: 'pages', ledger, version: 0, receipt: null, pages: [] };
    }
    const pages = await this.pages(tenant, ledger);
    return {
      kind: 'pages',
      ledger,
      version: row.version,
      receipt: row.receipt,
      pages: pages.map(({ page, book, digest, addCount }) => ({ page, book, digest, addCount })),
    };
  }

  /** The head, which nobody else takes or moves until the transaction ends. */
  async lock(transaction: Transaction, tenant: string, ledger: string): Promise<PageLedgerRow | undefined> {
    const [row] = await transaction.select().from(pageLedgers).where(at(tenant, ledger)).for('update');
    return row;
  }

  /** The run has the ledger from now on, of which the caller holds the row. */
  async claim(transaction: Transaction, { tenant, ledger }: PageLedgerRow, runId: string): Promise<void> {
    await transaction.update(pageLedgers).set({ claimedBy: runId }).where(at(tenant, ledger));
  }

  async release(transaction: Transaction, runId: string): Promise<void> {
    await transaction.update(pageLedgers).set({ claimedBy: null }).where(eq(pageLedgers.claimedBy, runId));
  }

  /** Whichever enclave signs the next receipt has the ledger's keys. */
  async forgetHolder(transaction: Transaction, tenant: string, ledger: string): Promise<void> {
    await transaction.update(pageLedgers).set({ holder: null }).where(at(tenant, ledger));
  }

  /** Another enclave has its keys: what waited for that goes on. */
  async recovered(transaction: Transaction, tenant: string, ledger: string): Promise<void> {
    const goesOn = { holder: null, failures: 0, retryAt: null };
    await transaction.update(pageLedgers).set(goesOn).where(at(tenant, ledger));
  }

  /**
   * After a batch that failed for no fault of an envelope: the next one is tried later, and later again. A head that
   * moves ends the pause.
   */
  async delay(
    transaction: Transaction,
    { tenant, ledger }: LedgerName,
    { time, leastMs = 0 }: { readonly time: Date; readonly leastMs?: number },
  ): Promise<void> {
    const row = await this.lock(transaction, tenant, ledger);
    if (row === undefined) return;
    const failures = row.failures + 1;
    const doubled = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 16), PAUSE_MS_MAX);
    const pauseMs = Math.max(doubled, leastMs);
    const retryAt = new Date(time.getTime() + pauseMs);
    await transaction.update(pageLedgers).set({ failures, retryAt }).where(at(tenant, ledger));
  }

  /**
   * Moves the head to where a receipt says, in the transaction that records the step, and gives the ledger free.
   *
   * @param holder worker whose enclave signed it
   * @throws ApiError STATE_ROOT_CONFLICT where the ledger, or a page, is not where the receipt goes on from
   */
  async advance(
    transaction: Transaction,
    tenant: string,
    { digest, receipt }: StatedReceipt,
    time: Date,
    holder: string | null = null,
  ): Promise<void> {
    const { ledger, version, prevReceipt, runId } = receipt;
    const proven = receipt.notes !== undefined;
    const head = { version, receipt: digest, holder, proven, claimedBy: null, failures: 0, retryAt: null };
    const moved =
      prevReceipt === null
        ? await transaction
            .insert(pageLedgers)
            .values({ tenant, ledger, ...head, foundingRun: runId, createdAt: time })
            .onConflictDoNothing()
            .returning({ version: pageLedgers.version })
        : await transaction
            .update(pageLedgers)
            .set(head)
            .where(
              and(
                at(tenant, ledger),
                eq(pageLedgers.version, version - 1),
                eq(pageLedgers.receipt, prevReceipt),
                eq(pageLedgers.claimedBy, runId),
              ),
            )
            .returning({ version: pageLedgers.version });
    if (moved.length === 0) throw conflict(ledger, `is not where version ${version} goes on from`);
    for (const change of receipt.changes) {
      const next = { digest: change.next, version, addCount: change.addCount };
      const { page, book, prev } = change;
      const place = { tenant, ledger, page, book };
      const made =
        prev === null
          ? await transaction
              .insert(ledgerPages)
              .values({ ...place, ...next })
              .onConflictDoNothing()
              .returning()
          : await transaction
              .update(ledgerPages)
              .set(next)
              .where(
                and(
                  eq(ledgerPages.tenant, tenant),
                  eq(ledgerPages.ledger, ledger),
                  eq(ledgerPages.page, page),
                  eq(ledgerPages.book, book),
                  eq(ledgerPages.digest, prev),
                ),
              )
              .returning();
      if (made.length === 0) throw conflict(ledger, `has another ${book} page ${page} than the receipt`);
    }
  }
}

function at(tenant: string, ledger: string) {
  return and(eq(pageLedgers.tenant, tenant), eq(pageLedgers.ledger, ledger));
}

function conflict(ledger: string, what: string): ApiError {
  return new ApiError('STATE_ROOT_CONFLICT', `ledger ${ledger} ${what}`);
}
