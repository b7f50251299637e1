import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectServices, type ListParkedRunsResponse__Output, unary } from '#contracts';
import { rootDigest } from '#evidence';
import { builtinText } from '#workflow';
import { credentialOf } from '../../apps/cli/src/installation/installation-keys.js';
import { CRASHES_MAX } from '../../apps/orchestrator/src/engine/crash-watch.js';
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

describe('a run that somebody stops for a while', () => {
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    vi.stubEnv('SEALFLOW_HEARTBEAT_MS', '500');
    stack = await startTestStack();
    story = await CreditStory.open(stack, 6);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  async function stateOf(run: WatchedRun): Promise<string> {
    return (await run.handle.get()).state;
  }

  it('paused, it starts nothing new, also after kill -9 of the orchestrator, and goes on when it is resumed', async () => {
    const run = await story.apply();
    await run.moment('extract', 'DISPATCHED');
    await run.handle.pause();
    await run.reached('extract', 'SUCCEEDED');
    expect(await stateOf(run)).toBe('RUN_STATE_PAUSED');
    await stack.restart('orchestrator', 'SIGKILL');
    // Another run goes from its beginning to its end meanwhile.
    await expectSettledOnce(story, await story.apply());
    expect(await stateOf(run)).toBe('RUN_STATE_PAUSED');
    expect(run.seen()).not.toContain('score DISPATCHED');
    await run.handle.resume();
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
  });

  it('paused after the reserve was signed, it carries that through and holds the ledger for nobody', async () => {
    const run = await story.apply();
    await run.moment('reserve.authorize', 'DISPATCHED');
    await run.handle.pause();
    await run.reached('reserve.apply', 'SUCCEEDED');
    expect(await stateOf(run)).toBe('RUN_STATE_PAUSED');
    await expectSettledOnce(story, await story.apply());
    await run.handle.resume();
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
  });

  it('paused and then cancelled, it ends', async () => {
    const run = await story.apply();
    await run.moment('extract', 'DISPATCHED');
    await run.handle.pause();
    await run.handle.cancel('changed my mind');
    expect((await run.ended).state).toBe('RUN_STATE_CANCELLED');
    await expect(run.handle.resume()).rejects.toMatchObject({ reason: 'RUN_FINISHED' });
    await expect(run.handle.pause()).rejects.toMatchObject({ reason: 'RUN_FINISHED' });
  });

  it('failed by what passes, its step is tried again: it goes on, and its evidence shows both attempts', async () => {
    const hasty = await CreditStory.open(stack, 1, oneAttempt);
    const run = await hasty.apply();
    await run.moment('extract', 'SUCCEEDED');
    stack.freeze('zk-prover');
    const failed = await run.ended;
    expect(failed).toMatchObject({ state: 'RUN_STATE_FAILED', reason: 'score: WORKER_SILENT' });
    const before = rootDigest(await run.handle.bundle());
    await expect(run.handle.retryStep('extract')).rejects.toMatchObject({ reason: 'STEP_NOT_RETRYABLE' });
    stack.thaw('zk-prover');
    await run.handle.retryStep('score');
    expect((await run.handle.wait()).state).toBe('RUN_STATE_SUCCEEDED');
    const verdict = await run.handle.verify();
    expect({ outcome: verdict.outcome, status: verdict.run?.status }).toEqual({
      outcome: 'verified',
      status: 'completed',
    });
    const score = (await run.handle.get()).steps.find(({ id }) => id === 'score');
    expect(score?.attempts.map(({ attempt, reason }) => ({ attempt, reason }))).toEqual([
      { attempt: 1, reason: 'WORKER_SILENT' },
      { attempt: 2, reason: '' },
    ]);
    const [first, second] = score?.attempts ?? [];
    expect(BigInt(second?.fence ?? 0)).toBeGreaterThan(BigInt(first?.fence ?? 0));
    const text = Buffer.from(await run.handle.bundle()).toString('utf8');
    const root = JSON.parse(text).root as { payload: string };
    const { predicate } = JSON.parse(Buffer.from(root.payload, 'base64').toString('utf8'));
    // What the member of the root holds is withheld until it is disclosed: its source is compared.
    const [row] = await stack.query<{ previous_root: string }>(
      'select previous_root from sealflow.runs where run_id = $1',
      [run.runId],
    );
    expect(row?.previous_root).toBe(before);
    expect(predicate.tasks.find(({ taskId }: { taskId: string }) => taskId === 'score')).toMatchObject({
      status: 'succeeded',
      failedAttempts: [{ attempt: 1, reason: 'WORKER_SILENT', errorClass: 'worker-lost' }],
    });
    await expect(run.handle.retryStep('score')).rejects.toMatchObject({ reason: 'STEP_NOT_RETRYABLE' });
    await expectLedgerConsistent(hasty);
  });

  it('is not resumed when nobody paused it', async () => {
    const run = await story.apply();
    await run.moment('extract', 'DISPATCHED');
    await expect(run.handle.resume()).rejects.toMatchObject({ reason: 'RUN_NOT_PAUSED' });
    await expectSettledOnce(story, run);
  });
});

/** A lock that somebody forgot stands for whatever brings the process down whenever it comes to one step of one run. */
describe('a run at whose step the process ends again and again', () => {
  let stack: TestStack;
  let story: CreditStory;

  beforeAll(async () => {
    stack = await startTestStack();
    story = await CreditStory.open(stack, 3);
  });
  afterAll(() => stack.stop());

  /** Sessions that wait for a lock: what a process that was killed left in the database. */
  async function waiting(): Promise<number[]> {
    const rows = await stack.query<{ pid: number }>(
      `select pid from pg_stat_activity where wait_event_type = 'Lock'`,
    );
    return rows.map(({ pid }) => pid);
  }

  async function killAtStep(): Promise<void> {
    await until('the step waits', async () => (await waiting()).length > 0);
    await stack.kill('orchestrator');
    for (const pid of await waiting()) await stack.query('select pg_terminate_backend($1)', [pid]);
  }

  it('is parked with the step as its reason, others go on, and an operator has it tried again', async () => {
    const run = await story.apply();
    await run.moment('extract', 'DISPATCHED');
    const lock = new pg.Client({ connectionString: stack.databaseUrl() });
    await lock.connect();
    await lock.query('begin');
    await lock.query(`select 1 from sealflow.tasks where run_id = $1 and task_id = 'score' for update`, [
      run.runId,
    ]);
    for (let crashes = 0; crashes <= CRASHES_MAX; crashes += 1) {
      await killAtStep();
      await stack.start('orchestrator');
    }
    await until('the run is parked', async () => (await run.handle.get()).state === 'RUN_STATE_PARKED');
    expect((await run.handle.get()).reason).toBe('INTERPRETER_CRASHED: write');
    await expectSettledOnce(story, await story.apply());
    await expect(run.handle.resume()).rejects.toMatchObject({ reason: 'RUN_PARKED' });

    const operator = connectServices(stack.address.grpc, { bearer: credentialOf(stack.home, 'operator') });
    try {
      const { runs } = await unary<ListParkedRunsResponse__Output>(
        (options, callback) => operator.run.listParkedRuns({}, options, callback),
        CALL,
      );
      expect(runs.map(({ name, reason }) => ({ name, reason }))).toEqual([
        { name: run.handle.name, reason: 'INTERPRETER_CRASHED: write' },
      ]);
      await lock.query('rollback');
      await lock.end();
      const etag = runs[0]?.etag ?? '';
      expect(etag).toBe((await run.handle.get()).etag);
      const unpark = (asRead: string) =>
        unary(
          (options, callback) =>
            operator.run.unparkRun({ name: run.handle.name, etag: asRead }, options, callback),
          CALL,
        );
      await unpark(etag);
      await expectSettledOnce(story, run);
      await expect(unpark(etag)).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });
      await expect(unpark('')).rejects.toMatchObject({ reason: 'RUN_NOT_PARKED' });
    } finally {
      operator.close();
    }
    await expectLedgerConsistent(story);
  }, 300_000);
});
