import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ulid } from '#canonical';
import type { Database } from '../database/database.js';
import { run as someRun } from '../engine/statement.fixture.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { RunDraft } from '../runs/run-draft.js';
import { RunSignal } from '../runs/run-signal.js';
import { RunStore } from '../runs/run-store.js';
import type { RunView } from '../runs/run-view.js';
import { RunWriter } from '../runs/run-writer.js';
import { LeaseQueue } from './lease-queue.js';

const NOW = new Date(Date.UTC(2026, 10, 21));
const NO_BYTES = new Uint8Array(10);

let bed: LogBed;
let database: Database;
let store: RunStore;
let writer: RunWriter;
let queue: LeaseQueue;
let runs = 0;

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  const signal = new RunSignal();
  store = new RunStore(database, signal);
  writer = new RunWriter(database, store, signal);
});
afterAll(() => bed.stop());
beforeEach(async () => {
  await database.queries.execute(`update sealflow.leases set state = 'revoked'`);
  queue = new LeaseQueue(database);
});

/** A run of a tenant with one lease that waits; returns its name. */
async function waiting(tenant = 'acme', priority = 0): Promise<{ lease: string; view: RunView }> {
  runs += 1;
  const runId = ulid(NOW.getTime() + runs, NO_BYTES);
  const begun = await store.insert({ ...someRun, runId, requestId: runId, tenant, priority }, [
    { id: 'a', operation: 'noop' },
  ]);
  if (begun === null) throw new Error('the run was there before');
  const draft = new RunDraft(begun, NOW);
  const lease = `${runId}.a.1`;
  const row = { operation: 'noop', state: 'queued', deadline: NOW, priority } as const;
  draft.open({ lease, taskId: 'a', attempt: 1, ...row });
  await writer.write(draft);
  return { lease, view: draft.view };
}

const names = async () => (await queue.inOrder()).map(({ row }) => row.lease);
const sent = (lease: string) => ({ lease, worker: 'w', boot: 'b', ledgerState: null });

describe('the queue of leases', () => {
  it('finds at its start what others opened, the oldest first', async () => {
    const first = await waiting();
    const second = await waiting();
    expect(await names()).toEqual([first.lease, second.lease]);
  });

  it('asks the database again only when there may be others', async () => {
    expect(await names()).toEqual([]);
    const { lease } = await waiting();
    expect(await names()).toEqual([]);
    queue.mayHaveOthers();
    expect(await names()).toEqual([lease]);
  });

  it('knows what was opened here at once, with the tasks that its run had then', async () => {
    expect(await names()).toEqual([]);
    const { lease, view } = await waiting();
    const [row] = await store.attempts(view.run.runId);
    if (row === undefined) throw new Error('no lease');
    queue.add(view, row);
    expect(await names()).toEqual([lease]);
    queue.mayHaveOthers();
    const [kept] = await queue.inOrder();
    expect(kept?.tasks).toEqual([...view.tasks.values()]);
    queue.remove(lease);
    expect(await names()).toEqual([]);
  });

  it('forgets what ended elsewhere when it asks again', async () => {
    await waiting();
    expect(await names()).toHaveLength(1);
    await database.queries.execute(`update sealflow.leases set state = 'revoked'`);
    queue.mayHaveOthers();
    expect(await names()).toEqual([]);
  });

  it('lets tenants take turns, and the more urgent of one tenant first', async () => {
    const slow = await waiting('acme');
    const urgent = await waiting('acme', 1);
    const other = await waiting('globex');
    expect(await names()).toEqual([urgent.lease, other.lease, slow.lease]);
  });

  it('gives out each lease once, whoever else gives it out', async () => {
    const leases = [(await waiting()).lease, (await waiting()).lease, (await waiting()).lease];
    const elsewhere = new LeaseQueue(database);
    const [mine, theirs] = await Promise.all([
      queue.markSent(leases.map(sent), NOW),
      elsewhere.markSent(leases.map(sent), NOW),
    ]);
    expect([...mine, ...theirs].sort()).toEqual([...leases].sort());
  });

  it('gives out nothing that ended, and nothing that it does not have', async () => {
    const { lease } = await waiting();
    await database.queries.execute(`update sealflow.leases set state = 'revoked' where lease = '${lease}'`);
    expect(await queue.markSent([sent(lease), sent('no-such-lease')], NOW)).toEqual(new Set());
    expect((await store.attempts(lease.split('.')[0] ?? ''))[0]).toMatchObject({
      state: 'revoked',
      worker: null,
    });
  });

  it('keeps with a lease what was given out with it', async () => {
    const { lease, view } = await waiting();
    const ledgerState = { version: 3, available: 'sha256:00' };
    await queue.markSent([{ ...sent(lease), ledgerState }], NOW);
    const [row] = await store.attempts(view.run.runId);
    expect(row).toMatchObject({ state: 'sent', worker: 'w', bootId: 'b', sentAt: NOW, ledgerState });
  });
});
