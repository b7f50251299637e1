import { and, asc, eq, gt, inArray, isNotNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { BundleTimestamp } from '#evidence';
import type { Queries, Transaction } from '../database/database.js';
import { logCheckpoints, logTimestamps, runs, timestampQueue } from '../database/schema.js';

/** One replica at a time completes bundles; held until the transaction ends, so nobody has to give it back. */
const SWEEP_LOCK = 7_230_012;

export interface WaitingBundle {
  readonly runId: string;
  readonly tenant: string;
  /** Leaves under the checkpoint that the bundle is proved against. */
  readonly size: number;
  readonly held: number;
  readonly since: Date;
  /** Digest of the bundle as it is. */
  readonly bundle: string;
}

/** Tokens by checkpoint, and the bundles that wait for some. */
export class TimestampStore {
  constructor(private readonly queries: Queries | Transaction) {}

  /** False when another replica is at it. */
  async tryLock(): Promise<boolean> {
    const { rows } = await this.queries.execute<{ locked: boolean }>(
      sql`select pg_try_advisory_xact_lock(${SWEEP_LOCK}) as locked`,
    );
    return rows[0]?.locked === true;
  }

  /** By the address of their authority. */
  async tokens(size: number, authorities: readonly string[]): Promise<ReadonlyMap<string, BundleTimestamp>> {
    if (authorities.length === 0) return new Map();
    const rows = await this.queries
      .select({ authority: logTimestamps.authority, token: logTimestamps.token })
      .from(logTimestamps)
      .where(and(eq(logTimestamps.size, size), inArray(logTimestamps.authority, [...authorities])))
      .orderBy(asc(logTimestamps.authority));
    return new Map(rows.map(({ authority, token }) => [authority, timestampOf(token)]));
  }

  /** The first token of an authority over a checkpoint stays: all bundles under it have the same. */
  async keep(size: number, authority: string, { token }: BundleTimestamp): Promise<void> {
    await this.queries
      .insert(logTimestamps)
      .values({ size, authority, token: Buffer.from(token) })
      .onConflictDoNothing();
  }

  async note(size: number): Promise<string | null> {
    const [row] = await this.queries
      .select({ note: logCheckpoints.note })
      .from(logCheckpoints)
      .where(eq(logCheckpoints.size, size));
    return row?.note ?? null;
  }

  /** Before the run is called over: a crash in between leaves a row that waits for the bundle. */
  async enqueue(row: typeof timestampQueue.$inferInsert): Promise<void> {
    const { size, held, since } = row;
    await this.queries
      .insert(timestampQueue)
      .values(row)
      .onConflictDoUpdate({ target: timestampQueue.runId, set: { size, held, since } });
  }

  async isWaiting(): Promise<boolean> {
    const rows = await this.queries.select({ runId: timestampQueue.runId }).from(timestampQueue).limit(1);
    return rows.length > 0;
  }

  /** Sizes of checkpoints above `above` that closed bundles wait under, in order; not those that wait for too long. */
  async sizesSince(since: Date, above: number, countMax: number): Promise<number[]> {
    const rows = await this.queries
      .selectDistinct({ size: timestampQueue.size })
      .from(timestampQueue)
      .innerJoin(runs, eq(runs.runId, timestampQueue.runId))
      .where(and(isNotNull(runs.bundle), gt(timestampQueue.since, since), gt(timestampQueue.size, above)))
      .orderBy(asc(timestampQueue.size))
      .limit(countMax);
    return rows.map(({ size }) => size);
  }

  /** Bundles under a checkpoint that have fewer tokens than `held`. */
  async waitingUnder(size: number, held: number, countMax: number): Promise<WaitingBundle[]> {
    const fewer = and(eq(timestampQueue.size, size), lt(timestampQueue.held, held));
    return this.#waiting(fewer, countMax);
  }

  /** Bundles that wait for too long to get a token over their own checkpoint. */
  async waitingBefore(since: Date, countMax: number): Promise<WaitingBundle[]> {
    return this.#waiting(lte(timestampQueue.since, since), countMax);
  }

  async #waiting(where: SQL | undefined, countMax: number): Promise<WaitingBundle[]> {
    const { runId, size, held, since } = timestampQueue;
    const rows = await this.queries
      .select({ runId, size, held, since, bundle: runs.bundle, tenant: runs.tenant })
      .from(timestampQueue)
      .innerJoin(runs, eq(runs.runId, runId))
      .where(and(isNotNull(runs.bundle), where))
      .orderBy(asc(since), asc(runId))
      .limit(countMax);
    return rows.flatMap(({ bundle, ...row }) => (bundle === null ? [] : [{ ...row, bundle }]));
  }

  /** The bundle of a run from now on; `held` null when it waits no more. */
  async replaceBundle({ runId, bundle }: WaitingBundle, to: string, held: number | null): Promise<void> {
    await this.queries
      .update(runs)
      .set({
        bundle: to,
        replacedBundles: sql`coalesce(${runs.replacedBundles}, '[]') || to_jsonb(${bundle}::text)`,
      })
      .where(and(eq(runs.runId, runId), eq(runs.bundle, bundle)));
    const row = eq(timestampQueue.runId, runId);
    if (held === null) await this.queries.delete(timestampQueue).where(row);
    else await this.queries.update(timestampQueue).set({ held }).where(row);
  }
}

function timestampOf(token: Buffer): BundleTimestamp {
  return {
    kind: 'rfc3161',
    over: 'checkpoint',
    digestAlg: 'sha256',
    token: new Uint8Array(token),
    chain: [],
    crls: [],
  };
}
