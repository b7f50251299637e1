import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SigningKey } from '../evidence/signing-key.js';
import { logOrigin } from '../log/log.fixture.js';
import { Database } from './database.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { MIGRATIONS_SCHEMA, SchemaError } from './migrations.js';
import {
  databaseAt,
  fillOld,
  migrationJournal,
  oldTenants,
  type Row,
  rowsOf,
  runOf,
} from './old-schema.fixture.js';
import { publicTables, systemTables, TENANT_ROLE, TENANT_SETTING } from './tenant-role.js';

const { entries } = migrationJournal();
const olderSchemas = entries.map((_, at) => at + 1).slice(0, -1);
let folder: string;
let postgres: EmbeddedPostgres;
let server: string;
let key: SigningKey;
const open: { end(): Promise<void> }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-migrations-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(folder, 0o755);
  postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  server = await postgres.start();
  key = SigningKey.load(join(folder, 'keys'));
});
/** The server has few connections. */
async function closeAll(): Promise<void> {
  for (const client of open.splice(0)) await client.end().catch(() => undefined);
}

afterAll(async () => {
  await closeAll();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(url: string, options?: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, ...(options === undefined ? {} : { options }) });
  // Some tests end a server process under its connections.
  client.on('error', () => undefined);
  await client.connect();
  open.push(client);
  return client;
}

/** A database of an earlier release, with rows. */
async function older(count: number, name: string): Promise<{ url: string; client: pg.Client }> {
  const url = await databaseAt(server, count, name);
  const client = await connect(url);
  await fillOld(client, { origin: logOrigin, seed: key.seed });
  return { url, client };
}

async function migrated(url: string): Promise<void> {
  await (await Database.open(url)).close();
}

/** What a migration says that it changes: everything else has to be there as it was. */
function asNow(table: string, row: Row, count: number): Row | null {
  // Who is connected is written anew by every replica that starts.
  if (table === 'worker_sessions' && count <= 8) return null;
  if (table !== 'log_entries') return row;
  const { run_id: subject, checkpoint: _moved, ...rest } = row;
  return subject === undefined ? rest : { ...rest, subject };
}

async function schemaOf(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query(
    `select table_name, column_name, data_type, column_default, is_nullable from information_schema.columns
     where table_schema = 'sealflow' order by 1, 2`,
  );
  const { rows: indexes } = await client.query(
    `select indexname, indexdef from pg_indexes where schemaname = 'sealflow' order by 1`,
  );
  const { rows: policies } = await client.query(
    `select tablename, qual, with_check from pg_policies where schemaname = 'sealflow' order by 1`,
  );
  return { rows, indexes, policies };
}

describe('a database that this release must not touch', () => {
  afterEach(closeAll);

  it('is refused when a newer release migrated it, and stays as it is', async () => {
    const url = await databaseAt(server, entries.length, 'newer');
    await migrated(url);
    const client = await connect(url);
    const newest = entries.at(-1)?.when ?? 0;
    await client.query(
      `insert into ${MIGRATIONS_SCHEMA}.__drizzle_migrations (hash, created_at) values ($1, $2)`,
      ['of a release to come', newest + 1],
    );
    const before = await schemaOf(client);
    await expect(Database.open(url)).rejects.toMatchObject({
      code: 'SCHEMA_NEWER',
      message: expect.stringMatching(/^SCHEMA_NEWER: .*start that release, or restore a backup/),
    });
    expect(await schemaOf(client)).toEqual(before);
  });

  it('is refused when another build applied something else in the place of a migration', async () => {
    const url = await databaseAt(server, entries.length, 'otherwise');
    const client = await connect(url);
    await client.query(`update ${MIGRATIONS_SCHEMA}.__drizzle_migrations set hash = 'edited' where id = 3`);
    await expect(Database.open(url)).rejects.toMatchObject({ code: 'SCHEMA_FOREIGN' });
  });

  it('is refused when a migration is missing below the newest, which the migrator would never apply', async () => {
    const url = await databaseAt(server, entries.length, 'gap');
    const client = await connect(url);
    await client.query(`delete from ${MIGRATIONS_SCHEMA}.__drizzle_migrations where id = 3`);
    await expect(Database.open(url)).rejects.toBeInstanceOf(SchemaError);
    await expect(Database.open(url)).rejects.toMatchObject({ code: 'SCHEMA_FOREIGN' });
  });
});

describe('the migrations', () => {
  it('follow each other in time, so that the migrator leaves none out', () => {
    const times = entries.map(({ when }) => when);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });

  it('never take a table away, and a column only where its content was moved before', () => {
    const taken = entries.flatMap(({ tag }) =>
      [...sqlOf(tag).matchAll(/drop (?:table|column|schema)[^;]*/gi)].map(([text]) => `${tag}: ${text}`),
    );
    expect(taken).toEqual(['0002_log_tiles: DROP COLUMN "checkpoint"']);
  });
});

function sqlOf(tag: string): string {
  return readFileSync(join(import.meta.dirname, `../../drizzle/${tag}.sql`), 'utf8');
}

let fresh: Promise<unknown> | null = null;

function freshSchema(): Promise<unknown> {
  fresh ??= databaseAt(server, entries.length, 'fresh').then(async (url) => {
    await migrated(url);
    return schemaOf(await connect(url));
  });
  return fresh;
}

describe.each(olderSchemas)('from schema %i', (count) => {
  let url: string;
  let client: pg.Client;
  let before: ReadonlyMap<string, readonly Row[]>;

  beforeAll(async () => {
    ({ url, client } = await older(count, `schema_${count}`));
    before = await rowsOf(client);
    // Two replicas of the new release start together.
    await Promise.all([migrated(url), migrated(url)]);
  });
  afterAll(closeAll);

  it('every row is there, with all that it had', async () => {
    const after = await rowsOf(client);
    expect(before.size).toBeGreaterThanOrEqual(8);
    for (const [table, rows] of before) {
      expect({ table, rows: rows.length > 0 || systemTables.includes(table) }).toEqual({ table, rows: true });
      for (const row of rows) {
        const wanted = asNow(table, row, count);
        if (wanted !== null) expect(after.get(table)).toContainEqual(expect.objectContaining(wanted));
      }
    }
    const [first] = after.get('log_checkpoints') ?? [];
    expect(first).toMatchObject({ size: 1 });
  });

  it('a tenant sees its own rows in every table, and nobody else’s', async () => {
    const calls = await connect(url, `-c role=${TENANT_ROLE}`);
    const tables = (await rowsOf(client)).keys();
    const own: Record<string, number> = {};
    for (const table of tables) {
      if (systemTables.includes(table) || publicTables.includes(table)) continue;
      for (const tenant of oldTenants) {
        await calls.query('select set_config($1, $2, false)', [TENANT_SETTING, tenant]);
        const { rows } = await calls.query<{ row: Row }>(
          `select to_jsonb(t) as row from sealflow.${table} t`,
        );
        own[table] = (own[table] ?? 0) + rows.length;
        for (const { row } of rows) {
          if ('tenant' in row) expect({ table, row }).toMatchObject({ row: { tenant } });
          if ('run_id' in row) expect({ table, row }).toMatchObject({ row: { run_id: runOf(tenant) } });
        }
      }
      await calls.query('select set_config($1, $2, false)', [TENANT_SETTING, 'nobody']);
      const { rows } = await calls.query(`select 1 from sealflow.${table}`);
      expect({ table, ofNobody: rows.length }).toEqual({ table, ofNobody: 0 });
    }
    // What was stored before there were owners belongs to the tenants whose runs name it.
    expect(own).toMatchObject({ runs: 2, plans: 2, blobs: 2, run_events: 2, ledger_entries: 2 });
  });

  it('the schema is that of a database that was never older', async () => {
    expect(await schemaOf(client)).toEqual(await freshSchema());
  });
});

describe('a migration that is killed halfway', () => {
  it('leaves the schema of before, and the next start brings it up to date', async () => {
    const { url, client } = await older(2, 'killed');
    const [schema, rows] = [await schemaOf(client), await rowsOf(client)];
    // The migrator gets stuck in the middle of its work, behind somebody who reads one of the tables.
    const reader = await connect(url);
    await reader.query('begin');
    await reader.query('select 1 from sealflow.runs');
    const starting = Database.open(url).then(
      () => 'migrated',
      () => 'failed',
    );
    const pid = await stuckIn(client);
    process.kill(pid, 'SIGKILL');
    expect(await starting).toBe('failed');
    // A server process that dies takes all connections with it; the server goes on by itself.
    const after = await reconnect(url);
    expect(await schemaOf(after)).toEqual(schema);
    expect(await rowsOf(after)).toEqual(rows);
    await migrated(url);
    expect((await rowsOf(after)).get('runs')).toHaveLength(2);
    expect((await rowsOf(after)).has('replicas')).toBe(true);
  });
});

/** The server process that waits for a lock inside the migration, once it has done a part of it. */
async function stuckIn(client: pg.Client): Promise<number> {
  for (;;) {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and query ilike '%alter table%' and backend_xid is not null`,
    );
    if (rows[0] !== undefined) return rows[0].pid;
  }
}

async function reconnect(url: string): Promise<pg.Client> {
  for (;;) {
    try {
      return await connect(url);
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
