import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentials, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, type GetRunResponse__Output, type ListWorkersResponse__Output, unary } from '#contracts';
import { workerImages } from '#worker';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectOneAttemptEach, expectSettledOnce } from '../support/expect-run.js';
import { type Executor, FIRST, SECOND, TwoReplicas } from '../support/two-replicas.js';
import { until } from '../support/until.js';
import type { WatchedRun } from '../support/watched-run.js';

const RUNS = 5;
const NOTICE_MS = 1_500;
const other = (executor: Executor): Executor => (executor === FIRST ? SECOND : FIRST);

describe('a replica that is told to stop', () => {
  let two: TwoReplicas;
  let story: CreditStory;

  beforeAll(async () => {
    two = await TwoReplicas.start({ SEALFLOW_DRAIN_NOTICE_MS: String(NOTICE_MS) });
    story = await CreditStory.open(two.stack, 3 * RUNS);
  });
  afterAll(() => two.stack.stop());

  it.each([SECOND, FIRST] as const)(
    'loses nothing of the runs in flight, repeats nothing, and fails no call for good (%s)',
    async (executor) => {
      const runs: WatchedRun[] = [];
      for (let index = 0; index < RUNS; index += 1) runs.push(await story.apply());
      const calls = keepCalling(runs[0]?.handle.name ?? '');
      await runs[0]?.reached('extract', 'SUCCEEDED');
      const beganMs = performance.now();
      await two.kill(executor, 'SIGTERM');
      console.log(`${executor} ended after ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
      try {
        for (const run of runs) await expectSettledOnce(story, run);
        for (const run of runs) await expectOneAttemptEach(story, run);
        await expectLedgerConsistent(story);
      } finally {
        // What fails here fails here alone.
        await two.start(executor);
      }
      const { served, failures } = await calls.stop();
      console.log(`${served} calls served, ${failures.length} told to come again`);
      expect(served).toBeGreaterThan(0);
      expect(failures.filter(({ reason }) => reason !== 'UNAVAILABLE' && reason !== 'DRAINING')).toEqual([]);
    },
  );

  it('says so first: both health services call it not ready while it still serves', async () => {
    const checked = healthOf(two.grpc(SECOND));
    expect(await checked()).toBe('SERVING');
    const ended = two.kill(SECOND, 'SIGTERM');
    const body = await until('it is not ready', async () => {
      const answer = await fetch(`${two.http(SECOND)}/readyz`);
      return answer.status === 503 ? ((await answer.json()) as { missing: string[] }) : null;
    });
    expect(body.missing).toEqual(['notDraining']);
    expect(await checked()).toBe('NOT_SERVING');
    expect((await fetch(`${two.http(SECOND)}/.well-known/sealflow-keys`)).ok).toBe(true);
    await ended;
    await two.start(SECOND);
  });

  it('has no worker left: all are at the other one before anybody misses them', async () => {
    await two.kill(SECOND, 'SIGTERM');
    const client = two.stack.client();
    const { workers } = await unary<ListWorkersResponse__Output>(
      (options, callback) => client.services.attestation.listWorkers({}, options, callback),
      { deadlineMs: 5_000 },
    );
    const names = workers.map(({ name }) => name);
    expect(names.sort()).toEqual(workerImages.map(({ name }) => `workers/${name}-0`).sort());
    await two.start(SECOND);
  });

  it('that was frozen, called dead and wakes up executes nothing again', async () => {
    const run = await story.apply();
    await run.moment('extract', 'SUCCEEDED');
    const executor = await two.executorOf(run.runId);
    const pid = two.pid(executor);
    process.kill(pid, 'SIGSTOP');
    const frozenMs = performance.now();
    try {
      await until('the run has another executor', async () => (await two.executorOf(run.runId)) !== executor);
      console.log(`taken over after ${((performance.now() - frozenMs) / 1000).toFixed(1)} s`);
      // Its workers notice that nobody answers, and go to the other one with their results.
      await expectSettledOnce(story, run);
      console.log(`settled after ${((performance.now() - frozenMs) / 1000).toFixed(1)} s, still frozen`);
      const before = await done();
      process.kill(pid, 'SIGCONT');
      await two.ready(executor);
      const [beat] = await seen(executor);
      await until('it has beaten twice', async () => (await seen(executor))[0] !== beat);
      expect(await done()).toEqual(before);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await expectOneAttemptEach(story, run);
    await expectLedgerConsistent(story);
    const next = await story.apply();
    await expectSettledOnce(story, next);
    expect(await two.executorOf(run.runId)).toBe(other(executor));
  });

  const seen = async (executor: Executor): Promise<string[]> => {
    const rows = await two.stack.query<{ seen_at: string }>(
      'select seen_at::text from sealflow.replicas where executor_id = $1',
      [executor],
    );
    return rows.map(({ seen_at }) => seen_at);
  };

  /** Everything that executing leaves behind: leases with their fences, journalled steps, money, and what workers did. */
  async function done(): Promise<object> {
    const count = async (text: string) => (await two.stack.query<{ count: string }>(text))[0]?.count;
    return {
      leases: await two.stack.query('select lease, fence, state from sealflow.leases order by lease'),
      steps: await count('select count(*) from dbos.operation_outputs'),
      entries: await count('select count(*) from sealflow.ledger_entries'),
      tasks: workerImages.map(({ name }) => tasksDone(join(two.stack.installation.logs, `${name}.log`))),
    };
  }

  /** Calls both replicas in turn, without a pause and without any help, until it is told to stop. */
  function keepCalling(name: string) {
    const client = two.stack.client();
    const failures: ApiError[] = [];
    let served = 0;
    let stopped = false;
    const running = (async () => {
      while (!stopped) {
        try {
          await unary<GetRunResponse__Output>(
            (options, callback) => client.services.run.getRun({ name }, options, callback),
            { deadlineMs: 10_000 },
          );
          served += 1;
        } catch (error) {
          failures.push(error as ApiError);
        }
        await sleep(10);
      }
    })();
    return {
      stop: async () => {
        stopped = true;
        await running;
        return { served, failures };
      },
    };
  }
});

function tasksDone(logFile: string): string[] {
  const lines = readFileSync(logFile, 'utf8').split('\n');
  return lines
    .filter((line) => line.includes('"task done"'))
    .map((line) => String((JSON.parse(line) as { lease: string }).lease));
}

/** A client of grpc.health.v1. */
function healthOf(target: string): () => Promise<string> {
  const definition = loadSync(protoPath, { enums: String });
  const service = definition['grpc.health.v1.Health'];
  const Health = makeGenericClientConstructor(service as never, 'Health');
  const client = new Health(target, credentials.createInsecure());
  return () =>
    new Promise((resolve, reject) => {
      client['check']?.(
        { service: 'sealflow.run.v1.RunService' },
        { deadline: Date.now() + 5_000 },
        (error: ServiceError | null, answer: { status: string }) =>
          error === null ? resolve(answer.status) : reject(error),
      );
    });
}
