import { and, asc, count, eq, isNotNull } from 'drizzle-orm';
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

  async #read(): Promise<void> {
    this.#complete = true;
    const before = [...this.#known.keys()];
    const rows = await this.database.queries
      .select({ row: leases, run: runs, tenant: runs.tenant, priority: leases.priority })
      .from(leases)
      .innerJoin(runs, eq(runs.runId, leases.runId))
      .where(eq(leases.state, 'queued'))
      .orderBy(asc(leases.fence));
    // What came while the database was asked stays.
    for (const lease of before) this.#known.delete(lease);
    for (const each of rows) this.#known.set(each.row.lease, { ...each, tasks: undefined });
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
