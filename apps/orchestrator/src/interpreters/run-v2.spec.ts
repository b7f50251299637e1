import { describe, expect, it } from 'vitest';
import type { PlanTask } from '#workflow';
import { journalOf, NotRecorded, ReplayedJournal, recordedRun } from './replayed-journal.fixture.js';
import type { RunParts, Settled } from './run-parts.js';
import { RunV2 } from './run-v2.js';

const { runId, plan, workflows } = recordedRun('v2');
const parts = { planOf: async () => plan } as unknown as RunParts;
const recorded = workflows[''] ?? [];

const DEADLINE_MS = 1_000_000;
const go = { cancelled: false, paused: false };
const paused = { cancelled: false, paused: true };
const cancelled = { cancelled: true, paused: false };
const ok = (value: unknown) => ({ ok: true, value });
const begin = (look = go, states = {}, attempts = {}) =>
  ['begin', ok({ states, attempts, deadlineMs: DEADLINE_MS, look })] as const;
const opened = (lease: string, deadlineMs = 1_000) => ['open', ok({ lease, deadlineMs })] as const;
const mail = (message: unknown) => ['DBOS.recv', message] as const;
const settled = (value: Settled) => ['settle', ok(value)] as const;
const over = (facts: object, look = go) =>
  settled({ next: 'over', result: { status: 'succeeded', public: { ...facts } }, look });
const failed = (reason: string, look = go) =>
  settled({ next: 'over', result: { status: 'failed', reason }, look });
const skip = ['skip', ok(null)] as const;
const close = ['close', ok(null)] as const;
const look = (now: object) => ['look', ok(now)] as const;

type Calls = Parameters<typeof journalOf>[0];
const ended = ['end', ok(null)] as const;
const shows = ['show', ok(null)] as const;
const broken = (name: string) => [name, { ok: false }] as const;

async function follow(calls: Calls): Promise<ReplayedJournal> {
  const journal = new ReplayedJournal(journalOf(calls));
  await new RunV2(parts, journal).interpret(runId, runId);
  expect(journal.isOver).toBe(true);
  return journal;
}

describe('interpreter v2 over a journal that was recorded when it was the newest', () => {
  it('takes the same way, call by call', async () => {
    expect(recorded.length).toBeGreaterThan(20);
    const journal = new ReplayedJournal(recorded);
    await new RunV2(parts, journal).interpret(runId, runId);
    expect(journal.isOver).toBe(true);
    const names = recorded.map(([, name]) => name).filter((name) => name !== 'DBOS.sleep');
    expect(journal.calls.map((call) => call.split(' ')[0])).toEqual(names);
  });

  it.each(recorded.filter(([, name]) => name !== 'DBOS.sleep').map(([id, name]) => [id, name] as const))(
    'after a crash at call %d goes on with %s',
    async (id, name) => {
      const journal = new ReplayedJournal(recorded.filter(([earlier]) => earlier < id));
      await expect(new RunV2(parts, journal).interpret(runId, runId)).rejects.toThrow(NotRecorded);
      expect(journal.unrecorded).toBe(name);
    },
  );
});

describe('interpreter v2', () => {
  it('waits for the recorded end of a pause before it tries again', async () => {
    const { calls } = await follow([
      begin(),
      opened('a.1', 700),
      mail({ lease: 'a.1' }),
      settled({ next: 'retry', atMs: 5_000, look: go }),
      mail(null),
      opened('a.2', 9_000),
      mail(null),
      failed('DEADLINE_EXCEEDED'),
      skip,
      close,
    ]);
    expect(calls.filter((call) => call.startsWith('DBOS.recv'))).toEqual([
      'DBOS.recv mail until 950',
      'DBOS.recv mail until 5000',
      'DBOS.recv mail until 9250',
    ]);
  });

  it('tries again without a wait where the class of the error has no pause', async () => {
    await follow([
      begin(),
      opened('a.1'),
      mail({ lease: 'a.1' }),
      settled({ next: 'retry', atMs: 0, look: go }),
      opened('a.2'),
      mail({ lease: 'a.2' }),
      failed('INPUT_INVALID'),
      skip,
      close,
    ]);
  });

  it('takes a message about an older lease for nothing', async () => {
    await follow([
      begin(),
      opened('a.1'),
      mail({ lease: 'a.0' }),
      mail({ lease: 'a.1' }),
      failed('INPUT_INVALID'),
      skip,
      close,
    ]);
  });

  it('starts nothing while it is paused, and everything that waited when it is resumed', async () => {
    const { calls } = await follow([
      begin(),
      opened('a.1'),
      mail({ look: true }),
      look(paused),
      mail({ lease: 'a.1' }),
      settled({ next: 'retry', atMs: 5_000, look: paused }),
      mail({ look: true }),
      look(go),
      mail(null),
      opened('a.2'),
      mail({ lease: 'a.2' }),
      failed('INPUT_INVALID'),
      skip,
      close,
    ]);
    // While it is paused only the deadline of the run ends the wait.
    expect(calls.filter((call) => call.startsWith('DBOS.recv'))[2]).toBe(
      `DBOS.recv mail until ${DEADLINE_MS}`,
    );
  });

  it('begins nothing when it was paused before it began, and ends at its deadline', async () => {
    await follow([begin(paused), mail(null), skip, close]);
  });

  it('gives up a pause when it is cancelled', async () => {
    await follow([
      begin(),
      opened('a.1'),
      mail({ lease: 'a.1' }),
      settled({ next: 'retry', atMs: 5_000, look: go }),
      mail({ look: true }),
      look(cancelled),
      ended,
      skip,
      close,
    ]);
  });

  it('shows that it waits for an input, and goes on when it came', async () => {
    const { calls } = await follow([
      begin(),
      opened('a.1'),
      mail({ lease: 'a.1' }),
      settled({ next: 'input', look: go }),
      shows,
      mail({ input: true }),
      look(go),
      opened('a.2'),
      shows,
      mail({ lease: 'a.2' }),
      failed('INPUT_INVALID'),
      skip,
      close,
    ]);
    expect(calls.filter((call) => call.startsWith('DBOS.recv'))[1]).toBe(
      `DBOS.recv mail until ${DEADLINE_MS}`,
    );
  });

  it('ends at its deadline when the input never comes', async () => {
    await follow([
      begin(),
      opened('a.1'),
      mail({ lease: 'a.1' }),
      settled({ next: 'input', look: go }),
      shows,
      mail(null),
      ended,
      skip,
      shows,
      close,
    ]);
  });

  it('goes on where an earlier workflow of the run ended', async () => {
    const first = plan.tasks[0] as PlanTask;
    const { calls } = await follow([
      begin(go, { [first.id]: { status: 'succeeded', public: {} } }, { [first.id]: 2, score: 4 }),
      opened('score.5'),
      mail({ lease: 'score.5' }),
      failed('PROVER_FAILED'),
      skip,
      close,
    ]);
    expect(calls).not.toContain(first.id);
  });

  it('ends a task whose step failed on every try, and the run with it', async () => {
    await follow([begin(), broken('open'), ended, skip, close]);
    await follow([begin(), opened('a.1'), mail({ lease: 'a.1' }), broken('settle'), ended, skip, close]);
  });

  it.each([
    ['begin', [broken('begin')]],
    ['close', [begin(), opened('a.1'), mail({ lease: 'a.1' }), failed('X'), skip, broken('close')]],
    ['skip', [begin(), opened('a.1'), mail({ lease: 'a.1' }), failed('X'), broken('skip')]],
  ] as [string, Calls][])('is parked when it cannot %s', async (_step, calls) => {
    await follow([...calls, ['park', null]]);
  });

  it('is parked when a recorded answer makes no sense', async () => {
    await follow([begin(go, { 'no-such-task': { status: 'skipped' } }), ['park', null]]);
  });

  it('counts the second result of a task no more than the first', async () => {
    const next = over({});
    await follow([
      begin(),
      opened('a.1'),
      mail({ lease: 'a.1' }),
      next,
      opened('b.1'),
      mail({ lease: 'a.1' }),
      mail({ lease: 'b.1' }),
      failed('PROOF_INVALID'),
      skip,
      close,
    ]);
  });
});
