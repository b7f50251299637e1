import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { currentPrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import { keepBytesApart } from './bytes-of-rows.js';
import { measureQueries } from './measure-queries.js';
import { bringUpToDate, migrationsKnown } from './migrations.js';
import { prepareQueries } from './prepare-queries.js';
import * as schema from './schema.js';
import { TenantPool } from './tenant-pool.js';
import { guardTables } from './tenant-role.js';

const MIGRATION_LOCK = 7_230_014;
const LOCK_POLL_MS = 100;

export type Queries = NodePgDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Queries['transaction']>[0]>[0];

/**
 * Two pools for the orchestrator's own tables: of the orchestrator itself, and of the calls of tenants, for which the
 * database shows the caller's rows only. The journal of the workflow engine has its own.
 */
export class Database {
  readonly #system: Queries;
  readonly #ofTenants: Queries;
  readonly #tenants: TenantPool;

  private constructor(
    readonly url: string,
    private readonly pool: pg.Pool,
  ) {
    this.#system = drizzle(pool, { schema });
    this.#tenants = new TenantPool(
      {
        connectionString: url,
        max: 5,
        idleTimeoutMillis: 30_000,
        idle_in_transaction_session_timeout: limits.replicaDeadMs,
      },
      callingTenant,
    );
    // Drizzle knows a pool by its name and uses no more of it than this one has.
    this.#ofTenants = drizzle(this.#tenants as unknown as pg.Pool, { schema });
  }

  /** As whom this code runs: within a call of a tenant it sees that tenant's rows, see `asSystem` for the way out. */
  get queries(): Queries {
    return callingTenant() === null ? this.#system : this.#ofTenants;
  }

  /** Connects, waits for a server that is still starting, and brings the schema up to date. */
  static async open(url: string): Promise<Database> {
    keepBytesApart();
    // One of them may be held by the sweep for timestamps while an authority takes its time.
    const pool = new pg.Pool({
      connectionString: url,
      max: 5,
      idleTimeoutMillis: 30_000,
      // A replica that freezes inside a transaction would keep its locks from all others for as long.
      idle_in_transaction_session_timeout: limits.replicaDeadMs,
    });
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => {
      prepareQueries(client);
      measureQueries(client);
    });
    // So would one that the server ends inside a transaction; whoever used it gets the error with the next query.
    pool.on('connect', (client) => client.on('error', () => undefined));
    const database = new Database(url, pool);
    await database.alone(async (client) => {
      await bringUpToDate(database.#system, client);
      await guardTables(client);
    });
    return database;
  }

  /**
   * Changes the schema while no other replica does: neither our migrator nor the engine's takes a lock, and of two
   * that start together one would fail.
   */
  async alone(change: (client: pg.ClientBase) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    try {
      while (!(await tryLock(client))) await sleep(LOCK_POLL_MS);
      await change(client);
      await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    } catch (error) {
      // With its connection the lock goes.
      client.release(true);
      throw error;
    }
    client.release();
  }

  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  /** Whether every migration that this code knows was applied. Rejects while the server is away. */
  async isMigrated(): Promise<boolean> {
    const { rows } = await this.pool.query<{ applied: number }>(
      'select count(*)::int as applied from sealflow_migrations.__drizzle_migrations',
    );
    return (rows[0]?.applied ?? 0) >= migrationsKnown();
  }

  /** PostgreSQL NOTIFY; `text` has at most 8,000 bytes. */
  async notify(channel: string, text: string): Promise<void> {
    await this.pool.query('select pg_notify($1, $2)', [channel, text]);
  }

  /** Connections of the pool: all, those that do nothing, and callers that wait for one. */
  get connections(): { readonly open: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { open: totalCount, idle: idleCount, waiting: waitingCount };
  }

  async close(): Promise<void> {
    await this.#tenants.end();
    await this.pool.end();
  }
}

/** For a transaction that waits for somebody else than the database. */
export async function allowIdle(transaction: Transaction, idleMs: number): Promise<void> {
  await transaction.execute(
    sql`select set_config('idle_in_transaction_session_timeout', ${String(idleMs)}, true)`,
  );
}

function callingTenant(): string | null {
  return currentPrincipal()?.tenant ?? null;
}

/** Asks again instead of waiting in the server: an index is created concurrently only when no other statement runs. */
async function tryLock(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    MIGRATION_LOCK,
  ]);
  return rows[0]?.locked === true;
}
