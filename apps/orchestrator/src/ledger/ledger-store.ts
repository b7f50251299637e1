import { Injectable } from '@nestjs/common';
import { and, eq, isNull, or, sql } from 'drizzle-orm';
import type { JsonObject } from '#canonical';
import { ApiError } from '#contracts';
import type { LedgerReceipt } from '#evidence';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { ledgerEntries, ledgers } from '../database/schema.js';
import type { ListQuery } from '../listing/list-query.js';
import type { LedgerEntryRow } from './ledger-lists.js';

export interface ClaimHolder {
  readonly runId: string;
  readonly step: string;
}

export type LedgerRow = typeof ledgers.$inferSelect;

/**
 * Heads of the encrypted ledgers: digests of pages, and who may change them next.
 *
 * The store cannot move money: pages are ciphertexts, each change is authorised by the key enclave's signed receipt,
 * and anybody can replay the additions. What it could do is to show an old head; receipts number the versions, so
 * the enclave and an auditor see that.
 */
@Injectable()
export class LedgerStore {
  constructor(private readonly database: Database) {}

  /** By name, those after one. */
  named(tenant: string, after: string, countMax: number): Promise<LedgerRow[]> {
    return this.database.queries
      .select()
      .from(ledgers)
      .where(and(eq(ledgers.tenant, tenant), sql`${ledgers.ledger} collate "C" > ${after}`))
      .orderBy(sql`${ledgers.ledger} collate "C"`)
      .limit(countMax);
  }

  async find(tenant: string, ledger: string): Promise<LedgerRow | undefined> {
    const [row] = await this.database.queries
      .select()
      .from(ledgers)
      .where(and(eq(ledgers.tenant, tenant), eq(ledgers.ledger, ledger)));
    return row;
  }

  async entries(tenant: string, ledger: string, query: ListQuery<LedgerEntryRow>): Promise<LedgerEntryRow[]> {
    return this.database.queries
      .select()
      .from(ledgerEntries)
      .where(and(eq(ledgerEntries.tenant, tenant), eq(ledgerEntries.ledger, ledger), query.where))
      .orderBy(...query.orderBy)
      .limit(query.limit);
  }

  /**
   * The head for a step that is to change the ledger. One step at a time holds it, from its authorisation to its
   * application; null while another one does. A ledger that does not exist yet has version 0 and no pages.
   */
  async claim(tenant: string, ledger: string, holder: ClaimHolder): Promise<JsonObject | null> {
    const claimedBy = claimText(holder);
    const [row] = await this.database.queries
      .update(ledgers)
      .set({ claimedBy })
      .where(
        and(
          eq(ledgers.tenant, tenant),
          eq(ledgers.ledger, ledger),
          or(isNull(ledgers.claimedBy), eq(ledgers.claimedBy, claimedBy)),
        ),
      )
      .returning();
    if (row !== undefined) {
      const { version, available, reserved, receipt } = row;
      return { ledger, version, available, reserved, receipt };
    }
    if ((await this.find(tenant, ledger)) !== undefined) return null;
    return { ledger, version: 0, available: null, reserved: null, receipt: null };
  }

  async releaseClaim(
    holder: ClaimHolder,
    queries: Queries | Transaction = this.database.queries,
  ): Promise<void> {
    await queries
      .update(ledgers)
      .set({ claimedBy: null })
      .where(eq(ledgers.claimedBy, claimText(holder)));
  }

  /**
   * Moves the head to the pages of a receipt, in the transaction that records the step. Compare and swap on the
   * version; raises STATE_ROOT_CONFLICT when another change came first and NULLIFIER_SPENT when the intent was used.
   */
  async advance(
    transaction: Transaction,
    tenant: string,
    receipt: LedgerReceipt,
    receiptDigest: string,
    time: Date,
  ): Promise<void> {
    const head = {
      version: receipt.version,
      available: receipt.next.available,
      reserved: receipt.next.reserved,
      receipt: receiptDigest,
      claimedBy: null,
    };
    const changed =
      receipt.prev === null
        ? await transaction
            .insert(ledgers)
            .values({ tenant, ledger: receipt.ledger, ...head })
            .onConflictDoNothing()
            .returning({ version: ledgers.version })
        : await transaction
            .update(ledgers)
            .set(head)
            .where(
              and(
                eq(ledgers.tenant, tenant),
                eq(ledgers.ledger, receipt.ledger),
                eq(ledgers.version, receipt.version - 1),
                eq(ledgers.available, receipt.prev.available),
                eq(ledgers.reserved, receipt.prev.reserved),
              ),
            )
            .returning({ version: ledgers.version });
    if (changed.length === 0) {
      throw new ApiError(
        'STATE_ROOT_CONFLICT',
        `ledger ${receipt.ledger} is not at version ${receipt.version - 1}`,
      );
    }
    const entry = await transaction
      .insert(ledgerEntries)
      .values({
        tenant,
        ledger: receipt.ledger,
        version: receipt.version,
        operation: receipt.operation,
        intentId: receipt.intentId,
        runId: receipt.runId,
        taskId: receipt.taskId,
        receipt: receiptDigest,
        time,
      })
      .onConflictDoNothing()
      .returning({ version: ledgerEntries.version });
    if (entry.length === 0) {
      throw new ApiError('NULLIFIER_SPENT', `${receipt.operation}: this intent was applied before`);
    }
  }
}

function claimText({ runId, step }: ClaimHolder): string {
  return `${runId}/${step}`;
}
