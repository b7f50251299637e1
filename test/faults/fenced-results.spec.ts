import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinText } from '#workflow';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { ScriptedWorker } from '../support/scripted-worker.js';
import { startStutteringWorker } from '../support/stuttering-worker.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

const APPLY = 'ledger.reserve.apply';
/** The credit workflow with a bound on each task of the reserve that a slow worker misses. */
const hasty = builtinText('credit').replace(
  'operation: ledger.reserve\n',
  'operation: ledger.reserve\n    timeoutMs: 4000\n',
);

describe('results of a worker that is not, or no longer, asked', () => {
  let stack: TestStack;

  beforeAll(async () => {
    stack = await startTestStack();
  });

  afterAll(() => stack.stop());

  it('a result that comes twice, and once under an older fence, counts once', async () => {
    const story = await CreditStory.open(stack, 1);
    await stack.kill('fhe-service');
    const stuttering = startStutteringWorker(stack);
    try {
      const run = await story.apply();
      await expectSettledOnce(story, run);
      expect(stuttering.refused).toEqual([
        `${run.runId}.reserve.apply.1 LEASE_FENCED`,
        `${run.runId}.settle.apply.1 LEASE_FENCED`,
      ]);
    } finally {
      await stuttering.stop();
      await stack.start('fhe-service');
    }
    await expectLedgerConsistent(story);
  });

  it('a worker that was away too long finds its lease fenced, and the work done by another', async () => {
    const story = await CreditStory.open(stack, 1);
    const scripted = new ScriptedWorker(stack, 'fhe-service', [APPLY]);
    await stack.kill('fhe-service');
    try {
      await scripted.connect();
      const run = await story.apply();
      const lease = await scripted.lease(APPLY);
      scripted.disconnect();
      await stack.start('fhe-service');
      await expectSettledOnce(story, run);
      await scripted.connect();
      expect(await scripted.refusalOf(lease)).toBe('LEASE_FENCED');
      await expectLedgerConsistent(story);
    } finally {
      scripted.close();
    }
  });

  it('a result after the deadline of its lease is fenced, and the next attempt counts', async () => {
    expect(hasty).not.toBe(builtinText('credit'));
    const story = await CreditStory.open(stack, 1, hasty);
    const scripted = new ScriptedWorker(stack, 'fhe-service', [APPLY]);
    await stack.kill('fhe-service');
    try {
      await scripted.connect();
      const run = await story.apply();
      const lease = await scripted.lease(APPLY);
      await stack.start('fhe-service');
      await run.reached('reserve.apply', 'SUCCEEDED');
      expect(await scripted.refusalOf(lease)).toBe('LEASE_FENCED');
      await expectSettledOnce(story, run);
      await expectLedgerConsistent(story);
    } finally {
      scripted.close();
    }
  });
});
