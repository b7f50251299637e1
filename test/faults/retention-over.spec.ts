import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SetRetentionResponse__Output, unary } from '#contracts';
import { builtinText } from '#workflow';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectSettledOnce } from '../support/expect-run.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';
import type { WatchedRun } from '../support/watched-run.js';

const CALL = { deadlineMs: 10_000 };
/** The credit workflow whose proof may be tried once. */
const oneAttempt = builtinText('credit').replace(
  'operation: scorecard.prove\n',
  'operation: scorecard.prove\n    attemptsMax: 1\n',
);

/** The sweeper of a whole stack, which looks every fifth of a second here. */
describe('a run that was kept as long as its rule says', () => {
  let stack: TestStack;
  let story: CreditStory;
  let run: WatchedRun;

  beforeAll(async () => {
    vi.stubEnv('SEALFLOW_HEARTBEAT_MS', '500');
    vi.stubEnv('SEALFLOW_RETENTION_SWEEP_MS', '200');
    stack = await startTestStack();
    story = await CreditStory.open(stack, 2, oneAttempt);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  /** From its end on. */
  async function keep(days: { payloadDays?: number; evidenceDays?: number }): Promise<void> {
    const rule = { parent: 'tenants/demo', class: 'at-once', run: `tenants/demo/runs/${run.runId}`, ...days };
    await unary<SetRetentionResponse__Output>(
      (options, callback) =>
        story.client.services.retention.setRetention({ ...rule, reason: 'a test' }, options, callback),
      CALL,
    );
  }

  const swept = (part: 'payload' | 'evidence') =>
    until(`the ${part} is deleted`, async () => {
      const [row] = await stack.query<{ at: Date | null }>(
        `select ${part}_deleted_at as at from sealflow.runs where run_id = $1`,
        [run.runId],
      );
      return row?.at;
    });

  /** Tables of the engine that name a run, with how often. */
  async function journalOf({ runId }: WatchedRun): Promise<string[]> {
    const tables = await stack.query<{ name: string; id: string }>(
      `select table_name as name, column_name as id from information_schema.columns
        where table_schema = 'dbos' and column_name in ('workflow_uuid', 'workflow_id', 'destination_uuid')`,
    );
    const found: string[] = [];
    for (const { name, id } of tables) {
      const [row] = await stack.query<{ count: number }>(
        `select count(*)::int as count from dbos.${name} where ${id} like $1 || '%'`,
        [runId],
      );
      if (row !== undefined && row.count > 0) found.push(`${name} ${row.count}`);
    }
    return found;
  }

  it('has no step tried again: nobody could read its inputs', async () => {
    run = await story.apply();
    await run.moment('extract', 'SUCCEEDED');
    stack.freeze('zk-prover');
    expect(await run.ended).toMatchObject({ state: 'RUN_STATE_FAILED', reason: 'score: WORKER_SILENT' });
    stack.thaw('zk-prover');
    expect(await journalOf(run)).not.toEqual([]);
    await keep({ payloadDays: 0 });
    await swept('payload');
    await expect(run.handle.retryStep('score')).rejects.toMatchObject({ reason: 'RETENTION_OVER' });
  });

  it('left nothing in the journal of the engine, and its evidence verifies', async () => {
    expect(await journalOf(run)).toEqual([]);
    expect((await run.handle.verify()).outcome).toBe('verified');
    expect((await run.handle.get()).state).toBe('RUN_STATE_FAILED');
  });

  it('has no bundle in the end, and no step to try either', async () => {
    await keep({ payloadDays: 0, evidenceDays: 0 });
    await swept('evidence');
    await expect(run.handle.bundle()).rejects.toMatchObject({ reason: 'RETENTION_OVER' });
    await expect(run.handle.retryStep('score')).rejects.toMatchObject({ reason: 'RETENTION_OVER' });
  });

  it('takes nothing from the others, also across kill -9 of the orchestrator', async () => {
    await stack.restart('orchestrator', 'SIGKILL');
    await expectSettledOnce(story, await story.apply());
    await expectLedgerConsistent(story);
  });
});
