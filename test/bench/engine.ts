import pg from 'pg';
import { type PreparedRun, RunHandle, type SealflowClient } from '#client';
import {
  type CreateRunResponse__Output,
  type Run__Output,
  unary,
  type WaitRunResponse__Output,
} from '#contracts';
import { verifyBundle } from '#evidence';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { BareEngine } from './bare-engine.js';
import { eachAtOnce } from './each-at-once.js';
import { type Figure, median, quantile } from './figures.js';
import { type LoadStack, startLoadStack } from './load-stack.js';
import { NoopRuns } from './noop-run.js';
import { databaseMs, processorMs } from './processor-time.js';

const STEPS = 4;
const CONCURRENCY = 256;
const RUNS = 256;
const ROUNDS = 2;
const WARM_UP = 64;
const ALONE = 60;
const PREPARED_AT_ONCE = 8;
/** Bundles that are fetched and verified afterwards, of all that were made. */
const VERIFIED = 8;
const SESSIONS = 3;
const CALL_MS = 110_000;

interface Round {
  readonly seconds: number;
  readonly waits: readonly number[];
  /** Processor time, in milliseconds. */
  readonly orchestratorMs: number;
  readonly databaseMs: number;
  readonly loadMs: number;
}

/**
 * Steps that do nothing but everything that makes them count: leased over the session, answered with a signed
 * statement, checked, committed, bundled and logged. In turn with the workflow engine alone, which records four steps.
 */
export async function measureEngine(installation: Installation): Promise<Figure[]> {
  const stack = await startLoadStack(installation, SESSIONS);
  const bare = await BareEngine.start(stack.databaseUrl);
  try {
    const runs = new NoopRuns(stack.client, await stack.plan(STEPS), stack.worker, CONCURRENCY);
    const prepare = (count: number) => eachAtOnce(PREPARED_AT_ONCE, count, () => runs.prepare());
    await drive(stack, await prepare(WARM_UP), WARM_UP);
    await bare.run({ runs: WARM_UP, concurrency: WARM_UP });

    const rounds: Round[] = [];
    const peers: { readonly perSecond: number; readonly cpuMs: number }[] = [];
    const done: PreparedRun[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const prepared = await prepare(RUNS);
      peers.push(await peer(stack, bare));
      rounds.push(await drive(stack, prepared, CONCURRENCY));
      done.push(...prepared);
    }
    const alone = await drive(stack, await prepare(ALONE), 1);
    const bareAlone = await bare.run({ runs: ALONE, concurrency: 1 });
    await check(stack, done);
    return figures(rounds, peers, { alone: alone.waits, bareAloneMs: bareAlone.p50Ms });
  } finally {
    await bare.stop();
    await stack.stop();
  }
}

async function drive(
  stack: LoadStack,
  prepared: readonly PreparedRun[],
  concurrency: number,
): Promise<Round> {
  const before = processorTimes(stack);
  const startMs = performance.now();
  const waits = await eachAtOnce(concurrency, prepared.length, async (index) => {
    const run = prepared[index];
    if (run === undefined) throw new RangeError(`no run ${index}`);
    const beganMs = performance.now();
    await runToEnd(stack.client, run);
    return performance.now() - beganMs;
  });
  const seconds = (performance.now() - startMs) / 1000;
  const after = processorTimes(stack);
  return {
    seconds,
    waits,
    orchestratorMs: after.orchestratorMs - before.orchestratorMs,
    databaseMs: after.databaseMs - before.databaseMs,
    loadMs: after.loadMs - before.loadMs,
  };
}

async function runToEnd(client: SealflowClient, prepared: PreparedRun): Promise<void> {
  await unary<CreateRunResponse__Output>(
    (options, callback) => client.services.run.createRun(prepared.request, options, callback),
    { deadlineMs: CALL_MS },
  );
  const name = `${prepared.request.parent}/runs/${prepared.runId}`;
  const { state, reason } = await endOf(client, name);
  if (state !== 'RUN_STATE_SUCCEEDED') throw new Error(`run ${prepared.runId} is ${state}: ${reason}`);
}

async function endOf(client: SealflowClient, name: string): Promise<Run__Output> {
  const request = { name, timeout: { seconds: '60', nanos: 0 } };
  for (;;) {
    const { run } = await unary<WaitRunResponse__Output>(
      (options, callback) => client.services.run.waitRun(request, options, callback),
      { deadlineMs: CALL_MS },
    );
    if (run?.endTime) return run;
  }
}

function processorTimes({ orchestratorPid, postmasterPid }: LoadStack) {
  return {
    orchestratorMs: processorMs(orchestratorPid),
    databaseMs: databaseMs(postmasterPid),
    loadMs: processorMs(process.pid),
  };
}

async function peer({ postmasterPid }: LoadStack, bare: BareEngine) {
  const before = processorMs(bare.pid) + databaseMs(postmasterPid);
  const { seconds } = await bare.run({ runs: RUNS, concurrency: CONCURRENCY });
  const cpuMs = processorMs(bare.pid) + databaseMs(postmasterPid) - before;
  return { perSecond: (RUNS * STEPS) / seconds, cpuMs: cpuMs / (RUNS * STEPS) };
}

/** That the steps counted: every run has its leaf and its four results, and bundles verify. */
async function check(stack: LoadStack, done: readonly PreparedRun[]): Promise<void> {
  const ids = done.map(({ runId }) => runId);
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  const { rows } = await database.query<{ leaves: number; steps: number }>(
    `select (select count(*)::int from sealflow.log_entries where subject = any($1)) as leaves,
            (select count(*)::int from sealflow.tasks where run_id = any($1)
             and state = 'SUCCEEDED' and statement is not null) as steps`,
    [ids],
  );
  await database.end();
  const [counted] = rows;
  if (counted?.leaves !== ids.length || counted.steps !== ids.length * STEPS) {
    throw new Error(
      `expected ${ids.length} leaves and ${ids.length * STEPS} results, got ${JSON.stringify(counted)}`,
    );
  }
  for (const prepared of done.slice(-VERIFIED)) {
    const bundle = await new RunHandle(prepared, stack.client).bundle();
    const verdict = await verifyBundle(bundle, stack.running.trust, { at: null });
    if (verdict.outcome !== 'verified') {
      throw new Error(`the bundle of run ${prepared.runId} is ${verdict.outcome}`);
    }
  }
}

function figures(
  rounds: readonly Round[],
  peers: readonly { readonly perSecond: number; readonly cpuMs: number }[],
  one: { readonly alone: readonly number[]; readonly bareAloneMs: number },
): Figure[] {
  const samples = RUNS * STEPS * ROUNDS;
  const steps = RUNS * STEPS;
  const perSecond = median(rounds.map(({ seconds }) => steps / seconds));
  const bare = median(peers.map((each) => each.perSecond));
  const cpu = (part: 'orchestratorMs' | 'databaseMs' | 'loadMs'): number =>
    median(rounds.map((round) => round[part] / steps));
  return [
    {
      name: `no-op steps with evidence, ${CONCURRENCY} runs at once`,
      value: perSecond,
      unit: '1/s',
      atLeast: 1000,
      samples,
      note: 'signed, checked, committed, bundled, logged; outputs uploaded before',
    },
    {
      name: 'peer: bare DBOS, four steps',
      value: bare,
      unit: '1/s',
      samples,
      note: 'same version, pool and database, in turn',
    },
    {
      name: 'ratio, steps with evidence to bare',
      value: perSecond / bare,
      unit: 'x',
      atLeast: 0.9,
      samples,
      note: '',
    },
    {
      name: 'processor time a step, orchestrator',
      value: cpu('orchestratorMs'),
      unit: 'ms',
      samples,
      note: '',
    },
    { name: 'processor time a step, database', value: cpu('databaseMs'), unit: 'ms', samples, note: '' },
    {
      name: 'processor time a step, client and workers',
      value: cpu('loadMs'),
      unit: 'ms',
      samples,
      note: '',
    },
    {
      name: 'peer: processor time a step, all',
      value: median(peers.map(({ cpuMs }) => cpuMs)),
      unit: 'ms',
      samples,
      note: 'engine and database',
    },
    {
      name: `run of ${STEPS} steps alone, p50`,
      value: median(one.alone),
      unit: 'ms',
      target: 25,
      samples: one.alone.length,
      note: 'from CreateRun to the answer of WaitRun',
    },
    {
      name: `run of ${STEPS} steps alone, p95`,
      value: quantile(one.alone, 0.95),
      unit: 'ms',
      samples: one.alone.length,
      note: '',
    },
    { name: 'peer: bare DBOS alone, p50', value: one.bareAloneMs, unit: 'ms', samples: ALONE, note: '' },
  ];
}
