import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { startStutteringWorker } from '../support/stuttering-worker.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import type { WatchedRun } from '../support/watched-run.js';

const HEARTBEAT_MS = 500;
const STEP = 'reserve.apply';

interface Attempt {
  readonly attempt: number;
  readonly fence: string;
  readonly worker: string;
  readonly reason: string | null;
  readonly error_class: string | null;
}

/** Time is scaled by configuration: a worker is silent after a second and a half instead of after fifteen. */
describe('a worker that is lost in the middle of a step', () => {
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    vi.stubEnv('SEALFLOW_HEARTBEAT_MS', String(HEARTBEAT_MS));
    stack = await startTestStack();
    story = await CreditStory.open(stack, 3);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  async function attemptsOf(run: WatchedRun): Promise<Attempt[]> {
    return stack.query<Attempt>(
      `select attempt, fence::text, worker, reason, error_class from sealflow.leases
        where run_id = $1 and task_id = $2 order by attempt`,
      [run.runId, STEP],
    );
  }

  /** The step is out at a worker that does nothing. */
  async function held(): Promise<WatchedRun> {
    const run = await story.apply();
    await run.moment('reserve.authorize', 'SUCCEEDED');
    stack.freeze('fhe-service');
    await run.reached(STEP, 'DISPATCHED');
    return run;
  }

  async function expectDoneElsewhere(run: WatchedRun, reason: string): Promise<void> {
    const [lost, done, ...more] = await attemptsOf(run);
    expect(more).toEqual([]);
    expect(lost).toMatchObject({ attempt: 1, reason, error_class: 'worker-lost' });
    expect(done).toMatchObject({ attempt: 2, reason: null, error_class: null });
    expect(done?.worker).not.toBe(lost?.worker);
    expect(BigInt(done?.fence ?? 0)).toBeGreaterThan(BigInt(lost?.fence ?? 0));
    expect(run.seen()).toContain(`${STEP} WAITING`);
  }

  it('by kill -9: another one does the step, under a greater fence', async () => {
    const run = await held();
    const other = startStutteringWorker(stack);
    try {
      await stack.kill('fhe-service');
      await expectSettledOnce(story, run);
      await expectDoneElsewhere(run, 'WORKER_LOST');
    } finally {
      await other.stop();
      await stack.start('fhe-service');
    }
    await expectLedgerConsistent(story);
  });

  it('because it hangs: it loses the lease long before that runs out, and what it says later is fenced', async () => {
    const run = await held();
    const other = startStutteringWorker(stack);
    try {
      await run.reached(STEP, 'WAITING', 10_000);
      await expectSettledOnce(story, run);
      await expectDoneElsewhere(run, 'WORKER_SILENT');
    } finally {
      stack.thaw('fhe-service');
      await other.stop();
    }
    // The one that hung is well again, and gets work.
    await expectSettledOnce(story, await story.apply());
    await expectLedgerConsistent(story);
  });
});
