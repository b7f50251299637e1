import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ulid } from '#canonical';
import type { Database } from '../database/database.js';
import { run as someRun } from '../engine/statement.fixture.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { RunDraft } from './run-draft.js';
import { eventDigest, GENESIS } from './run-events.js';
import { RunSignal } from './run-signal.js';
import { RunStore } from './run-store.js';
import type { RunView } from './run-view.js';
import { ROWS, RunMoved, RunWriter } from './run-writer.js';

const NOW = new Date(Date.UTC(2026, 10, 21));
const NO_BYTES = new Uint8Array(10);

interface Replica {
  readonly database: Database;
  readonly store: RunStore;
  readonly writer: RunWriter;
}

let bed: LogBed;
let one: Replica;
let other: Replica;
let begun: RunView;
let runs = 0;

async function replica(): Promise<Replica> {
  const database = await bed.database();
  const signal = new RunSignal();
  const store = new RunStore(database, signal);
  return { database, store, writer: new RunWriter(database, store, signal) };
}

beforeAll(async () => {
  bed = await openLogBed();
  one = await replica();
  other = await replica();
});
afterAll(() => bed.stop());
beforeEach(async () => {
  begun = await newRun();
});

async function newRun(): Promise<RunView> {
  runs += 1;
  const runId = ulid(NOW.getTime() + runs, NO_BYTES);
  const request = { ...someRun, runId, requestId: runId, state: 'PENDING', createdAt: NOW };
  const planned = ['a', 'b'].map((id) => ({ id, operation: 'document.extract' }));
  const inserted = await one.store.insert(request, planned);
  if (inserted === null) throw new Error('the run was there before');
  return inserted;
}

const draftOf = (view: RunView): RunDraft => new RunDraft(view, NOW);

function opening(view: RunView, taskId = 'a'): RunDraft {
  const draft = draftOf(view);
  const attempt = (view.tasks.get(taskId)?.attempt ?? 0) + 1;
  const lease = `${view.run.runId}.${taskId}.${attempt}`;
  const given = { operation: 'document.extract', state: 'queued', deadline: NOW, priority: 0 } as const;
  draft.open({ lease, taskId, attempt, ...given });
  return draft;
}

/** A store in which somebody else is quicker between two of its statements, once. */
class Overtaken extends RunStore {
  overtake: (() => Promise<unknown>) | null = null;

  override async tasks(runId: string) {
    const overtake = this.overtake;
    this.overtake = null;
    await overtake?.();
    return super.tasks(runId);
  }
}

async function expectChained(runId: string, events: number): Promise<void> {
  const rows = await one.store.events(runId, 0);
  let prevDigest: string = GENESIS;
  for (const [index, row] of rows.entries()) {
    const { taskId, time, digest, sequence } = row;
    expect({ sequence, prevDigest: row.prevDigest }).toEqual({ sequence: index + 1, prevDigest });
    const body = row.body as Parameters<typeof eventDigest>[0]['body'];
    expect(eventDigest({ runId, sequence, taskId, body, prevDigest, time })).toBe(digest);
    prevDigest = digest;
  }
  expect(rows).toHaveLength(events);
}

describe('a run that is read', () => {
  it('shows no task as out without its lease, whoever opened it between two statements', async () => {
    const store = new Overtaken(one.database, new RunSignal());
    const writer = new RunWriter(one.database, store, new RunSignal());
    store.overtake = async () => {
      // The read of leases has been sent; it is answered before what comes now.
      await one.database.ping();
      await other.writer.write(opening(begun));
    };
    const seen = await writer.read(begun.run.runId);
    expect(seen.tasks.get('a')?.state).toBe('DISPATCHED');
    expect([...seen.out.keys()]).toEqual(['a']);
    expect(seen.head.sequence).toBe(2);
  });

  it('is not read at all while it moves on without an end', async () => {
    const store = new Overtaken(one.database, new RunSignal());
    const writer = new RunWriter(one.database, store, new RunSignal());
    const again = async () => {
      await other.store.changeRun(begun.run.runId, { cancelRequested: true }, NOW);
      store.overtake = again;
    };
    store.overtake = again;
    await expect(writer.read(begun.run.runId)).rejects.toBeInstanceOf(RunMoved);
  });
});

describe('a draft of a run', () => {
  it('is refused whole when another replica was quicker, and changes nothing', async () => {
    const mine = opening(begun);
    mine.changeRun({ state: 'RUNNING' });
    const theirs = draftOf(await other.writer.read(begun.run.runId));
    theirs.changeTask('b', { state: 'SKIPPED' });
    await other.writer.write(theirs);
    await expect(one.writer.write(mine)).rejects.toBeInstanceOf(RunMoved);
    const now = await one.writer.read(begun.run.runId);
    expect(now.run.state).toBe('PENDING');
    expect([...now.tasks.values()].map(({ state }) => state)).toEqual(['WAITING', 'SKIPPED']);
    expect(await one.store.attempts(begun.run.runId)).toEqual([]);
    await expectChained(begun.run.runId, 2);
  });

  it('is refused when a person changed the run meanwhile', async () => {
    await other.store.changeRun(begun.run.runId, { cancelRequested: true }, NOW);
    await expect(one.writer.write(opening(begun))).rejects.toBeInstanceOf(RunMoved);
    expect((await one.writer.read(begun.run.runId)).run.cancelRequested).toBe(true);
  });

  it('of two at the same moment is written once', async () => {
    const drafts = [opening(begun), opening(begun)];
    const written = await Promise.allSettled([
      one.writer.write(drafts[0] ?? opening(begun)),
      other.writer.write(drafts[1] ?? opening(begun)),
    ]);
    expect(written.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await one.store.attempts(begun.run.runId)).toHaveLength(1);
    await expectChained(begun.run.runId, 2);
  });

  it('does not make a call fail that changes the run at the same moment', async () => {
    const { runId } = begun.run;
    const changes = Array.from({ length: 8 }, () =>
      other.store.changeRun(runId, { cancelRequested: true }, NOW),
    );
    const drafted = one.writer.write(opening(begun)).catch((error: unknown) => error);
    await Promise.all(changes);
    const mine = await drafted;
    expect(mine instanceof RunMoved || Array.isArray(mine)).toBe(true);
    await expectChained(runId, Array.isArray(mine) ? 10 : 9);
  });

  it('waits for whoever holds its run, and no other run with it', async () => {
    const blocked = begun;
    const free = await newRun();
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let held: Promise<void> = Promise.resolve();
    await new Promise<void>((begin) => {
      held = other.database.queries.transaction(async (transaction) => {
        await transaction.execute(
          `select from sealflow.runs where run_id = '${blocked.run.runId}' for update`,
        );
        begin();
        await gate;
      });
    });
    const waiting = one.writer.write(opening(blocked));
    expect(await one.writer.write(opening(free))).toHaveLength(1);
    expect(await one.store.attempts(blocked.run.runId)).toEqual([]);
    go();
    await held;
    expect(await waiting).toHaveLength(1);
    await expectChained(blocked.run.runId, 2);
  });

  it('shares its statement with those of other runs, and falls alone', async () => {
    const [fresh, old] = [await newRun(), begun];
    await other.store.changeRun(old.run.runId, { cancelRequested: true }, NOW);
    const written = await Promise.allSettled([
      one.writer.write(opening(old)),
      one.writer.write(opening(fresh)),
    ]);
    expect(written.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await expectChained(fresh.run.runId, 2);
    await expectChained(old.run.runId, 2);
  });

  it('takes with it what has to happen with it, or nothing', async () => {
    const failing = opening(begun);
    failing.alongside(() => Promise.reject(new Error('STATE_ROOT_CONFLICT')));
    await expect(one.writer.write(failing)).rejects.toThrow('STATE_ROOT_CONFLICT');
    expect((await one.writer.read(begun.run.runId)).head).toEqual(begun.head);
    const draft = opening(begun);
    let seen = 0;
    draft.alongside(async (transaction) => {
      seen = (await one.store.attempts(begun.run.runId, transaction)).length;
    });
    await one.writer.write(draft);
    expect(seen).toBe(1);
  });

  it('is what is read afterwards', async () => {
    const draft = opening(begun);
    draft.changeTask('b', {
      ...{ state: 'WAITING', reason: 'WORKER_LOST', attempt: 1, failures: 1 },
      ...{ retryAt: new Date(NOW.getTime() + 500), public: { outcome: 'ok', list: [1, null] } },
    });
    draft.changeRun({ state: 'RUNNING' });
    const [lease] = await one.writer.write(draft);
    const { run, tasks, out, head } = draft.view;
    const read = await other.writer.read(run.runId);
    expect(read.run).toEqual(run);
    expect([...read.tasks.values()]).toEqual([...tasks.values()]);
    expect(read.head).toEqual(head);
    expect(read.out.get('a')).toEqual(lease);
    expect([...out.keys()]).toEqual(['a']);
    expect(lease).toMatchObject({ waiter: ROWS, state: 'queued', worker: null });
    await expectChained(run.runId, 4);
  });

  it('gives each lease a greater fence than any before', async () => {
    const [first] = await one.writer.write(opening(begun));
    const [second] = await other.writer.write(opening(await other.writer.read(begun.run.runId), 'b'));
    expect(second?.fence ?? 0n).toBeGreaterThan(first?.fence ?? 0n);
  });

  it('returns no row for an attempt that has its lease already', async () => {
    const draft = opening(begun);
    const [lease] = await one.writer.write(draft);
    const again = draftOf(draft.view);
    const same = { lease: lease?.lease ?? '', taskId: 'a', attempt: 1, operation: 'document.extract' };
    again.open({ ...same, state: 'queued', deadline: NOW, priority: 0 });
    expect(await one.writer.write(again)).toEqual([]);
    expect(await one.store.attempts(begun.run.runId)).toHaveLength(1);
  });

  it('counts what the tenant used, once', async () => {
    const draft = opening(begun);
    draft.count({ 'steps.tee': 1, 'stepMs.tee': 40 });
    draft.count({ 'steps.tee': 1 });
    const used = async () => {
      const { rows } = await one.database.queries.execute<{ counter: string; sum: number }>(
        `select counter, sum(amount)::int as sum from sealflow.usage_days where counter like 'step%' group by counter`,
      );
      return Object.fromEntries(rows.map(({ counter, sum }) => [counter, sum]));
    };
    const before = await used();
    await one.writer.write(draft);
    await expect(one.writer.write(draft)).rejects.toBeInstanceOf(RunMoved);
    const after = await used();
    expect((after['steps.tee'] ?? 0) - (before['steps.tee'] ?? 0)).toBe(2);
    expect((after['stepMs.tee'] ?? 0) - (before['stepMs.tee'] ?? 0)).toBe(40);
  });

  it('of a paused run keeps the state that the pause covers', async () => {
    const { runId } = begun.run;
    const paused = draftOf(begun);
    paused.changeRun({ state: 'RUNNING' });
    await one.writer.write(paused);
    await one.database.queries.execute(
      `update sealflow.runs set state = 'PAUSED', paused_from = 'RUNNING' where run_id = '${runId}'`,
    );
    const draft = draftOf(await one.writer.read(runId));
    draft.changeRun({ state: 'AWAITING_INPUT' });
    await one.writer.write(draft);
    const { run } = await one.writer.read(runId);
    expect([run.state, run.pausedFrom]).toEqual(['PAUSED', 'AWAITING_INPUT']);
  });
});
