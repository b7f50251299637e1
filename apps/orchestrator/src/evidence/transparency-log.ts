import { Inject, Injectable } from '@nestjs/common';
import { asc, desc, sql } from 'drizzle-orm';
import { inclusionPath, leafHash, merkleRoot } from '#canonical';
import {
  formatCheckpoint,
  formatLogProof,
  formatNote,
  formatVerifierKey,
  type LogEntry,
  noteKeyTypes,
  noteVerifierKey,
  signNote,
} from '#evidence';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { logEntries } from '../database/schema.js';
import { CONFIG } from '../tokens.js';
import { SigningKey } from './signing-key.js';

/** One writer at a time among all replicas on one database. */
const LOG_LOCK = 7_230_011;

/**
 * The append-only log of roots. It is trusted to sign what it shows; that it shows everybody the same tree is for
 * witnesses to say, and without one the verifier calls it "operator-only".
 */
@Injectable()
export class TransparencyLog {
  constructor(
    private readonly database: Database,
    private readonly key: SigningKey,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** C2SP verifier key of the log, for trust files. */
  get verifierKey(): string {
    const key = noteVerifierKey(this.config.logOrigin, noteKeyTypes.ed25519, this.key.publicKey);
    return formatVerifierKey(key);
  }

  /** Appends a run's entry, once: a repeated call returns the proof of the first. */
  async append(runId: string, entry: Uint8Array): Promise<LogEntry> {
    return this.database.queries.transaction(async (transaction) => {
      await transaction.execute(sql`select pg_advisory_xact_lock(${LOG_LOCK})`);
      const rows = await transaction
        .select({ runId: logEntries.runId, leafHash: logEntries.leafHash, checkpoint: logEntries.checkpoint })
        .from(logEntries)
        .orderBy(asc(logEntries.index));
      const known = rows.findIndex((row) => row.runId === runId);
      const found = rows[known];
      if (found !== undefined) {
        return this.#entry(known, rows.slice(0, known + 1), found.checkpoint, entry);
      }
      const leaf = Buffer.from(leafHash(entry));
      const leaves = [...rows.map((row) => row.leafHash), leaf];
      const text = formatCheckpoint({
        origin: this.config.logOrigin,
        size: leaves.length,
        root: merkleRoot(leaves),
      });
      const signature = signNote({ text, name: this.config.logOrigin, seed: this.key.seed });
      const checkpoint = formatNote({ text, signatures: [signature] });
      await transaction.insert(logEntries).values({ index: rows.length, runId, leafHash: leaf, checkpoint });
      return this.#entry(
        rows.length,
        leaves.map((hash) => ({ leafHash: hash })),
        checkpoint,
        entry,
      );
    });
  }

  /** The newest signed checkpoint; null while the log is empty. */
  async checkpoint(): Promise<string | null> {
    const [row] = await this.database.queries
      .select({ checkpoint: logEntries.checkpoint })
      .from(logEntries)
      .orderBy(desc(logEntries.index))
      .limit(1);
    return row?.checkpoint ?? null;
  }

  #entry(
    index: number,
    rows: readonly { leafHash: Uint8Array }[],
    checkpointNote: string,
    leaf: Uint8Array,
  ): LogEntry {
    const path = inclusionPath(
      rows.map((row) => row.leafHash),
      index,
    );
    return { origin: this.config.logOrigin, proof: formatLogProof({ index, path, checkpointNote }), leaf };
  }
}
