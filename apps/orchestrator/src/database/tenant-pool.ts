import pg from 'pg';
import { measureQueries } from './measure-queries.js';
import { prepareQueries } from './prepare-queries.js';
import { TENANT_ROLE, TENANT_SETTING } from './tenant-role.js';

/**
 * Connections of the tenants' role. Each is told whose call it serves before it is handed out; that it remembers is
 * what makes calls of one tenant cost no further question.
 */
export class TenantPool {
  readonly #pool: pg.Pool;
  readonly #servedBy = new WeakMap<pg.PoolClient, string>();

  /** @param tenant who calls now; null has no business here */
  constructor(
    config: pg.PoolConfig,
    private readonly tenant: () => string | null,
  ) {
    this.#pool = new pg.Pool({ ...config, options: `-c role=${TENANT_ROLE}` });
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => {
      prepareQueries(client);
      measureQueries(client);
      client.on('error', () => undefined);
    });
  }

  async connect(): Promise<pg.PoolClient> {
    const tenant = this.tenant();
    if (tenant === null) throw new Error('a call of no tenant asked as one');
    const client = await this.#pool.connect();
    try {
      if (this.#servedBy.get(client) !== tenant) {
        await client.query('select set_config($1, $2, false)', [TENANT_SETTING, tenant]);
        this.#servedBy.set(client, tenant);
      }
    } catch (error) {
      // Whose it is now, nobody knows.
      client.release(true);
      throw error;
    }
    return client;
  }

  async query(query: pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    const client = await this.connect();
    try {
      return await client.query(query, values);
    } finally {
      client.release();
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}
