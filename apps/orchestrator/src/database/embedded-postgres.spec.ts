import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { EmbeddedPostgres } from './embedded-postgres.js';

const folders: string[] = [];

/** A folder with a space, as a user might have one, that the server's own user can reach. */
function folder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'sealflow-postgres-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(parent, 0o755);
  const made = join(parent, 'a b');
  folders.push(made);
  mkdirSync(made);
  return made;
}

async function query(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ value: unknown }>(text);
    return rows[0]?.value;
  } finally {
    await client.end();
  }
}

afterAll(() => {
  for (const made of folders) rmSync(join(made, '..'), { recursive: true, force: true });
});

describe('the PostgreSQL server of a machine that has none', () => {
  it('refuses data of another major version before it starts anything', async () => {
    const place = folder();
    mkdirSync(join(place, 'data'));
    writeFileSync(join(place, 'data', 'PG_VERSION'), '12\n');
    await expect(new EmbeddedPostgres(place).start()).rejects.toThrow(/PostgreSQL 12, expected 18/);
  });

  it('starts, is found again by a second start, and keeps its data over a stop', async () => {
    const place = folder();
    const server = new EmbeddedPostgres(place);
    try {
      const url = await server.start();
      await query(url, 'create table kept as select 41 as value');
      expect(await new EmbeddedPostgres(place).start()).toBe(url);
      await server.stop();
      expect(await query(await server.start(), 'select value + 1 as value from kept')).toBe(42);
    } finally {
      await server.stop();
    }
  });
});
