import { afterAll, beforeAll, describe, it } from 'vitest';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectOneAttemptEach, expectSettledOnce } from '../support/expect-run.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

/** Every boundary of an approved run: the orchestrator dies when its client sees the event. */
const moments = [
  ['extract', 'DISPATCHED'],
  ['score', 'DISPATCHED'],
  ['score', 'SUCCEEDED'],
  ['reserve.authorize', 'DISPATCHED'],
  ['reserve.authorize', 'SUCCEEDED'],
  ['reserve.apply', 'DISPATCHED'],
  ['reserve.apply', 'SUCCEEDED'],
  ['settle.authorize', 'SUCCEEDED'],
  ['settle.apply', 'DISPATCHED'],
  ['settle.apply', 'SUCCEEDED'],
] as const;

describe('kill -9 of the orchestrator', () => {
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    stack = await startTestStack();
    story = await CreditStory.open(stack, moments.length + 1);
  });

  afterAll(() => stack.stop());

  it.each(moments)('when %s is %s: the run finishes once and money moves once', async (step, state) => {
    const run = await story.apply();
    await run.moment(step, state);
    await stack.restart('orchestrator', 'SIGKILL');
    await expectSettledOnce(story, run);
    await expectOneAttemptEach(story, run);
    await expectLedgerConsistent(story);
  });
});
