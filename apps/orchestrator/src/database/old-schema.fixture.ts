import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { digestOf, leafHash, merkleRoot, utf8 } from '#canonical';
import { formatCheckpoint, formatNote, leafEntry, signNote } from '#evidence';
import { MIGRATIONS_SCHEMA, migrationsFolder } from './migrations.js';

export const oldTenants = ['acme', 'globex'] as const;

interface Journal {
  readonly entries: readonly { readonly tag: string; readonly when: number }[];
}

export function migrationJournal(): Journal {
  return JSON.parse(readFileSync(join(migrationsFolder(), 'meta/_journal.json'), 'utf8')) as Journal;
}

/** The migrations as an earlier release had them: the first `count`. */
export function firstMigrations(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-migrations-'));
  mkdirSync(join(folder, 'meta'));
  const journal = migrationJournal();
  const entries = journal.entries.slice(0, count);
  for (const { tag } of entries) cpSync(join(migrationsFolder(), `${tag}.sql`), join(folder, `${tag}.sql`));
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  return folder;
}

/** A database of its own with the schema of an earlier release; its address. */
export async function databaseAt(server: string, count: number, name: string): Promise<string> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = server.replace(/[^/]*$/, name);
  const pool = new pg.Pool({ connectionString: url });
  await migrate(drizzle(pool), {
    migrationsFolder: firstMigrations(count),
    migrationsSchema: MIGRATIONS_SCHEMA,
  });
  await pool.end();
  return url;
}

export interface OldLog {
  readonly origin: string;
  readonly seed: Uint8Array;
}

interface Column {
  readonly column_name: string;
  readonly data_type: string;
  readonly optional: boolean;
}

/**
 * Two tenants with a row in every table that the schema has but those of keys, in every column that it has, and a log of their two runs
 * that is signed.
 */
export async function fillOld(client: pg.Client, log: OldLog): Promise<void> {
  const tables = (await tablesOf(client)).filter(
    (name) => !name.startsWith('log_') && !ofKeys.includes(name),
  );
  // What others refer to comes first.
  const ordered = ['tenants', 'runs'].filter((name) => tables.includes(name));
  for (const table of [...ordered, ...tables.filter((name) => !ordered.includes(name))]) {
    const columns = await columnsOf(client, table);
    for (const tenant of oldTenants) await insert(client, table, columns, tenant);
  }
  await fillLog(client, log);
}

/** What these tables name lies in files beside the database: an orchestrator without those does not start. */
const ofKeys: readonly string[] = ['key_stores', 'tenant_keys', 'key_destructions'];
const keyColumns: readonly string[] = ['key_owner', 'key_version', 'wrapped_key'];

const leafOf = (tenant: string): Uint8Array => leafEntry(digestOf(utf8(`root of ${tenant}`)));
const planOf = (tenant: string): string => digestOf(utf8(`plan of ${tenant}`));
export const runOf = (tenant: string): string =>
  tenant === 'acme' ? '01ARZ3NDEKTSV4RRFFQ69G5FAV' : '01BX5ZZKBKACTAV9WEVGEMMVRZ';

async function insert(
  client: pg.Client,
  table: string,
  columns: readonly Column[],
  tenant: string,
): Promise<void> {
  const filled = columns.filter(({ column_name }) => column_name !== 'id' || !/^bigint/.test(column_name));
  const names = filled.map(({ column_name }) => `"${column_name}"`);
  const places = filled.map((_, at) => `$${at + 1}`);
  await client.query(
    `insert into sealflow.${table} (${names.join(', ')}) values (${places.join(', ')})`,
    filled.map((column) => cellOf(table, column, tenant)),
  );
}

function cellOf(table: string, { column_name, data_type }: Column, tenant: string): unknown {
  const named = special(table, column_name, tenant);
  if (named !== undefined) return named;
  if (column_name === 'tenant') return tenant;
  if (column_name === 'run_id') return runOf(tenant);
  if (/int|numeric|double/.test(data_type)) return oldTenants.indexOf(tenant as 'acme') + 1;
  if (data_type === 'date') return '2026-02-03';
  if (/timestamp/.test(data_type)) return '2026-02-03T04:05:06.789Z';
  if (data_type === 'jsonb') return '[]';
  if (data_type === 'bytea') return Buffer.from(`${column_name} of ${tenant}`);
  if (data_type === 'boolean') return true;
  return `${column_name} of ${tenant}`;
}

/** What the code or a later migration reads, and so cannot be anything. */
function special(table: string, column: string, tenant: string): unknown {
  const leaf = leafOf(tenant);
  if (keyColumns.includes(column)) return null;
  if (table === 'blobs') {
    if (column === 'sealed') return false;
    if (column === 'digest') return digestOf(leaf);
    if (column === 'size') return leaf.length;
    if (column === 'data') return Buffer.from(leaf);
  }
  if (table === 'blob_tenants' && column === 'digest') return digestOf(leaf);
  if (table === 'plans' && column === 'digest') return planOf(tenant);
  if (table === 'plans' && column === 'plan') {
    const definition = { name: `workflow-of-${tenant}` };
    return JSON.stringify({ definitionDigest: planOf(tenant), definition, tasks: [], outputs: {} });
  }
  if (table === 'runs') {
    if (column === 'plan') return planOf(tenant);
    if (column === 'state') return 'SUCCEEDED';
    if (column === 'interpreter') return 'v1';
    if (column === 'pending_leaf') return digestOf(leaf);
    if (column === 'inputs') return JSON.stringify([{ edge: 'form', blob: digestOf(leaf) }]);
  }
  if (table === 'leases' && column === 'state') return 'completed';
  if (column === 'traceparent') return '';
  return undefined;
}

/** Two leaves: at first a checkpoint for each leaf in its row, later one for each batch in a table. */
async function fillLog(client: pg.Client, { origin, seed }: OldLog): Promise<void> {
  const names = (await columnsOf(client, 'log_entries')).map(({ column_name }) => column_name);
  const hashes = oldTenants.map((tenant) => leafHash(leafOf(tenant)));
  for (const [index, tenant] of oldTenants.entries()) {
    const text = formatCheckpoint({ origin, size: index + 1, root: merkleRoot(hashes.slice(0, index + 1)) });
    const note = formatNote({ text, signatures: [signNote({ text, name: origin, seed })] });
    const row = new Map<string, unknown>([
      ['index', index],
      [names.includes('subject') ? 'subject' : 'run_id', runOf(tenant)],
      ['leaf_hash', Buffer.from(hashes[index] ?? [])],
      names.includes('entry') ? ['entry', Buffer.from(leafOf(tenant))] : ['checkpoint', note],
    ]);
    const places = [...row.keys()].map((_, at) => `$${at + 1}`);
    const columns = [...row.keys()].map((name) => `"${name}"`).join(', ');
    await client.query(`insert into sealflow.log_entries (${columns}) values (${places.join(', ')})`, [
      ...row.values(),
    ]);
    if (names.includes('checkpoint')) continue;
    await client.query('insert into sealflow.log_checkpoints (size, note) values ($1, $2)', [
      index + 1,
      note,
    ]);
  }
}

export async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_schema = 'sealflow' order by 1`,
  );
  return rows.map(({ table_name }) => table_name);
}

async function columnsOf(client: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select column_name, data_type, is_nullable = 'YES' as optional from information_schema.columns
     where table_schema = 'sealflow' and table_name = $1 order by ordinal_position`,
    [table],
  );
  return rows;
}

export type Row = Readonly<Record<string, unknown>>;

/** Every row of every table. */
export async function rowsOf(client: pg.Client): Promise<ReadonlyMap<string, readonly Row[]>> {
  const found = new Map<string, readonly Row[]>();
  for (const table of await tablesOf(client)) {
    const { rows } = await client.query<{ row: Row }>(
      `select to_jsonb(t) as row from sealflow.${table} t order by t::text`,
    );
    found.set(
      table,
      rows.map(({ row }) => row),
    );
  }
  return found;
}
