import { eq, getTableColumns, inArray, ne, sql } from 'drizzle-orm';
import type { Queries, Transaction } from '../database/database.js';
import { drainedWorkers, fencedWorkers, replicas, workerSessions } from '../database/schema.js';
import type { MachineFacts } from '../sessions/machine-facts.js';

/** One replica at a time takes over; held until the transaction ends, so nobody has to give it back. */
const TAKEOVER_LOCK = 7_230_013;

/** A worker's boot. */
export interface ConnectedBoot {
  readonly bootId: string;
  readonly workerId: string;
  /** `sha256:` of the raw X25519 sealing key. */
  readonly sealKeyId: string;
}

/** A worker, as the replica that it is connected to tells the others. */
export interface ConnectedWorker extends ConnectedBoot {
  /** base64, Ed25519 */
  readonly signKey: string;
  readonly operations: readonly string[];
  readonly imageDigest: string;
  readonly connectedAt: Date;
  /** Whose steps alone it is given; null: everybody's. */
  readonly tenant: string | null;
  /** Null until its evidence was looked at. */
  readonly machine: MachineFacts | null;
}

export interface WorkerElsewhere extends ConnectedWorker {
  readonly executorId: string;
  /** Of its replica; null where that says none. */
  readonly address: string | null;
}

/** What replicas on one database tell each other. All times are the database's: replicas need no common clock. */
export class ReplicaStore {
  constructor(private readonly queries: Queries | Transaction) {}

  async beat(executorId: string, address: string | null = null): Promise<void> {
    await this.queries
      .insert(replicas)
      .values({ executorId, seenAt: sql`now()` as never, address })
      .onConflictDoUpdate({ target: replicas.executorId, set: { seenAt: sql`now()`, address } });
  }

  /** Says goodbye: what this replica still has may be taken over at once. */
  async leave(executorId: string): Promise<void> {
    await this.queries
      .update(replicas)
      .set({ seenAt: sql`'epoch'::timestamptz` })
      .where(eq(replicas.executorId, executorId));
    await this.queries.delete(workerSessions).where(eq(workerSessions.executorId, executorId));
  }

  /** Other replicas by whether they were seen within `deadMs`. */
  async others(
    executorId: string,
    deadMs: number,
  ): Promise<{ readonly live: readonly string[]; readonly dead: readonly string[] }> {
    const rows = await this.queries
      .select({
        executorId: replicas.executorId,
        live: sql<boolean>`${replicas.seenAt} > now() - ${deadMs} * interval '1 millisecond'`,
      })
      .from(replicas)
      .where(ne(replicas.executorId, executorId));
    const named = (live: boolean): string[] =>
      rows.filter((row) => row.live === live).map((row) => row.executorId);
    return { live: named(true), dead: named(false) };
  }

  /** Forgets a replica that left nothing behind. */
  async forget(executorId: string): Promise<void> {
    await this.queries.delete(workerSessions).where(eq(workerSessions.executorId, executorId));
    await this.queries.delete(replicas).where(eq(replicas.executorId, executorId));
  }

  /** Replaces what this replica said of its workers. */
  async tellSessions(executorId: string, boots: readonly ConnectedWorker[]): Promise<void> {
    await this.queries.delete(workerSessions).where(eq(workerSessions.executorId, executorId));
    if (boots.length === 0) return;
    await this.queries.insert(workerSessions).values(boots.map((boot) => ({ ...boot, executorId })));
  }

  async sessionsOf(executorIds: readonly string[]): Promise<WorkerElsewhere[]> {
    if (executorIds.length === 0) return [];
    return this.queries
      .select({ ...getTableColumns(workerSessions), address: replicas.address })
      .from(workerSessions)
      .leftJoin(replicas, eq(replicas.executorId, workerSessions.executorId))
      .where(inArray(workerSessions.executorId, [...executorIds]));
  }

  async fence(signKey: string, reason: string): Promise<void> {
    await this.queries
      .insert(fencedWorkers)
      .values({ signKey, reason, at: sql`now()` as never })
      .onConflictDoNothing();
  }

  async fences(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.queries.select().from(fencedWorkers);
    return new Map(rows.map(({ signKey, reason }) => [signKey, reason]));
  }

  /** Ids of workers that operators take out of service. */
  async drained(): Promise<string[]> {
    const rows = await this.queries.select({ workerId: drainedWorkers.workerId }).from(drainedWorkers);
    return rows.map(({ workerId }) => workerId);
  }

  /** Whether it was not drained before. */
  async drain(workerId: string, reason: string): Promise<boolean> {
    const added = await this.queries
      .insert(drainedWorkers)
      .values({ workerId, reason, at: sql`now()` as never })
      .onConflictDoNothing()
      .returning({ workerId: drainedWorkers.workerId });
    return added.length > 0;
  }

  /** Whether it was drained. */
  async undrain(workerId: string): Promise<boolean> {
    const removed = await this.queries
      .delete(drainedWorkers)
      .where(eq(drainedWorkers.workerId, workerId))
      .returning({ workerId: drainedWorkers.workerId });
    return removed.length > 0;
  }

  /** False when another replica is at it. */
  async tryTakeoverLock(): Promise<boolean> {
    const { rows } = await this.queries.execute<{ locked: boolean }>(
      sql`select pg_try_advisory_xact_lock(${TAKEOVER_LOCK}) as locked`,
    );
    return rows[0]?.locked === true;
  }
}
