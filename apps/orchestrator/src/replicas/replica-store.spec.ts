import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { ReplicaStore } from './replica-store.js';

const DEAD_MS = 5_000;
const boot = {
  bootId: 'boot',
  workerId: 'tee-worker-0',
  sealKeyId: 'sha256:key',
  signKey: 'key',
  operations: ['document.extract'],
  imageDigest: 'sha256:image',
  connectedAt: new Date('2026-01-01T00:00:00Z'),
  tenant: null,
  machine: null,
};

describe('what replicas on one database tell each other', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let database: Database;
  let store: ReplicaStore;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-replicas-'));
    // mkdtemp makes a private folder; the server may run as another user and has to get through.
    chmodSync(folder, 0o755);
    postgres = new EmbeddedPostgres(join(folder, 'postgres'));
    database = await Database.open(await postgres.start());
    store = new ReplicaStore(database.queries);
  });
  beforeEach(async () => {
    await database.queries.execute(
      sql`truncate sealflow.replicas, sealflow.worker_sessions, sealflow.fenced_workers`,
    );
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const silentFor = (executorId: string, ms: number) =>
    database.queries.execute(
      sql`update sealflow.replicas set seen_at = now() - ${ms} * interval '1 millisecond'
          where executor_id = ${executorId}`,
    );

  it('a replica is dead that was silent for too long, and alive again with its next beat', async () => {
    await store.beat('one');
    await store.beat('two');
    await silentFor('two', DEAD_MS + 1_000);
    expect(await store.others('one', DEAD_MS)).toEqual({ live: [], dead: ['two'] });
    await store.beat('two');
    expect(await store.others('one', DEAD_MS)).toEqual({ live: ['two'], dead: [] });
  });

  it('nobody calls itself dead', async () => {
    await store.beat('one');
    await silentFor('one', DEAD_MS * 10);
    expect(await store.others('one', DEAD_MS)).toEqual({ live: [], dead: [] });
  });

  it('a replica that leaves is dead at once, and its workers are nowhere', async () => {
    await store.beat('one');
    await store.tellSessions('one', [boot]);
    await store.leave('one');
    expect(await store.others('two', DEAD_MS)).toEqual({ live: [], dead: ['one'] });
    expect(await store.sessionsOf(['one'])).toEqual([]);
  });

  it('workers are where the newest word of a replica says', async () => {
    await store.tellSessions('one', [boot]);
    await store.tellSessions('two', [{ ...boot, bootId: 'other' }]);
    expect(await store.sessionsOf(['one'])).toEqual([{ ...boot, executorId: 'one', address: null }]);
    await store.tellSessions('one', []);
    expect(await store.sessionsOf(['one'])).toEqual([]);
    expect(await store.sessionsOf([])).toEqual([]);
  });

  it('and are reached at the address that it said last, if it said one', async () => {
    const addresses = async () => (await store.sessionsOf(['one'])).map(({ address }) => address);
    await store.tellSessions('one', [boot]);
    await store.beat('one', 'one.pods:7443');
    expect(await addresses()).toEqual(['one.pods:7443']);
    await store.beat('one');
    expect(await addresses()).toEqual([null]);
  });

  it('a fenced key stays fenced for its first reason', async () => {
    await store.fence('key', 'STATEMENT_MALFORMED');
    await store.fence('key', 'OTHER');
    expect([...(await store.fences())]).toEqual([['key', 'STATEMENT_MALFORMED']]);
  });

  it('one takes over at a time', async () => {
    await database.queries.transaction(async (first) => {
      expect(await new ReplicaStore(first).tryTakeoverLock()).toBe(true);
      await database.queries.transaction(async (second) => {
        expect(await new ReplicaStore(second).tryTakeoverLock()).toBe(false);
      });
    });
    await database.queries.transaction(async (later) => {
      expect(await new ReplicaStore(later).tryTakeoverLock()).toBe(true);
    });
  });
});
