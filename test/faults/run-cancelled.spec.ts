import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreditStory } from '../support/credit-story.js';
import { expectEnded, expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import type { WatchedRun } from '../support/watched-run.js';

const LOAN = 1;

describe('a run that is given up after money was set aside', () => {
  let stack: TestStack;

  beforeAll(async () => {
    stack = await startTestStack();
  });

  afterAll(() => stack.stop());

  /** The pool holds one loan: a second one is paid only if nothing of the first is still set aside. */
  async function expectReleased(story: CreditStory, run: WatchedRun, state: string): Promise<void> {
    await expectEnded(story, run, state);
    expect(await story.operationsOf(run)).toEqual(['ledger.reserve', 'ledger.release']);
    await expectLedgerConsistent(story);
    await expectSettledOnce(story, await story.apply());
  }

  it.each([
    ['reserve.authorize', 'SUCCEEDED'],
    ['reserve.apply', 'DISPATCHED'],
  ])(
    'cancelled when %s is %s: what was signed is carried through, and the money goes back',
    async (step, state) => {
      const story = await CreditStory.open(stack, LOAN);
      const run = await story.apply();
      await run.moment(step, state);
      await run.handle.cancel('changed my mind');
      await expectReleased(story, run, 'CANCELLED');
    },
  );

  it('cancelled while the settlement waits for the key enclave: the money goes back', async () => {
    const story = await CreditStory.open(stack, LOAN);
    const run = await story.apply();
    await run.moment('reserve.apply', 'DISPATCHED');
    stack.freeze('tee-worker');
    await run.reached('settle.authorize', 'DISPATCHED');
    await run.handle.cancel('changed my mind');
    stack.thaw('tee-worker');
    await expectReleased(story, run, 'CANCELLED');
  });

  it('cancelled again while the money goes back: it still does', async () => {
    const story = await CreditStory.open(stack, LOAN);
    const run = await story.apply();
    await run.moment('reserve.apply', 'DISPATCHED');
    stack.freeze('tee-worker');
    await run.handle.cancel('changed my mind');
    await run.reached('settle.release.authorize', 'DISPATCHED');
    await run.handle.cancel('really');
    stack.thaw('tee-worker');
    await expectReleased(story, run, 'CANCELLED');
  });

  it('cancelled while the keyless service is away: the money goes back when it returns', async () => {
    const story = await CreditStory.open(stack, LOAN);
    const run = await story.apply();
    await run.moment('reserve.authorize', 'DISPATCHED');
    await stack.kill('fhe-service');
    await run.reached('reserve.apply', 'DISPATCHED');
    await run.handle.cancel('changed my mind');
    await stack.start('fhe-service');
    await expectReleased(story, run, 'CANCELLED');
  });

  it('out of time after the reserve: the money goes back although the deadline is over', async () => {
    const story = await CreditStory.open(stack, LOAN);
    const run = await story.apply();
    await run.moment('reserve.authorize', 'DISPATCHED');
    await stack.kill('fhe-service');
    await run.reached('reserve.apply', 'DISPATCHED');
    // Instead of waiting for it.
    await stack.query('update sealflow.runs set deadline = now() where run_id = $1', [run.runId]);
    // Nobody reads again what changed without an event.
    await run.handle.pause();
    await run.handle.resume();
    await stack.start('fhe-service');
    await expectReleased(story, run, 'EXPIRED');
  });

  it('the key enclave dies before it settles, and the run is cancelled: its next boot gives the money back', async () => {
    const story = await CreditStory.open(stack, LOAN);
    const run = await story.apply();
    await run.moment('reserve.apply', 'DISPATCHED');
    stack.freeze('tee-worker');
    await run.reached('settle.authorize', 'DISPATCHED');
    await stack.kill('tee-worker');
    await run.handle.cancel('changed my mind');
    await stack.start('tee-worker');
    await expectReleased(story, run, 'CANCELLED');
  });
});
