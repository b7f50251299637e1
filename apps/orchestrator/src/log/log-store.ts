import { and, asc, desc, eq, gt, gte, inArray, lt, sql } from 'drizzle-orm';
import type { ReadTile, TileName } from '#evidence';
import { HASH_BYTES } from '#evidence';
import type { Queries, Transaction } from '../database/database.js';
import { logCheckpoints, logEntries, logQueue, logTiles } from '../database/schema.js';

/** One writer at a time among all replicas on one database; held until the transaction ends. */
const LOG_LOCK = 7_230_011;

export interface LogCheckpoint {
  readonly size: number;
  readonly note: string;
}

export interface QueuedLeaf {
  readonly id: number;
  readonly runId: string;
  readonly entry: Uint8Array;
}

/** The tables of the log, seen by a reader or from inside the writer's transaction. */
export class LogStore {
  constructor(private readonly queries: Queries | Transaction) {}

  async lock(): Promise<void> {
    await this.queries.execute(sql`select pg_advisory_xact_lock(${LOG_LOCK})`);
  }

  /** A leaf waits once, and not at all when it is in the log. */
  async enqueue(runId: string, entry: Uint8Array): Promise<void> {
    if ((await this.indexOf(runId)) !== null) return;
    await this.queries
      .insert(logQueue)
      .values({ runId, entry: Buffer.from(entry) })
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

  async logged(runIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.queries
      .select({ runId: logEntries.runId })
      .from(logEntries)
      .where(inArray(logEntries.runId, [...runIds]));
    return new Set(rows.map(({ runId }) => runId));
  }

  async indexOf(runId: string): Promise<number | null> {
    const [row] = await this.queries
      .select({ index: logEntries.index })
      .from(logEntries)
      .where(eq(logEntries.runId, runId));
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

  async putCheckpoint({ size, note }: LogCheckpoint): Promise<void> {
    await this.queries.insert(logCheckpoints).values({ size, note });
  }

  /** The newest signed note; null while the log is empty. */
  async newestCheckpoint(): Promise<LogCheckpoint | null> {
    const [row] = await this.queries
      .select()
      .from(logCheckpoints)
      .orderBy(desc(logCheckpoints.size))
      .limit(1);
    return row ?? null;
  }

  /** The first signed note that covers a leaf: the same however often it is asked for. */
  async checkpointOver(index: number): Promise<LogCheckpoint | null> {
    const [row] = await this.queries
      .select()
      .from(logCheckpoints)
      .where(gt(logCheckpoints.size, index))
      .orderBy(asc(logCheckpoints.size))
      .limit(1);
    return row ?? null;
  }
}
