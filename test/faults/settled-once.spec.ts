import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreditStory, REQUESTED_CENTS } from '../support/credit-story.js';
import { expectEnded, expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { isAlive } from '../support/process-tree.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

describe('money moves once', () => {
  let stack: TestStack;

  beforeAll(async () => {
    stack = await startTestStack();
  });

  afterAll(() => stack.stop());

  it('for each of three runs at once on one ledger', async () => {
    const story = await CreditStory.open(stack, 3);
    const prepared = await Promise.all([story.prepare(), story.prepare(), story.prepare()]);
    const runs = await Promise.all(prepared.map((each) => story.create(each)));
    for (const run of runs) await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
    expect((await story.entries()).length).toBe(7);
  });

  it('for one of two runs at once where the pool holds one loan', async () => {
    const story = await CreditStory.open(stack, 1);
    const prepared = await Promise.all([story.prepare(), story.prepare()]);
    const runs = await Promise.all(prepared.map((each) => story.create(each)));
    const states = await Promise.all(runs.map(async (run) => (await run.ended).state));
    expect([...states].sort()).toEqual(['RUN_STATE_REJECTED', 'RUN_STATE_SUCCEEDED']);
    for (const [index, run] of runs.entries()) {
      if (states[index] === 'RUN_STATE_SUCCEEDED') await expectSettledOnce(story, run);
      else expect((await expectEnded(story, run, 'REJECTED')).reason).toBe('INSUFFICIENT');
    }
    await expectLedgerConsistent(story);
  });

  it('for an intent that a second run hands in again', async () => {
    const story = await CreditStory.open(stack, 2);
    const intentId = new Uint8Array(randomBytes(16));
    await expectSettledOnce(story, await story.apply({ intentId }));
    const again = await story.apply({ intentId });
    const { reason } = await expectEnded(story, again, 'FAILED');
    expect(reason).toBe('reserve.authorize: NULLIFIER_SPENT');
    expect(await story.operationsOf(again)).toEqual([]);
    await expectLedgerConsistent(story);
  });

  it('for an intent that two runs hand in at once', async () => {
    const story = await CreditStory.open(stack, 2);
    const intentId = new Uint8Array(randomBytes(16));
    const prepared = await Promise.all([story.prepare({ intentId }), story.prepare({ intentId })]);
    const runs = await Promise.all(prepared.map((each) => story.create(each)));
    const ends = await Promise.all(runs.map((run) => run.ended));
    expect(ends.map(({ state }) => state).sort()).toEqual(['RUN_STATE_FAILED', 'RUN_STATE_SUCCEEDED']);
    expect(ends.map(({ reason }) => reason).sort()).toEqual(['', 'reserve.authorize: NULLIFIER_SPENT']);
    expect((await story.entries()).map(({ operation }) => operation)).toEqual([
      'ledger.open',
      'ledger.reserve',
      'ledger.commit',
    ]);
    await expectLedgerConsistent(story);
  });

  it('when the same run is created again by a client that lost the answer', async () => {
    const story = await CreditStory.open(stack, 2);
    const prepared = await story.prepare({ requestedCents: REQUESTED_CENTS });
    const run = await story.create(prepared);
    await story.client.create(prepared);
    await expectSettledOnce(story, run);
    await story.client.create(prepared);
    expect((await story.entries()).length).toBe(3);
  });

  it.each([
    ['score', 'DISPATCHED'],
    ['reserve.apply', 'DISPATCHED'],
  ])('when the orchestrator is asked to stop while %s is %s, and is started again', async (step, state) => {
    const story = await CreditStory.open(stack, 1);
    const postmaster = await until('a database server', () => stack.postmaster());
    const run = await story.apply();
    await run.moment(step, state);
    await stack.kill('orchestrator', 'SIGTERM');
    // It left nothing behind: its database ended with it, in order.
    await until('the database server is gone', () => !isAlive(postmaster));
    expect(stack.log('orchestrator').trimEnd().split('\n').at(-1)).toContain('"msg":"stopped"');
    await stack.start('orchestrator');
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
  });
});
