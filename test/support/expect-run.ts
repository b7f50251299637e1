import { expect } from 'vitest';
import type { Run__Output } from '#contracts';
import type { CreditStory } from './credit-story.js';
import type { WatchedRun } from './watched-run.js';

/** What holds for every run that ended, however it ended: one end, no missing event, a bundle that verifies. */
export async function expectEnded(story: CreditStory, run: WatchedRun, state: string): Promise<Run__Output> {
  const ended = await run.ended;
  // With what a reader of a report needs to know why.
  const told = JSON.stringify({ reason: ended.reason, seen: run.seen() });
  expect(`${ended.state} ${told}`).toBe(`RUN_STATE_${state} ${told}`);
  const [events] = await story.stack.query<{ count: string }>(
    'select count(*) from sealflow.run_events where run_id = $1',
    [run.runId],
  );
  expect(run.events.length).toBe(Number(events?.count));
  const ends = await story.stack.query(
    `select 1 from sealflow.run_events where run_id = $1 and task_id is null and body->>'state' = $2`,
    [run.runId, state],
  );
  expect(ends.length).toBe(1);
  const logged = await story.stack.query('select 1 from sealflow.log_entries where subject = $1', [
    run.runId,
  ]);
  expect(logged.length).toBe(1);
  const verdict = await run.handle.verify();
  const failed = verdict.stages.flatMap(({ checks }) => checks).filter(({ result }) => result === 'fail');
  expect({ outcome: verdict.outcome, status: verdict.run?.status, failed }).toEqual({
    outcome: 'verified',
    status: STATUS[state],
    failed: [],
  });
  return ended;
}

/** The loan was paid: once set aside, once handed over, and the client can open the settlement. */
export async function expectSettledOnce(story: CreditStory, run: WatchedRun): Promise<void> {
  await expectEnded(story, run, 'SUCCEEDED');
  expect(await story.operationsOf(run)).toEqual(['ledger.reserve', 'ledger.commit']);
  expect(await run.handle.open('settlement')).toMatchObject({ value: { transferredCents: '209600' } });
}

/** Nothing was done twice: whoever was away came back to the work that it had left. */
export async function expectOneAttemptEach(story: CreditStory, run: WatchedRun): Promise<void> {
  const repeated = await story.stack.query(
    'select task_id, attempt from sealflow.tasks where run_id = $1 and attempt > 1',
    [run.runId],
  );
  expect(repeated).toEqual([]);
}

/** The ledger is what its entries say: versions without a gap, the head at the last one, nobody holding it. */
export async function expectLedgerConsistent(story: CreditStory): Promise<void> {
  const entries = await story.entries();
  expect(entries.map(({ version }) => version)).toEqual(entries.map((_, index) => index + 1));
  expect(await story.head()).toEqual({ version: entries.length, claimed_by: null });
}

const STATUS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'completed',
  REJECTED: 'rejected',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  EXPIRED: 'cancelled',
};
