import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { SigningKey } from '../evidence/signing-key.js';
import { TransparencyLog } from './transparency-log.js';
import { noWitnesses, type Witnessing } from './witness-config.js';
import { WitnessFeed } from './witness-feed.js';

export const logOrigin = 'log.example/test';

/** What a replica says of its witnesses goes nowhere. */
export const silent = { warn: () => undefined, error: () => undefined };

/** A database server of its own for one suite, and the key that every replica on it shares. */
export interface LogBed {
  readonly url: string;
  readonly folder: string;
  readonly key: SigningKey;
  /** Connections of their own, closed with the bed. */
  database(url?: string): Promise<Database>;
  /** An empty log again. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export async function openLogBed(): Promise<LogBed> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-log-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(folder, 0o755);
  const postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  const url = await postgres.start();
  const opened: Database[] = [];
  const database = async (at = url): Promise<Database> => {
    const made = await Database.open(at);
    opened.push(made);
    return made;
  };
  const { queries } = await database();
  return {
    url,
    folder,
    key: SigningKey.load(join(folder, 'keys')),
    database,
    async clear() {
      const tables = ['queue', 'entries', 'tiles', 'checkpoints', 'cosignatures'].map(
        (name) => `log_${name}`,
      );
      for (const table of [...tables, 'evidence_access']) {
        await queries.execute(sql.raw(`truncate sealflow.${table} restart identity`));
      }
    },
    async stop() {
      for (const made of opened) await made.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A log as one replica has it. */
export function openLog(
  database: Database,
  key: SigningKey,
  witnessing: Witnessing = noWitnesses,
): TransparencyLog & { readonly feed: WitnessFeed } {
  const feed = new WitnessFeed(database, { witnessing }, silent);
  return Object.assign(new TransparencyLog(database, key, { logOrigin }, feed), { feed });
}
