import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { EmbeddedPostgres } from './embedded-postgres.js';

const folders: string[] = [];

/** A folder with a space, as a user might have one, that the server's own user can reach. */
function folder(name = 'a b'): string {
  const parent = mkdtempSync(join(tmpdir(), 'sealflow-postgres-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(parent, 0o755);
  const made = join(parent, name);
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

function postmaster(place: string): number {
  return Number(readFileSync(join(place, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
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

  it('revives a server that was killed at the address that its clients know', async () => {
    const place = folder();
    const server = new EmbeddedPostgres(place);
    try {
      const url = await server.start();
      await query(url, 'create table kept as select 41 as value');
      const killed = postmaster(place);
      process.kill(killed, 'SIGKILL');
      await expect.poll(() => isAlive(killed), { timeout: 10_000 }).toBe(false);
      await server.revive();
      expect(postmaster(place)).not.toBe(killed);
      expect(server.url()).toBe(url);
      expect(await query(url, 'select value + 1 as value from kept')).toBe(42);
    } finally {
      await server.stop();
    }
  });

  it('is reached through its socket by processes of its machine, where its folder has a plain and short name', async () => {
    const place = folder('plain');
    const server = new EmbeddedPostgres(place);
    const address = 'select host(inet_client_addr()) as value';
    try {
      const url = await server.start();
      expect(await query(url, address)).toBe('127.0.0.1');
      expect(await query(server.localUrl(), address)).toBeNull();
      // One that an older release started has none.
      rmSync(join(place, 'socket'), { recursive: true });
      expect(server.localUrl()).toBe(url);
    } finally {
      await server.stop();
    }
    for (const name of ['a b', 'long'.repeat(20)]) {
      const other = new EmbeddedPostgres(folder(name));
      const url = await other.start();
      expect(other.localUrl()).toBe(url);
      await other.stop();
    }
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
