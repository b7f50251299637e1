import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreditStory } from '../support/credit-story.js';
import { expectEnded, expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { type ServiceName, startTestStack, type TestStack } from '../support/test-stack.js';
import type { WatchedRun } from '../support/watched-run.js';

describe('kill -9 of a worker', () => {
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    stack = await startTestStack();
    story = await CreditStory.open(stack, 8);
  });

  afterAll(() => stack.stop());

  /** Lets a worker get the lease of a step and do nothing with it. */
  async function holding(
    name: ServiceName,
    before: readonly [step: string, state: string],
    step: string,
  ): Promise<WatchedRun> {
    const run = await story.apply();
    await run.moment(...before);
    stack.freeze(name);
    await run.reached(step, 'DISPATCHED');
    return run;
  }

  it('the reader of statements with a statement: the run waits until its client sealed it again', async () => {
    const prepared = await story.prepare();
    stack.freeze('tee-worker');
    const run = await story.create(prepared);
    await run.reached('extract', 'DISPATCHED');
    await stack.restart('tee-worker');
    await run.waits('AWAITING_INPUT');
    expect(run.seen()).toContain('extract WAITING');
    await story.client.rewrap(prepared);
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
    await expect(story.client.rewrap(prepared)).rejects.toMatchObject({ reason: 'RUN_FINISHED' });
  });

  it('the reader of statements, and its client does not seal again but cancels: the run ends, and holds nothing', async () => {
    const prepared = await story.prepare();
    stack.freeze('tee-worker');
    const run = await story.create(prepared);
    await run.reached('extract', 'DISPATCHED');
    await stack.restart('tee-worker');
    await run.waits('AWAITING_INPUT');
    await run.handle.cancel('changed my mind');
    await expectEnded(story, run, 'CANCELLED');
    expect(await story.operationsOf(run)).toEqual([]);
  });

  it('the prover with a witness: its inputs died with its keys, the run fails by name and nothing moves', async () => {
    const run = await holding('zk-prover', ['extract', 'SUCCEEDED'], 'score');
    await stack.restart('zk-prover');
    const { reason } = await expectEnded(story, run, 'FAILED');
    expect(reason).toBe('score: RECIPIENTS_GONE');
    expect(await story.operationsOf(run)).toEqual([]);
    await expectLedgerConsistent(story);
  });

  it('the prover, and it stays away: the run fails by name instead of waiting for the deadline', async () => {
    const run = await holding('zk-prover', ['extract', 'SUCCEEDED'], 'score');
    await stack.kill('zk-prover');
    try {
      const { reason } = await expectEnded(story, run, 'FAILED');
      expect(reason).toBe('score: RECIPIENTS_GONE');
    } finally {
      await stack.start('zk-prover');
    }
  });

  it('the key enclave with an intent: the run fails by name and nothing is held', async () => {
    const run = await holding('tee-worker', ['score', 'SUCCEEDED'], 'reserve.authorize');
    await stack.restart('tee-worker');
    const { reason } = await expectEnded(story, run, 'FAILED');
    expect(reason).toBe('reserve.authorize: RECIPIENTS_GONE');
    expect(await story.operationsOf(run)).toEqual([]);
    await expectLedgerConsistent(story);
  });

  it('the key enclave with a reservation: it kept the content, and its next boot pays the loan', async () => {
    const run = await holding('tee-worker', ['reserve.apply', 'DISPATCHED'], 'settle.authorize');
    await stack.restart('tee-worker');
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
  });

  it.each([
    ['reserve.authorize', 'reserve.apply'],
    ['settle.authorize', 'settle.apply'],
  ])('the keyless service after %s, with %s: its next boot does the same sum', async (before, step) => {
    const run = await holding('fhe-service', [before, 'SUCCEEDED'], step);
    await stack.restart('fhe-service');
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
  });
});
