import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectOneAttemptEach, expectSettledOnce } from '../support/expect-run.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

const SETTING = 'SEALFLOW_INTERPRETER';
/** The interpreter of the older release, and moments of an approved run at which that release is stopped. */
const moments = [
  ['v1', 'extract', 'DISPATCHED'],
  ['v2', 'score', 'SUCCEEDED'],
  ['v2', 'reserve.apply', 'DISPATCHED'],
  ['v1', 'settle.apply', 'SUCCEEDED'],
] as const;
const workflowsUnder = { v1: ['run-v1', 'task-v1'], v2: ['run-v2'] };

describe('a release with a newer interpreter', () => {
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    vi.stubEnv(SETTING, 'v1');
    stack = await startTestStack();
    story = await CreditStory.open(stack, moments.length + 1);
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => stack.stop());

  /** Durable workflows of a run by their names. */
  async function workflowsOf(runId: string): Promise<string[]> {
    const rows = await stack.query<{ name: string }>(
      'select distinct name from dbos.workflow_status where workflow_uuid like $1 order by name',
      [`${runId}%`],
    );
    return rows.map(({ name }) => name);
  }

  it.each(moments)(
    'takes up a run of %s at %s %s: it ends under the interpreter that it began with',
    async (version, step, state) => {
      vi.stubEnv(SETTING, version);
      await stack.restart('orchestrator', 'SIGTERM');
      const run = await story.apply();
      await run.moment(step, state);
      await stack.kill('orchestrator', state === 'DISPATCHED' ? 'SIGKILL' : 'SIGTERM');
      // The newer release begins runs with its own interpreter.
      vi.unstubAllEnvs();
      await stack.start('orchestrator');
      if (step === 'extract') {
        await expect(run.handle.pause()).rejects.toMatchObject({ reason: 'INTERPRETER_TOO_OLD' });
      }
      await expectSettledOnce(story, run);
      await expectOneAttemptEach(story, run);
      await expectLedgerConsistent(story);
      expect(await workflowsOf(run.runId)).toEqual(workflowsUnder[version]);
    },
  );

  it('begins new runs with its own', async () => {
    const run = await story.apply();
    await expectSettledOnce(story, run);
    expect(await workflowsOf(run.runId)).toEqual(['run-v3']);
  });
});
