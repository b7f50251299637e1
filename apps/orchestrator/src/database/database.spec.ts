import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from './database.js';
import { EmbeddedPostgres } from './embedded-postgres.js';

describe('the database', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let url: string;
  const opened: Database[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-database-'));
    // mkdtemp makes a private folder; the server may run as another user and has to get through.
    chmodSync(folder, 0o755);
    postgres = new EmbeddedPostgres(join(folder, 'postgres'));
    url = await postgres.start();
  });
  afterAll(async () => {
    for (const database of opened) await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gets its schema once, however many replicas start together on an empty server', async () => {
    opened.push(...(await Promise.all([Database.open(url), Database.open(url), Database.open(url)])));
    for (const database of opened) await database.ping();
  });

  it('lets one replica at a time change the schema, and the next one after a failure', async () => {
    const [first, second] = opened as [Database, Database];
    const order: string[] = [];
    const failing = first.alone(async () => {
      order.push('first begins');
      await second.ping();
      order.push('first ends');
      throw new Error('no such table');
    });
    const waiting = second.alone(async () => {
      order.push('second');
    });
    await expect(failing).rejects.toThrow('no such table');
    await waiting;
    expect(order.filter((step) => step.startsWith('first'))).toEqual(['first begins', 'first ends']);
    expect(order.indexOf('first ends')).toBe(order.indexOf('first begins') + 1);
  });
});
