import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import { PageTokens } from '../listing/page-tokens.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import type { ReplicaSignals } from '../replicas/replica-signals.js';
import { ReplicaStore } from '../replicas/replica-store.js';
import { Changes } from '../requests/changes.js';
import type { LeaseBook } from './lease-book.js';
import { SessionRegistry } from './session-registry.js';
import { WorkerDrain } from './worker-drain.js';
import { WorkerList } from './worker-list.js';
import { WorkerSession } from './worker-session.js';

const OPERATION = 'document.extract';
const logger = { info: () => undefined, warn: () => undefined } as never;
const clock = () => 0;
let bed: LogBed;
let database: Database;
let registry: SessionRegistry;
let drain: WorkerDrain;
let list: WorkerList;
let sent: string[];

/** One replica: what it knows of workers, and what it tells others. */
function replica(): void {
  registry = new SessionRegistry(clock, logger);
  const leases = { heldByBoot: async () => new Map([['boot-a', 2]]) } as unknown as LeaseBook;
  list = new WorkerList(registry, leases, new PageTokens(bed.key, clock));
  const signals = { send: (message: string) => sent.push(message) } as unknown as ReplicaSignals;
  drain = new WorkerDrain(database, new Changes(database, clock), registry, list, signals, logger);
}

function connect(workerId: string, bootId: string): WorkerSession {
  const identity = {
    workerId,
    bootId,
    operations: [OPERATION],
    sealKeyId: `sha256:${bootId}`,
    signKey: bootId,
    imageDigest: '',
    leasesMax: 4,
  };
  const session = new WorkerSession(randomUUID(), identity, 0, () => undefined);
  registry.add(session);
  return session;
}

const names = (sessions: readonly WorkerSession[]) => sessions.map(({ identity }) => identity.bootId).sort();
const serving = () => [names(registry.candidates(OPERATION, [])), names(registry.offering(OPERATION))];
const asked = (change: object = {}) => ({
  name: 'workers/a',
  reason: '',
  requestId: '',
  validateOnly: false,
  ...change,
});

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
});
beforeEach(async () => {
  await database.queries.execute(sql`truncate sealflow.drained_workers, sealflow.requests`);
  sent = [];
  replica();
  connect('a', 'boot-a');
  connect('b', 'boot-b');
});
afterAll(() => bed.stop());

describe('a worker that is drained', () => {
  it('gets nothing new and is offered to nobody, while it keeps what it has', async () => {
    const workers = await drain.drain(asked({ reason: 'kernel update' }));
    expect(workers).toMatchObject([{ name: 'workers/a', bootId: 'boot-a', leases: 2, drained: true }]);
    expect(serving()).toEqual([['boot-b'], ['boot-b']]);
    expect(registry.byBoot('boot-a')).toBeDefined();
    expect(registry.operations()).toEqual([OPERATION]);
    expect(sent).toEqual(['workers drained']);
  });

  it('stays drained when it comes back as another boot', async () => {
    await drain.drain(asked());
    connect('a', 'boot-a2');
    expect(serving()).toEqual([['boot-b'], ['boot-b']]);
  });

  it('is drained at other replicas, and after a restart, as the database says', async () => {
    await drain.drain(asked());
    replica();
    connect('a', 'boot-a');
    registry.learnDrained(await new ReplicaStore(database.queries).drained());
    expect(serving()).toEqual([[], []]);
    expect(registry.operations()).toEqual([]);
  });

  it('is found by it in the list', async () => {
    await drain.drain(asked());
    const { workers = [] } = await list.list({ filter: 'drained = true' });
    expect(workers?.map(({ name }) => name)).toEqual(['workers/a']);
  });

  it('gets tasks again when it is put back, and whoever waits is told', async () => {
    let changed = 0;
    registry.onChange(() => {
      changed += 1;
    });
    await drain.drain(asked());
    expect(changed).toBe(0);
    expect(await drain.undrain(asked())).toMatchObject([{ drained: false }]);
    expect(changed).toBe(1);
    expect(serving()).toEqual([
      ['boot-a', 'boot-b'],
      ['boot-a', 'boot-b'],
    ]);
  });

  it('is put back also when it has gone meanwhile', async () => {
    await drain.drain(asked());
    replica();
    registry.learnDrained(await new ReplicaStore(database.queries).drained());
    expect(await drain.undrain(asked())).toEqual([]);
    expect(await new ReplicaStore(database.queries).drained()).toEqual([]);
  });
});

describe('a call that drains', () => {
  it('only checks where that is asked', async () => {
    expect(await drain.drain(asked({ validateOnly: true }))).toMatchObject([{ drained: true }]);
    expect(serving()).toEqual([
      ['boot-a', 'boot-b'],
      ['boot-a', 'boot-b'],
    ]);
    expect([await new ReplicaStore(database.queries).drained(), sent]).toEqual([[], []]);
  });

  it('is done once under its id', async () => {
    const requestId = randomUUID();
    await drain.drain(asked({ requestId }));
    await drain.undrain(asked());
    await drain.drain(asked({ requestId }));
    expect(await new ReplicaStore(database.queries).drained()).toEqual([]);
    await expect(drain.drain(asked({ requestId, name: 'workers/b' }))).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
  });

  it.each([
    ['a worker that nobody knows', { name: 'workers/c' }, 'NOT_FOUND'],
    ['something else than a worker', { name: 'a' }, 'INVALID_REQUEST'],
    ['a name with a slash more', { name: 'workers/a/b' }, 'INVALID_REQUEST'],
    ['a reason of many lines', { reason: 'a\nb' }, 'INVALID_REQUEST'],
    ['a reason without end', { reason: 'a'.repeat(257) }, 'INVALID_REQUEST'],
    ['an id that is no UUID', { requestId: 'again' }, 'INVALID_REQUEST'],
  ])('of %s is refused', async (_, change, reason) => {
    await expect(drain.drain(asked(change))).rejects.toMatchObject({ reason });
    expect(await new ReplicaStore(database.queries).drained()).toEqual([]);
  });

  it('puts nobody back whom nobody knows', async () => {
    await expect(drain.undrain(asked({ name: 'workers/c' }))).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });
});
