import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';

export const MIGRATIONS_SCHEMA = 'sealflow_migrations';

/** SCHEMA_NEWER: a newer release was here. SCHEMA_FOREIGN: what was applied is not what this code has under that place. */
export type SchemaErrorCode = 'SCHEMA_NEWER' | 'SCHEMA_FOREIGN';

/** The database has a schema that this code must not touch. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';

  constructor(
    readonly code: SchemaErrorCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/**
 * Forward only: what is missing is applied in one transaction, so a migration that is killed leaves the schema as it
 * was, and the next start applies it again. There is no way back but a backup. The caller sees to it that no other
 * replica does the same.
 */
export async function bringUpToDate(
  queries: NodePgDatabase<Record<string, unknown>>,
  client: pg.ClientBase,
  folder = migrationsFolder(),
): Promise<void> {
  await expectOwnSchema(client, folder);
  await migrate(queries, { migrationsFolder: folder, migrationsSchema: MIGRATIONS_SCHEMA });
  await expectEverything(client, folder);
}

/** Everything that was applied is known here, in the form that it has here. */
async function expectOwnSchema(client: pg.ClientBase, folder: string): Promise<void> {
  const known = readMigrationFiles({ migrationsFolder: folder });
  const byTime = new Map(known.map((migration) => [migration.folderMillis, migration.hash]));
  const newest = Math.max(...byTime.keys());
  for (const { hash, at } of await applied(client)) {
    const own = byTime.get(at);
    if (own === hash) continue;
    if (own === undefined && at > newest) {
      throw new SchemaError(
        'SCHEMA_NEWER',
        `database: expected at most the ${known.length} migrations of this release, got one of a newer release ` +
          `(${new Date(at).toISOString()}): start that release, or restore a backup from before it; there is no way back`,
      );
    }
    throw new SchemaError(
      'SCHEMA_FOREIGN',
      `database: a migration of ${new Date(at).toISOString()} was applied that this release has not, or has otherwise: ` +
        'it was made by another build; start that one, or restore a backup',
    );
  }
}

/** The migrator looks at the newest alone: one that came in below it, by a merge, would be left out for ever. */
async function expectEverything(client: pg.ClientBase, folder: string): Promise<void> {
  const there = new Set((await applied(client)).map(({ hash }) => hash));
  const missing = readMigrationFiles({ migrationsFolder: folder }).filter(({ hash }) => !there.has(hash));
  if (missing.length === 0) return;
  throw new SchemaError(
    'SCHEMA_FOREIGN',
    `database: ${missing.length} migrations are older than the newest that was applied and were never applied: ` +
      'it was made by another build; start that one, or restore a backup',
  );
}

async function applied(client: pg.ClientBase): Promise<{ hash: string; at: number }[]> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    `select to_regclass('${MIGRATIONS_SCHEMA}.__drizzle_migrations') is not null as there`,
  );
  if (tables[0]?.there !== true) return [];
  const { rows } = await client.query<{ hash: string; created_at: string }>(
    `select hash, created_at from ${MIGRATIONS_SCHEMA}.__drizzle_migrations order by created_at`,
  );
  return rows.map(({ hash, created_at }) => ({ hash, at: Number(created_at) }));
}

let counted: number | null = null;

/** How many migrations this code knows; the database counts those that it has in `sealflow_migrations`. */
export function migrationsKnown(): number {
  counted ??= readMigrationFiles({ migrationsFolder: migrationsFolder() }).length;
  return counted;
}

/** The SQL files lie beside the sources, also for compiled code. */
export function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'apps', 'orchestrator', 'drizzle');
    if (existsSync(join(candidate, 'meta', '_journal.json'))) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no folder apps/orchestrator/drizzle above the orchestrator');
    folder = parent;
  }
}
