import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import type { Logger } from '#telemetry';
import { asCaller, asSystem } from '../auth/call-context.js';
import type { Principal } from '../auth/principal.js';
import { blobStoreIn } from '../keys/keyring.fixture.js';
import { TaskHistory } from '../plans/task-history.js';
import { Database } from './database.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { publicTables, systemTables, TENANT_ROLE, TENANT_SETTING } from './tenant-role.js';

const caller = (tenant: string | null): Principal => ({
  subject: 'key:1',
  tenant,
  roles: [tenant === null ? 'worker' : 'submitter'],
  kind: 'key',
  holder: 'x',
  expiresMs: 0,
});

let folder: string;
let postgres: EmbeddedPostgres;
let url: string;
let database: Database;
let owner: pg.Client;
let tables: { name: string; columns: string[] }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-tenants-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(folder, 0o755);
  postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  url = await postgres.start();
  database = await Database.open(url);
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const { rows } = await owner.query<{ name: string; columns: string[] }>(
    `select table_name as name, array_agg(column_name::text) as columns from information_schema.columns
     where table_schema = 'sealflow' group by 1 order by 1`,
  );
  tables = rows;
  for (const tenant of ['acme', 'globex']) await fill(tenant);
});
afterAll(async () => {
  await owner.end();
  await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A row of each guarded table, with whatever its columns take. */
async function fill(tenant: string): Promise<void> {
  const runId = `run-of-${tenant}`;
  const ordered = [...tables].sort((a, b) => Number(b.name === 'runs') - Number(a.name === 'runs'));
  for (const { name } of ordered.filter(isGuarded)) {
    await owner.query(insertOf(name, await requiredOf(name), { tenant, runId, key: tenant }));
  }
}

interface Column {
  readonly column_name: string;
  readonly data_type: string;
}

/** Columns that have no default and may not be null. */
async function requiredOf(table: string): Promise<Column[]> {
  const { rows } = await owner.query<Column>(
    `select column_name, data_type from information_schema.columns where table_schema = 'sealflow'
     and table_name = $1 and is_nullable = 'NO' and column_default is null`,
    [table],
  );
  return rows;
}

function insertOf(
  table: string,
  columns: readonly Column[],
  { tenant, runId, key }: { tenant: string; runId: string; key: string },
): string {
  const values = columns.map(({ column_name, data_type }) => {
    if (column_name === 'tenant') return `'${tenant}'`;
    if (column_name === 'run_id') return `'${runId}'`;
    if (/int|numeric|double/.test(data_type)) return '1';
    if (/timestamp|^date$/.test(data_type)) return 'now()';
    if (data_type === 'jsonb') return `'[]'`;
    if (data_type === 'bytea') return `'\\x00'`;
    if (data_type === 'boolean') return 'false';
    return `'${column_name} of ${key}'`;
  });
  const names = columns.map(({ column_name }) => column_name);
  return `insert into sealflow.${table} (${names.join(', ')}) values (${values.join(', ')})`;
}

function isGuarded({ name, columns }: { name: string; columns: readonly string[] }): boolean {
  if (systemTables.includes(name)) return false;
  return columns.includes('tenant') || columns.includes('run_id');
}

/** Raw SQL as a call of a tenant would run it. */
async function as(tenant: string | null, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, options: `-c role=${TENANT_ROLE}` });
  await client.connect();
  try {
    if (tenant !== null) await client.query('select set_config($1, $2, false)', [TENANT_SETTING, tenant]);
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** How a table is named for the rows of one tenant. */
const ofTenant = (columns: readonly string[], tenant: string): string =>
  columns.includes('tenant') ? `tenant = '${tenant}'` : `run_id = 'run-of-${tenant}'`;

describe('every table', () => {
  it('is guarded by a policy, kept from tenants, or public', async () => {
    const { rows } = await owner.query<{ tablename: string }>(
      "select tablename from pg_policies where schemaname = 'sealflow' and policyname = 'of_tenant'",
    );
    const guarded = new Set(rows.map(({ tablename }) => tablename));
    const loose = tables
      .map(({ name }) => name)
      .filter((name) => !guarded.has(name) && !systemTables.includes(name) && !publicTables.includes(name));
    expect(loose).toEqual([]);
    expect(guarded.size).toBeGreaterThanOrEqual(9);
  });

  it('of the guarded ones shows a tenant its own rows', async () => {
    for (const { name } of tables.filter(isGuarded)) {
      const { rows } = await as('acme', `select * from sealflow.${name}`);
      expect({ name, rows: rows.length }).toEqual({ name, rows: 1 });
    }
  });

  it('of the guarded ones shows nothing of another tenant, and nothing to nobody', async () => {
    for (const { name, columns } of tables.filter(isGuarded)) {
      const there = `select * from sealflow.${name} where ${ofTenant(columns, 'globex')}`;
      expect((await owner.query(there)).rows).toHaveLength(1);
      expect((await as('acme', there)).rows).toEqual([]);
      expect((await as(null, `select * from sealflow.${name}`)).rows).toEqual([]);
      expect((await as('', `select * from sealflow.${name}`)).rows).toEqual([]);
    }
  });

  it('of the guarded ones takes no change and no deletion of another tenant’s rows', async () => {
    for (const { name, columns } of tables.filter(isGuarded)) {
      const theirs = ofTenant(columns, 'globex');
      const column = columns.find((candidate) => !['tenant', 'run_id'].includes(candidate)) ?? '';
      const update = await as('acme', `update sealflow.${name} set ${column} = ${column} where ${theirs}`);
      const removal = await as('acme', `delete from sealflow.${name} where ${theirs}`);
      expect({ name, updated: update.rowCount, removed: removal.rowCount }).toEqual({
        name,
        updated: 0,
        removed: 0,
      });
    }
  });

  it('of the guarded ones takes no row for another tenant, and gives none away', async () => {
    for (const { name, columns } of tables.filter(isGuarded)) {
      const insert = insertOf(name, await requiredOf(name), {
        tenant: 'globex',
        runId: 'run-of-globex',
        key: 'a smuggler',
      });
      await expect(as('acme', insert), name).rejects.toThrow(/row-level security/);
      const change = columns.includes('tenant') ? `tenant = 'globex'` : `run_id = 'run-of-globex'`;
      await expect(as('acme', `update sealflow.${name} set ${change}`), name).rejects.toThrow(
        /row-level security/,
      );
    }
  });

  it('of the system is closed to tenants', async () => {
    for (const name of systemTables) {
      await expect(as('acme', `select * from sealflow.${name}`), name).rejects.toThrow(/permission denied/);
      await expect(as('acme', `delete from sealflow.${name}`), name).rejects.toThrow(/permission denied/);
    }
    for (const name of publicTables) {
      await expect(as('acme', `delete from sealflow.${name}`), name).rejects.toThrow(/permission denied/);
    }
  });

  it('can be changed by no tenant in its form, nor can its policies', async () => {
    for (const statement of [
      'alter table sealflow.runs disable row level security',
      'drop policy of_tenant on sealflow.runs',
      'create table sealflow.mine (x text)',
      'truncate sealflow.runs cascade',
    ]) {
      await expect(as('acme', statement), statement).rejects.toThrow(/must be owner|permission denied/);
    }
  });
});

describe('a call', () => {
  const runsSeen = () =>
    database.queries.execute<{ tenant: string }>('select tenant from sealflow.runs order by tenant');
  const tenants = async () => (await runsSeen()).rows.map(({ tenant }) => tenant);

  it('of a tenant sees its rows only, by whatever query', async () => {
    expect(await asCaller(caller('acme'), tenants)).toEqual(['acme']);
    expect(await asCaller(caller('globex'), tenants)).toEqual(['globex']);
  });

  it('of another tenant on the same connection sees nothing of the one before', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const tenant = turns % 2 === 0 ? 'acme' : 'globex';
      expect(await asCaller(caller(tenant), tenants)).toEqual([tenant]);
    }
    const many = Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? 'acme' : 'globex'));
    expect(await Promise.all(many.map((tenant) => asCaller(caller(tenant), tenants)))).toEqual(
      many.map((tenant) => [tenant]),
    );
  });

  it('keeps its tenant through a transaction', async () => {
    const seen = await asCaller(caller('acme'), () =>
      database.queries.transaction(async (transaction) => {
        const { rows } = await transaction.execute('select tenant from sealflow.runs');
        return rows;
      }),
    );
    expect(seen).toEqual([{ tenant: 'acme' }]);
  });

  it('that begins work of the orchestrator itself leaves its tenant behind', async () => {
    expect(await asCaller(caller('acme'), () => asSystem(tenants))).toEqual(['acme', 'globex']);
    expect(await asCaller(caller(null), tenants)).toEqual(['acme', 'globex']);
    expect(await tenants()).toEqual(['acme', 'globex']);
  });
});

describe('the history of tasks', () => {
  it('is everybody`s, whoever asks for a plan first', async () => {
    await owner.query(`update sealflow.tasks set operation = 'noop', state = 'SUCCEEDED', ended_at = now(),
      task_id = 'one', attempt = 1, memory_mib = case run_id when 'run-of-globex' then 300 else 100 end`);
    await owner.query(
      `update sealflow.leases set task_id = 'one', attempt = 1, sent_at = now() - interval '2 s'`,
    );
    const history = new TaskHistory(database, Date.now, { warn: expect.fail } as unknown as Logger);
    const { noop } = await asCaller(caller('acme'), () => history.current());
    expect(noop).toMatchObject({ count: 2, memoryMiB: 300 });
  });
});

describe('a blob', () => {
  const bytes = Buffer.from('bytes that two tenants have');
  const store = () => blobStoreIn(database, folder);

  it('is there for who sent it, and for nobody who has its digest alone', async () => {
    const digest = await asCaller(caller('acme'), () => store().put(bytes));
    expect(digest).toBe(digestOf(bytes));
    expect(await asCaller(caller('acme'), () => store().find(digest))).toEqual(bytes);
    expect(await asCaller(caller('globex'), () => store().find(digest))).toBeUndefined();
    expect(await asCaller(caller('globex'), () => store().size(digest))).toBeUndefined();
    // Whoever has the bytes has the blob.
    await asCaller(caller('globex'), () => store().put(bytes));
    expect(await asCaller(caller('globex'), () => store().find(digest))).toEqual(bytes);
  });
});
