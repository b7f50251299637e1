import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

const moments = [
  ['extract', 'DISPATCHED'],
  ['reserve.authorize', 'SUCCEEDED'],
  ['settle.authorize', 'DISPATCHED'],
  ['settle.apply', 'SUCCEEDED'],
] as const;

describe('kill -9 of the database server', () => {
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    stack = await startTestStack();
    story = await CreditStory.open(stack, moments.length);
  });

  afterAll(() => stack.stop());

  it.each(moments)(
    'when %s is %s: the orchestrator stays, starts it again, and the run finishes once',
    async (step, state) => {
      const orchestrator = stack.pid('orchestrator');
      const killed = await until('a database server', () => stack.postmaster());
      const run = await story.apply();
      await run.moment(step, state);
      process.kill(killed, 'SIGKILL');
      await until('another server of the same data', () => (stack.postmaster() ?? killed) !== killed);
      await expectSettledOnce(story, run);
      await expectLedgerConsistent(story);
      expect(stack.pid('orchestrator')).toBe(orchestrator);
    },
  );
});
