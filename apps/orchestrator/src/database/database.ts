import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import * as schema from './schema.js';

export type Queries = NodePgDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Queries['transaction']>[0]>[0];

/** One pool for the orchestrator's own tables; the journal of the workflow engine has its own. */
export class Database {
  readonly queries: Queries;

  private constructor(
    readonly url: string,
    private readonly pool: pg.Pool,
  ) {
    this.queries = drizzle(pool, { schema });
  }

  /** Connects, waits for a server that is still starting, and brings the schema up to date. */
  static async open(url: string): Promise<Database> {
    // One of them may be held by the sweep for timestamps while an authority takes its time.
    const pool = new pg.Pool({ connectionString: url, max: 5, idleTimeoutMillis: 30_000 });
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    pool.on('error', () => undefined);
    const database = new Database(url, pool);
    await migrate(database.queries, {
      migrationsFolder: migrationsFolder(),
      migrationsSchema: 'sealflow_migrations',
    });
    return database;
  }

  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  /** PostgreSQL NOTIFY; `text` has at most 8,000 bytes. */
  async notify(channel: string, text: string): Promise<void> {
    await this.pool.query('select pg_notify($1, $2)', [channel, text]);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** The SQL files lie beside the sources, also for compiled code. */
function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'apps', 'orchestrator', 'drizzle');
    if (existsSync(join(candidate, 'meta', '_journal.json'))) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no folder apps/orchestrator/drizzle above the orchestrator');
    folder = parent;
  }
}
