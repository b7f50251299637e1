import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { NullifierStore, spentBy } from './nullifier-store.js';

describe('a note, or a claim', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let database: Database;
  /** Of another replica, on the same server. */
  let elsewhere: Database;
  let store: NullifierStore;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-nullifiers-'));
    // mkdtemp makes a private folder; the server may run as another user and has to get through.
    chmodSync(folder, 0o755);
    postgres = new EmbeddedPostgres(join(folder, 'postgres'));
    const url = await postgres.start();
    database = await Database.open(url);
    elsewhere = await Database.open(url);
    store = new NullifierStore(database, () => 0);
  });
  afterAll(async () => {
    await database.close();
    await elsewhere.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const by = (runId: string, taskId = 'pay', tenant = 'demo') => ({ tenant, runId, taskId });

  it.each([
    ['another run', by('run-2')],
    ['another step of the same run', by('run-1', 'again')],
    ['another tenant', by('run-1', 'pay-too', 'other')],
  ])('that was spent is not spent again by %s', async (_, other) => {
    await store.spend(['77'], by('run-1'));
    expect(await store.spend(['77'], other)).toBe(false);
    expect(await store.spend(['77'], by('run-1'))).toBe(true);
  });

  it('is spent by one of two that come at one time, at two replicas', async () => {
    const replica = new NullifierStore(elsewhere, () => 0);
    // Each begins with another name; whichever comes second waits for the first and takes nothing.
    for (const [claim, encounter] of [
      ['80', '81'],
      ['82', '83'],
      ['84', '85'],
    ] as const) {
      const both = await Promise.all([
        store.spend([claim, encounter], by('run-1')),
        replica.spend([encounter, claim], by('run-2')),
      ]);
      expect(both.sort()).toEqual([false, true]);
    }
  });

  it('is left as it was by a step that names something else that was used before', async () => {
    await store.spend(['90'], by('run-1'));
    expect(await store.spend(['90', '91'], by('run-2'))).toBe(false);
    expect(await store.spend(['91'], by('run-3'))).toBe(true);
  });

  it('is spent by the step that says so again after a crash', async () => {
    expect(await store.spend(['78', '79'], by('run-1'))).toBe(true);
    expect(await store.spend(['79', '78'], by('run-1'))).toBe(true);
  });

  it('is nothing that a step without a nullifier would take', async () => {
    expect(await store.spend([], by('run-1'))).toBe(true);
  });
});

describe('what a step spends', () => {
  const proved = { kind: 'zk.groth16' } as const;

  it.each([
    ['a step that proves nothing', { kind: 'tee.cpu' } as const, { nullifier: '7' }],
    ['a step without such a fact', proved, { outcome: 'transferred' }],
    ['a fact that is no number', proved, { nullifier: 'none' }],
    ['a fact of another type', proved, { nullifier: 7 }],
    [
      'a claim that a rule denies',
      proved,
      { rule: 'total-mismatch', claimNullifier: '1', encounterNullifier: '2' },
    ],
  ])('is nothing for %s', (_, task, facts) => {
    expect(spentBy(task, facts)).toEqual([]);
  });

  it('is the nullifier of a proved step', () => {
    expect(spentBy(proved, { nullifier: '123' })).toEqual(['123']);
  });

  it('is an accepted claim, and the encounter that it is about', () => {
    const facts = { rule: 'accepted', claimNullifier: '1', encounterNullifier: '2', provider: '3' };
    expect(spentBy(proved, facts)).toEqual(['1', '2']);
  });
});
