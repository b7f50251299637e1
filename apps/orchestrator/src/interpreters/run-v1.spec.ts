import { describe, expect, it } from 'vitest';
import {
  journalOf,
  NotRecorded,
  type Recorded,
  ReplayedJournal,
  recordedRun,
} from './replayed-journal.fixture.js';
import type { RunParts } from './run-parts.js';
import { RunV1 } from './run-v1.js';

const { runId, plan, workflows } = recordedRun('v1');
const parts = { planOf: async () => plan } as unknown as RunParts;

async function replayRun(recorded: readonly Recorded[]): Promise<ReplayedJournal> {
  const journal = new ReplayedJournal(recorded);
  await new RunV1(parts, journal).interpret(runId);
  return journal;
}

async function replayTask(taskId: string, recorded: readonly Recorded[]) {
  const journal = new ReplayedJournal(recorded);
  return { result: await new RunV1(parts, journal).perform(runId, taskId), journal };
}

const run = workflows[''] ?? [];
const tasks = Object.entries(workflows).filter(([name]) => name !== '');

describe('interpreter v1 over a journal that was recorded when it was the newest', () => {
  it('takes the same way through the run, call by call', async () => {
    expect(run.length).toBeGreaterThan(20);
    const journal = await replayRun(run);
    expect(journal.isOver).toBe(true);
    expect(journal.calls.map((call) => call.split(' ')[0])).toEqual(run.map(([, name]) => name));
  });

  it('starts each task under the name that it had', async () => {
    const { calls } = await replayRun(run);
    const started = calls.filter((call) => call.startsWith('task-v1')).map((call) => call.split(' ')[1]);
    expect(started.sort()).toEqual(tasks.map(([taskId]) => `${runId}.${taskId}`).sort());
  });

  it.each(tasks)(
    'takes the same way through %s, and waits under the same name as long',
    async (taskId, recorded) => {
      const { result, journal } = await replayTask(taskId, recorded);
      expect(journal.isOver).toBe(true);
      expect(result.status).toBe('succeeded');
      const opened = recorded[0]?.[2] as { lease: string; deadlineMs: number };
      expect(journal.calls).toEqual([
        'open',
        `DBOS.recv ${opened.lease} until ${opened.deadlineMs + 250}`,
        'collect',
        'finish',
      ]);
    },
  );

  it.each(run.map((_, index) => index))(
    'after a crash at call %d goes on with the call that came next',
    async (crashedAt) => {
      const journal = new ReplayedJournal(run.slice(0, crashedAt));
      await expect(new RunV1(parts, journal).interpret(runId)).rejects.toThrow(NotRecorded);
      expect(journal.unrecorded).toBe(run[crashedAt]?.[1]);
    },
  );

  it('repeats a task at once, as often as it may, and ends it as failed', async () => {
    const [taskId = ''] = tasks[0] ?? [];
    const attempt = (collected: unknown) => [
      ['open', { lease: 'lease', deadlineMs: 1 }] as const,
      ['DBOS.recv', null] as const,
      ['collect', collected] as const,
    ];
    const lost = { result: { status: 'failed', reason: 'WORKER_LOST' }, retry: true };
    const recorded = journalOf([...attempt(lost), ...attempt(lost), ...attempt(lost), ['finish', null]]);
    const { result, journal } = await replayTask(taskId, recorded);
    expect(journal.isOver).toBe(true);
    expect(result).toEqual(lost.result);
    const final = { ...lost, retry: false };
    const once = await replayTask(taskId, journalOf([...attempt(final), ['finish', null]]));
    expect(once.journal.isOver).toBe(true);
  });

  it('ends a run whose task broke, and one that was cancelled', async () => {
    const broken = journalOf([
      ['begin', null],
      ['look', false],
      ['task-v1', null],
      ['DBOS.getResult', null],
      ['give up', null],
      ['look', false],
      ['skip', null],
      ['close', null],
    ]);
    expect((await replayRun(broken)).isOver).toBe(true);
    const cancelled = journalOf([
      ['begin', null],
      ['look', true],
      ['skip', null],
      ['close', null],
    ]);
    expect((await replayRun(cancelled)).isOver).toBe(true);
  });
});
