import { and, asc, count, eq, isNotNull, sql } from 'drizzle-orm';
import type { JsonObject } from '#canonical';
import type { Database } from '../database/database.js';
import { leases, runs } from '../database/schema.js';
import { fairOrder } from '../quotas/fair-order.js';
import type { RunRow, TaskRow } from '../runs/run-store.js';
import type { RunView } from '../runs/run-view.js';
import type { LeaseRow } from './lease-book.js';

/** A lease that waits for a worker, with what is needed to give it out. */
export interface QueuedLease {
  readonly row: LeaseRow;
  readonly run: RunRow;
  /** Of the run, where they are known: those whose outputs the task gets have ended. */
  readonly tasks: readonly TaskRow[] | undefined;
  readonly tenant: string;
  readonly priority: number;
}

/** To which worker a lease goes, and what of a ledger with it. */
export interface SentLease {
  readonly lease: string;
  readonly worker: string;
  readonly boot: string;
  readonly ledgerState: JsonObject | null;
}

/**
 * Leases that wait for a worker, as far as this replica knows. The database has all of them: they are read whenever
 * there may be others, and one that was given out or ended elsewhere is found so when it is to be given out here.
 */
export class LeaseQueue {
  readonly #known = new Map<string, QueuedLease>();
  #complete = false;

  constructor(private readonly database: Database) {}

  add({ run, tasks }: RunView, row: LeaseRow): void {
    const { tenant } = run;
    this.#known.set(row.lease, { row, run, tasks: [...tasks.values()], tenant, priority: row.priority });
  }

  remove(lease: string): void {
    this.#known.delete(lease);
  }

  /** There may be leases that this replica does not know. */
  mayHaveOthers(): void {
    this.#complete = false;
  }

  /** In the order in which they are given out. */
  async inOrder(): Promise<readonly QueuedLease[]> {
    if (!this.#complete) await this.#read();
    const queued = [...this.#known.values()];
    const oneTenant = queued.every(({ tenant }) => tenant === queued[0]?.tenant);
    return fairOrder(queued, oneTenant ? new Map() : await this.#heldByTenant());
  }

  /** @returns those that waited until now */
  async markSent(given: readonly SentLease[], sentAt: Date): Promise<ReadonlySet<string>> {
    const { rows } = await this.database.queries.execute<{ lease: string }>(
      sql`update sealflow.leases set state = 'sent', worker = given.worker, boot_id = given.boot,
            sent_at = ${sentAt.toISOString()}::timestamptz, ledger_state = given."ledgerState"
          from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
            as given(lease text, worker text, boot text, "ledgerState" jsonb)
          where leases.lease = given.lease and leases.state = 'queued' returning leases.lease`,
    );
    return new Set(rows.map(({ lease }) => lease));
  }

  async #read(): Promise<void> {
    this.#complete = true;
    const before = new Map(this.#known);
    const rows = await this.database.queries
      .select({ row: leases, run: runs, tenant: runs.tenant, priority: leases.priority })
      .from(leases)
      .innerJoin(runs, eq(runs.runId, leases.runId))
      .where(eq(leases.state, 'queued'))
      .orderBy(asc(leases.fence));
    // What came while the database was asked stays.
    for (const lease of before.keys()) this.#known.delete(lease);
    for (const each of rows) {
      const { lease } = each.row;
      this.#known.set(lease, before.get(lease) ?? { ...each, tasks: undefined });
    }
  }

  /** How many steps of each tenant are at workers now. */
  async #heldByTenant(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.queries
      .select({ tenant: runs.tenant, held: count() })
      .from(leases)
      .innerJoin(runs, eq(runs.runId, leases.runId))
      .where(and(eq(leases.state, 'sent'), isNotNull(leases.bootId)))
      .groupBy(runs.tenant);
    return new Map(rows.map(({ tenant, held }) => [tenant, held]));
  }
}
