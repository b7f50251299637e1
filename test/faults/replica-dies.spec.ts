import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#loopback';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { Replica } from '../support/replica.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

/** Moments of an approved run: while a worker computes, while the ledger is held, before and after money moved. */
const moments = [
  ['extract', 'DISPATCHED'],
  ['score', 'SUCCEEDED'],
  ['reserve.authorize', 'DISPATCHED'],
  ['settle.apply', 'DISPATCHED'],
] as const;
const SECOND = 'orchestrator-1';

describe('two replicas on one database', () => {
  let stack: TestStack;
  let second: Replica;
  let story: CreditStory;

  beforeAll(async () => {
    const grpc = `127.0.0.1:${await freePort()}`;
    stack = await startTestStack({ replicas: [grpc] });
    second = new Replica(stack, SECOND, grpc);
    await second.start();
    story = await CreditStory.open(stack, moments.length + 2);
  });
  afterAll(async () => {
    await second.kill();
    await stack.stop();
  });

  /** Which replica the run is executed by. */
  async function executorOf(runId: string): Promise<string> {
    const [row] = await stack.query<{ executor_id: string }>(
      'select executor_id from dbos.workflow_status where workflow_uuid = $1',
      [runId],
    );
    return row?.executor_id ?? '';
  }

  async function killExecutor(runId: string): Promise<() => Promise<void>> {
    if ((await executorOf(runId)) === SECOND) {
      await second.kill();
      return () => second.start();
    }
    await stack.kill('orchestrator');
    return async () => {
      stack.service('orchestrator').start();
      // It serves; the workers stay where they went.
      await until('the replica serves', async () => {
        const answer = await fetch(`${stack.address.http}/readyz`).catch(() => null);
        return answer?.ok === true;
      });
    };
  }

  it.each(moments)(
    'when %s is %s and the replica that executes the run is killed, the other one finishes it, once',
    async (step, state) => {
      const run = await story.apply();
      await run.moment(step, state);
      const before = await executorOf(run.runId);
      const restart = await killExecutor(run.runId);
      const killedMs = performance.now();
      await until('the run has another executor', async () => (await executorOf(run.runId)) !== before);
      console.log(`taken over after ${((performance.now() - killedMs) / 1000).toFixed(1)} s`);
      await expectSettledOnce(story, run);
      await expectLedgerConsistent(story);
      await restart();
    },
  );

  it('a replica that slept, was called dead and wakes up changes nothing that the other one did', async () => {
    const run = await story.apply();
    await run.moment('score', 'DISPATCHED');
    const before = await executorOf(run.runId);
    const pid = before === SECOND ? second.pid : stack.pid('orchestrator');
    process.kill(pid, 'SIGSTOP');
    await until('the run has another executor', async () => (await executorOf(run.runId)) !== before);
    process.kill(pid, 'SIGCONT');
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
  });

  it('a replica that is told to stop hands over what it has at once', async () => {
    const run = await story.apply();
    await run.moment('extract', 'DISPATCHED');
    if ((await executorOf(run.runId)) === SECOND) await second.kill('SIGTERM');
    await expectSettledOnce(story, run);
    expect((await stack.query('select 1 from sealflow.replicas')).length).toBeGreaterThan(0);
  });
});
