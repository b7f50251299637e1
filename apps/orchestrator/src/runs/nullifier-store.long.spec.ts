import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { NullifierStore, spentBy } from './nullifier-store.js';

describe('a note', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let database: Database;
  let store: NullifierStore;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-nullifiers-'));
    // mkdtemp makes a private folder; the server may run as another user and has to get through.
    chmodSync(folder, 0o755);
    postgres = new EmbeddedPostgres(join(folder, 'postgres'));
    database = await Database.open(await postgres.start());
    store = new NullifierStore(database, () => 0);
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const by = (runId: string, taskId = 'pay', tenant = 'demo') => ({ tenant, runId, taskId });

  it.each([
    ['another run', by('run-2')],
    ['another step of the same run', by('run-1', 'again')],
    ['another tenant', by('run-1', 'pay-too', 'other')],
  ])('that was spent is not spent again by %s', async (_, other) => {
    await store.spend('77', by('run-1'));
    expect(await store.spend('77', other)).toBe(false);
    expect(await store.spend('77', by('run-1'))).toBe(true);
  });

  it('is spent by one of two that come at one time', async () => {
    const both = await Promise.all([store.spend('78', by('run-1')), store.spend('78', by('run-2'))]);
    expect(both.sort()).toEqual([false, true]);
  });

  it('is spent by the step that says so again after a crash', async () => {
    expect(await store.spend('79', by('run-1'))).toBe(true);
    expect(await store.spend('79', by('run-1'))).toBe(true);
  });
});

describe('what a step spends', () => {
  const proved = { kind: 'zk.groth16' } as const;

  it.each([
    ['a step that proves nothing', { kind: 'tee.cpu' } as const, { nullifier: '7' }],
    ['a step without such a fact', proved, { outcome: 'transferred' }],
    ['a fact that is no number', proved, { nullifier: 'none' }],
    ['a fact of another type', proved, { nullifier: 7 }],
  ])('is nothing for %s', (_, task, facts) => {
    expect(spentBy(task, facts)).toBeNull();
  });

  it('is the nullifier of a proved step', () => {
    expect(spentBy(proved, { nullifier: '123' })).toBe('123');
  });
});
