import { and, asc, count, desc, eq, gt, gte, inArray, lt, max, type SQL, sql } from 'drizzle-orm';
import type { ReadTile, TileName } from '#evidence';
import { HASH_BYTES } from '#evidence';
import type { Queries, Transaction } from '../database/database.js';
import { logCheckpoints, logCosignatures, logEntries, logQueue, logTiles } from '../database/schema.js';

/** One writer at a time among all replicas on one database; held until the transaction ends. */
const LOG_LOCK = 7_230_011;

export interface LogCheckpoint {
  readonly size: number;
  readonly note: string;
}

export interface QueuedLeaf {
  readonly id: number;
  /** A run's id, or `access/<id>`. */
  readonly subject: string;
  readonly entry: Uint8Array;
}

/** The tables of the log, seen by a reader or from inside the writer's transaction. */
export class LogStore {
  constructor(private readonly queries: Queries | Transaction) {}

  async lock(): Promise<void> {
    await this.queries.execute(sql`select pg_advisory_xact_lock(${LOG_LOCK})`);
  }

  /** A leaf waits once, and not at all when it is in the log. */
  async enqueue(subject: string, entry: Uint8Array): Promise<void> {
    if ((await this.indexOf(subject)) !== null) return;
    await this.enqueueNew(subject, entry);
  }

  /** For a subject that is certainly not in the log. */
  async enqueueNew(subject: string, entry: Uint8Array): Promise<void> {
    await this.queries
      .insert(logQueue)
      .values({ subject, entry: Buffer.from(entry) })
      .onConflictDoNothing();
  }

  /** The leaves that have waited longest. */
  async queued(countMax: number): Promise<QueuedLeaf[]> {
    return this.queries.select().from(logQueue).orderBy(asc(logQueue.id)).limit(countMax);
  }

  async dequeue(leaves: readonly QueuedLeaf[]): Promise<void> {
    const ids = leaves.map(({ id }) => id);
    await this.queries.delete(logQueue).where(inArray(logQueue.id, ids));
  }

  async logged(subjects: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.queries
      .select({ subject: logEntries.subject })
      .from(logEntries)
      .where(inArray(logEntries.subject, [...subjects]));
    return new Set(rows.map(({ subject }) => subject));
  }

  async indexOf(subject: string): Promise<number | null> {
    const [row] = await this.queries
      .select({ index: logEntries.index })
      .from(logEntries)
      .where(eq(logEntries.subject, subject));
    return row?.index ?? null;
  }

  async size(): Promise<number> {
    const [row] = await this.queries
      .select({ index: logEntries.index })
      .from(logEntries)
      .orderBy(desc(logEntries.index))
      .limit(1);
    return row === undefined ? 0 : row.index + 1;
  }

  async append(rows: readonly (typeof logEntries.$inferInsert)[]): Promise<void> {
    await this.queries.insert(logEntries).values([...rows]);
  }

  async leafHashes(): Promise<Uint8Array[]> {
    const rows = await this.queries
      .select({ leafHash: logEntries.leafHash })
      .from(logEntries)
      .orderBy(asc(logEntries.index));
    return rows.map(({ leafHash }) => leafHash);
  }

  /** Entries from an index on, in order. */
  async entries(from: number, count: number): Promise<Uint8Array[]> {
    const rows = await this.queries
      .select({ entry: logEntries.entry })
      .from(logEntries)
      .where(and(gte(logEntries.index, from), lt(logEntries.index, from + count)))
      .orderBy(asc(logEntries.index));
    return rows.map(({ entry }) => entry);
  }

  /** The first hashes of a tile; null when there are fewer. */
  async tile({ level, index, width }: TileName): Promise<Uint8Array | null> {
    const [row] = await this.queries
      .select({ hashes: logTiles.hashes })
      .from(logTiles)
      .where(and(eq(logTiles.level, level), eq(logTiles.index, index)));
    const bytes = width * HASH_BYTES;
    return row === undefined || row.hashes.length < bytes ? null : row.hashes.subarray(0, bytes);
  }

  /** The same for the readers of trees, which ask for what must be there. */
  readonly readTile: ReadTile = async (name) => {
    const tile = await this.tile(name);
    if (tile !== null) return tile;
    throw new Error(`the log has no tile ${name.level}/${name.index} of width ${name.width}`);
  };

  async putTiles(tiles: readonly (TileName & { readonly hashes: Uint8Array })[]): Promise<void> {
    const rows = tiles.map(({ level, index, hashes }) => ({ level, index, hashes: Buffer.from(hashes) }));
    await this.queries
      .insert(logTiles)
      .values(rows)
      .onConflictDoUpdate({
        target: [logTiles.level, logTiles.index],
        set: { hashes: sql`excluded.hashes` },
      });
  }

  async putCheckpoint({ size, note }: LogCheckpoint, published: boolean): Promise<void> {
    await this.queries.insert(logCheckpoints).values({ size, note, published });
  }

  /** The newest signed note, shown or not; null while the log is empty. */
  newestCheckpoint(): Promise<LogCheckpoint | null> {
    return this.#checkpoint(undefined, desc(logCheckpoints.size));
  }

  /** The newest that is shown. It never gets smaller: what is shown once stays shown. */
  publishedCheckpoint(): Promise<LogCheckpoint | null> {
    return this.#checkpoint(eq(logCheckpoints.published, true), desc(logCheckpoints.size));
  }

  /** The first signed note that covers a leaf: the same however often it is asked for. */
  checkpointOver(index: number): Promise<LogCheckpoint | null> {
    return this.#checkpoint(gt(logCheckpoints.size, index), asc(logCheckpoints.size));
  }

  /** The first that covers a leaf and has as many signatures of these witnesses as are wanted. */
  async cosignedOver(
    index: number,
    witnesses: readonly string[],
    quorum: number,
  ): Promise<LogCheckpoint | null> {
    const [row] = await this.queries
      .select({ size: logCosignatures.size })
      .from(logCosignatures)
      .where(and(gt(logCosignatures.size, index), inArray(logCosignatures.witness, [...witnesses])))
      .groupBy(logCosignatures.size)
      .having(gte(count(), quorum))
      .orderBy(asc(logCosignatures.size))
      .limit(1);
    return row === undefined
      ? null
      : this.#checkpoint(eq(logCheckpoints.size, row.size), desc(logCheckpoints.size));
  }

  /** Signature lines of witnesses under a checkpoint, in a fixed order. */
  async cosignatures(size: number): Promise<string[]> {
    const rows = await this.queries
      .select({ line: logCosignatures.line })
      .from(logCosignatures)
      .where(eq(logCosignatures.size, size))
      .orderBy(asc(logCosignatures.witness));
    return rows.map(({ line }) => line);
  }

  /** A second signature of a witness says nothing new. */
  async putCosignature(row: typeof logCosignatures.$inferInsert): Promise<void> {
    await this.queries.insert(logCosignatures).values(row).onConflictDoNothing();
  }

  async cosignedUpTo(witness: string): Promise<number> {
    const [row] = await this.queries
      .select({ size: max(logCosignatures.size) })
      .from(logCosignatures)
      .where(eq(logCosignatures.witness, witness));
    return row?.size ?? 0;
  }

  async isCosigned(size: number, witness: string): Promise<boolean> {
    const rows = await this.queries
      .select({ size: logCosignatures.size })
      .from(logCosignatures)
      .where(and(eq(logCosignatures.size, size), eq(logCosignatures.witness, witness)));
    return rows.length > 0;
  }

  /** Shows the newest checkpoint that has its quorum. */
  async publishCosigned(witnesses: readonly string[], quorum: number): Promise<void> {
    const [row] = await this.queries
      .select({ size: logCosignatures.size })
      .from(logCosignatures)
      .where(inArray(logCosignatures.witness, [...witnesses]))
      .groupBy(logCosignatures.size)
      .having(gte(count(), quorum))
      .orderBy(desc(logCosignatures.size))
      .limit(1);
    if (row !== undefined) await this.publish(row.size);
  }

  async publish(size: number): Promise<void> {
    await this.queries.update(logCheckpoints).set({ published: true }).where(eq(logCheckpoints.size, size));
  }

  async #checkpoint(where: SQL | undefined, order: SQL): Promise<LogCheckpoint | null> {
    const [row] = await this.queries
      .select({ size: logCheckpoints.size, note: logCheckpoints.note })
      .from(logCheckpoints)
      .where(where)
      .orderBy(order)
      .limit(1);
    return row ?? null;
  }
}
