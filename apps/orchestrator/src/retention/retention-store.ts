import { and, desc, eq, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Queries, Transaction } from '../database/database.js';
import {
  legalHolds,
  logEntries,
  type RetentionScope,
  retentionRecords,
  retentionRules,
} from '../database/schema.js';
import { recordSubject } from './retention-record.js';

/** Held by whoever deletes, and by whoever places a hold: what a hold comes before stays. */
const RETENTION_LOCK = 7_230_021;
const LISTED_MAX = 1_000;

export type RuleRow = typeof retentionRules.$inferSelect;
export type HoldRow = typeof legalHolds.$inferSelect;
export type RecordRow = typeof retentionRecords.$inferSelect & { readonly leafIndex: number | null };

/** Rules, holds and their records: the rows, seen by a reader or from inside a transaction. */
export class RetentionStore {
  constructor(private readonly queries: Queries | Transaction) {}

  /** Until the transaction ends. */
  async lock(): Promise<void> {
    await this.queries.execute(sql`select pg_advisory_xact_lock(${RETENTION_LOCK})`);
  }

  async tryLock(): Promise<boolean> {
    const { rows } = await this.queries.execute<{ locked: boolean }>(
      sql`select pg_try_advisory_xact_lock(${RETENTION_LOCK}) as locked`,
    );
    return rows[0]?.locked === true;
  }

  async putRule(rule: RuleRow): Promise<void> {
    await this.queries
      .insert(retentionRules)
      .values(rule)
      .onConflictDoUpdate({
        target: [retentionRules.tenant, retentionRules.scope, retentionRules.subject],
        set: rule,
      });
  }

  /** Whether it was there. */
  async removeRule(tenant: string, scope: RetentionScope, subject: string): Promise<boolean> {
    const removed = await this.queries
      .delete(retentionRules)
      .where(
        and(
          eq(retentionRules.tenant, tenant),
          eq(retentionRules.scope, scope),
          eq(retentionRules.subject, subject),
        ),
      )
      .returning({ subject: retentionRules.subject });
    return removed.length > 0;
  }

  async countRules(tenant: string): Promise<number> {
    return this.queries.$count(retentionRules, eq(retentionRules.tenant, tenant));
  }

  rules(tenant: string): Promise<RuleRow[]> {
    return this.queries
      .select()
      .from(retentionRules)
      .where(eq(retentionRules.tenant, tenant))
      .orderBy(retentionRules.scope, retentionRules.subject)
      .limit(LISTED_MAX);
  }

  /** Whether it is new: the id says which request it is of. */
  async addHold(hold: typeof legalHolds.$inferInsert): Promise<boolean> {
    const added = await this.queries.insert(legalHolds).values(hold).onConflictDoNothing().returning();
    return added.length > 0;
  }

  async hold(tenant: string, id: string): Promise<HoldRow | undefined> {
    const [row] = await this.queries
      .select()
      .from(legalHolds)
      .where(and(eq(legalHolds.tenant, tenant), eq(legalHolds.id, id)));
    return row;
  }

  /** The hold as it is now, and whether this call lifted it. */
  async liftHold(
    tenant: string,
    id: string,
    lift: { readonly liftedAt: Date; readonly liftReason: string; readonly liftActor: string },
  ): Promise<boolean> {
    const lifted = await this.queries
      .update(legalHolds)
      .set(lift)
      .where(and(eq(legalHolds.tenant, tenant), eq(legalHolds.id, id), isNull(legalHolds.liftedAt)))
      .returning();
    return lifted.length > 0;
  }

  holds(tenant: string, all: boolean): Promise<HoldRow[]> {
    return this.queries
      .select()
      .from(legalHolds)
      .where(and(eq(legalHolds.tenant, tenant), all ? undefined : isNull(legalHolds.liftedAt)))
      .orderBy(desc(legalHolds.placedAt))
      .limit(LISTED_MAX);
  }

  async records(tenant: string, before: number | null, limit: number): Promise<RecordRow[]> {
    const older: SQL | undefined = before === null ? undefined : lt(retentionRecords.id, before);
    const rows = await this.queries
      .select({ record: retentionRecords, leafIndex: logEntries.index })
      .from(retentionRecords)
      .leftJoin(
        logEntries,
        eq(logEntries.subject, sql`${recordSubject(0).slice(0, -1)} || ${retentionRecords.id}`),
      )
      .where(and(eq(retentionRecords.tenant, tenant), older))
      .orderBy(desc(retentionRecords.id))
      .limit(limit);
    return rows.map(({ record, leafIndex }) => ({ ...record, leafIndex }));
  }

  /** Whether a hold covers a run, or any of the tenant's when none is named. */
  async isHeld(tenant: string, runId?: string): Promise<boolean> {
    const covers =
      runId === undefined ? undefined : or(isNull(legalHolds.heldRun), eq(legalHolds.heldRun, runId));
    const [row] = await this.queries
      .select({ id: legalHolds.id })
      .from(legalHolds)
      .where(and(eq(legalHolds.tenant, tenant), isNull(legalHolds.liftedAt), covers))
      .limit(1);
    return row !== undefined;
  }
}
