import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asCaller } from '../auth/call-context.js';
import type { Database } from '../database/database.js';
import { plans } from '../database/schema.js';
import { RunsCsv } from '../http/runs-csv.js';
import { blobStoreIn } from '../keys/keyring.fixture.js';
import { PageTokens } from '../listing/page-tokens.js';
import { type LogBed, logOrigin, openLogBed, silent } from '../log/log.fixture.js';
import { LogReader } from '../log/log-reader.js';
import { noWitnesses } from '../log/witness-config.js';
import { WitnessFeed } from '../log/witness-feed.js';
import { PlanStore } from '../plans/plan-store.js';
import { RunReader } from '../runs/run-reader.js';
import { RunSignal } from '../runs/run-signal.js';
import { RunSnapshots } from '../runs/run-snapshots.js';
import { type RunChange, RunStore } from '../runs/run-store.js';
import { timestamp } from '../runs/timestamp.js';
import { ApprovalList } from './approval-list.js';
import { ExecutorList } from './executor-list.js';
import { OverviewReader } from './overview-reader.js';
import { PolicyReader } from './policy-reader.js';
import { RunSampler } from './run-sampler.js';

const START_MS = Date.UTC(2026, 10, 21, 8);
const DAY_MS = 86_400_000;
const policy = `sha256:${'ab'.repeat(32)}`;
const parent = 'tenants/bank';
let bed: LogBed;
let database: Database;
let runs: RunStore;
let overviews: OverviewReader;
let sampler: RunSampler;
let approvals: ApprovalList;
let policies: PolicyReader;
let executors: ExecutorList;
let csv: RunsCsv;

const idOf = (number: number) => `01JD00000000000000000000${String(number).padStart(2, '0')}`;
const refused = (field: string) =>
  expect.objectContaining({ reason: 'INVALID_REQUEST', message: expect.stringMatching(`^${field}: `) });

async function add(number: number, tenant: string, atMs: number, end: RunChange | null): Promise<void> {
  await runs.insert(
    {
      runId: idOf(number),
      tenant,
      requestId: idOf(number),
      contentDigest: '',
      plan: 'credit',
      workflow: number === 3 ? '=HYPERLINK("x")' : 'credit',
      policy,
      state: 'PENDING',
      inputs: [],
      offers: [],
      clientSealKey: Buffer.alloc(32),
      clientSignKey: Buffer.alloc(32),
      deadline: new Date(START_MS + 100_000),
      createdAt: new Date(atMs),
    },
    [{ id: 'review', operation: 'human.approve' }],
  );
  if (end !== null)
    await runs.changeRun(idOf(number), { ...end, endedAt: new Date(atMs + 500) }, new Date(atMs));
}

const attested = { integrity: 'ATTESTED', confidentiality: 'ENCLAVE', assurance: 'ATTESTED/ENCLAVE:2' };
const simulated = {
  integrity: 'SIMULATED',
  confidentiality: 'OPERATOR_VISIBLE',
  assurance: 'PROVED/ENCLAVE:1 SIMULATED/OPERATOR_VISIBLE:1',
};

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  const blobs = blobStoreIn(database, bed.folder);
  runs = new RunStore(database, new RunSignal());
  const clock = () => START_MS + 2 * DAY_MS;
  const tokens = new PageTokens(bed.key, clock);
  const planStore = new PlanStore(database, blobs, bed.key);
  const reader = new RunReader(runs, new RunSnapshots(database), planStore, blobs, tokens);
  const feed = new WitnessFeed(database, { witnessing: noWitnesses }, silent);
  overviews = new OverviewReader(database, new LogReader(database, feed, tokens, { logOrigin }), clock);
  sampler = new RunSampler(database, reader);
  approvals = new ApprovalList(database, runs, planStore, tokens);
  policies = new PolicyReader(database, blobs);
  executors = new ExecutorList(database, clock);
  csv = new RunsCsv(database, runs, tokens);
  const plan = {
    definition: { name: 'credit' },
    definitionDigest: 'sha256:00',
    tasks: [{ id: 'review', kind: 'human', parameters: { approvers: ['a2V5'] }, quorum: 2 }],
    outputs: {},
  };
  await database.queries.insert(plans).values({ digest: 'credit', tenant: 'bank', signedPlan: '', plan });
  await add(1, 'bank', START_MS, { state: 'SUCCEEDED', bundle: 'sha256:01', ...attested });
  await add(2, 'bank', START_MS + DAY_MS, { state: 'SUCCEEDED', bundle: 'sha256:02', ...simulated });
  await add(3, 'bank', START_MS + DAY_MS, { state: 'FAILED', reason: 'review: TASK_TIMEOUT' });
  await add(4, 'bank', START_MS + DAY_MS, null);
  await add(5, 'globex', START_MS, { state: 'SUCCEEDED', bundle: 'sha256:05', ...attested });
  await add(6, 'globex', START_MS, null);
  for (const number of [4, 6]) {
    const change = { state: 'AWAITING_APPROVAL', worker: 'w1', attempt: 1, startedAt: new Date(START_MS) };
    await runs.changeTask(idOf(number), 'review', change, new Date(START_MS));
  }
  await database.queries.execute(
    sql`update sealflow.tasks set public = '{"model": "m1", "decision": "approve"}' where run_id = ${idOf(4)}`,
  );
});
afterAll(() => bed.stop());

/** As a call of that tenant: the database shows no other's rows. */
function as<T>(tenant: string, ask: () => T): T {
  const caller = {
    subject: 'key:1',
    tenant,
    roles: ['auditor'],
    kind: 'key',
    holder: 'x',
    expiresMs: 0,
  } as const;
  return asCaller(caller, ask);
}

const period = { startTime: null, endTime: null };

describe('an overview', () => {
  it.each([
    [{ startTime: timestamp(START_MS), endTime: timestamp(START_MS) }, 'end_time'],
    [{ startTime: timestamp(9e17), endTime: timestamp(START_MS) }, 'start_time'],
    [{ startTime: timestamp(START_MS), endTime: timestamp(-9e17) }, 'end_time'],
    [{ startTime: timestamp(START_MS - 401 * DAY_MS), endTime: timestamp(START_MS) }, 'start_time'],
  ])('of no period, or of too long a one, is refused', async ({ startTime, endTime }, field) => {
    const times = { startTime: wire(startTime), endTime: wire(endTime) };
    await expect(as('bank', () => overviews.overview({ parent, ...times }))).rejects.toThrow(refused(field));
  });

  it('of a tenant counts that tenant alone, and a query that forgets it finds nothing more', async () => {
    const own = await as('bank', () => overviews.overview({ parent, ...period }));
    expect(own).toMatchObject({ runs: 4, approvalsWaiting: 1 });
    const foreign = await as('globex', () => overviews.overview({ parent, ...period }));
    expect(foreign).toMatchObject({ runs: 0, approvalsWaiting: 0 });
  });

  it('says how runs ended, what their steps reach, and what is not whole', async () => {
    const seen = await as('bank', () => overviews.overview({ parent, ...period }));
    expect(seen.states).toEqual([
      { state: 'RUN_STATE_FAILED', runs: 1 },
      { state: 'RUN_STATE_PENDING', runs: 1 },
      { state: 'RUN_STATE_SUCCEEDED', runs: 2 },
    ]);
    expect(seen.levels).toEqual([
      { integrity: 'INTEGRITY_ATTESTED', confidentiality: 'CONFIDENTIALITY_ENCLAVE', steps: 2 },
      { integrity: 'INTEGRITY_PROVED', confidentiality: 'CONFIDENTIALITY_ENCLAVE', steps: 1 },
      { integrity: 'INTEGRITY_SIMULATED', confidentiality: 'CONFIDENTIALITY_OPERATOR_VISIBLE', steps: 1 },
    ]);
    expect(seen.incomplete).toEqual({
      openRuns: 1,
      parkedRuns: 0,
      deletedRuns: 0,
      uncountedRuns: 1,
      unstampedRuns: 0,
    });
    expect(seen.days?.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-22']);
    expect(seen.workflows?.[0]).toEqual({ workflow: 'credit', runs: 3, failedRuns: 0 });
    expect(seen.log).toMatchObject({ origin: logOrigin, size: '0', quorum: 0, witnesses: [] });
  });

  it('ends before its end', async () => {
    const times = { startTime: wire(timestamp(START_MS)), endTime: wire(timestamp(START_MS + DAY_MS)) };
    expect(await as('bank', () => overviews.overview({ parent, ...times }))).toMatchObject({ runs: 1 });
  });
});

describe('a sample of runs', () => {
  const ask = (seed: string, size = 0, filter = '') =>
    as('bank', () => sampler.sample({ parent, seed, size, filter }));

  it.each(['', 'a b', 'é', 'x'.repeat(65), "'; drop"])('is not drawn under the seed %j', async (seed) => {
    await expect(ask(seed)).rejects.toThrow(refused('seed'));
  });

  it('is not drawn larger than it may be, nor by a filter that is none', async () => {
    await expect(ask('2026', 101)).rejects.toThrow(refused('size'));
    await expect(ask('2026', 1, 'nothing = 1')).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
  });

  it('is drawn again by hand: SHA-256 of seed, line feed and id', async () => {
    const { runs: drawn, population, populationDigest } = await ask('2026-Q4', 3);
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const ids = [1, 2, 3, 4].map(idOf);
    const expected = ids.map((id) => [hash(`2026-Q4\n${id}`), id]).sort();
    expect(drawn?.map(({ rank, run }) => [rank, run?.name?.slice(-26)])).toEqual(expected.slice(0, 3));
    expect(population).toBe(4);
    expect(populationDigest).toBe(`sha256:${hash(ids.map((id) => `${id}\n`).join(''))}`);
  });

  it('of nothing is empty', async () => {
    expect(await ask('x', 1, 'state = CANCELLED')).toMatchObject({
      runs: [],
      population: 0,
      populationDigest: `sha256:${createHash('sha256').digest('hex')}`,
    });
  });

  it('finds runs by what they reach', async () => {
    const { runs: drawn } = await ask('x', 10, 'integrity = SIMULATED');
    expect(drawn?.map(({ run }) => run?.name)).toEqual([`${parent}/runs/${idOf(2)}`]);
  });
});

describe('steps that wait for a person', () => {
  it('are those of the tenant, with who may decide them', async () => {
    const listed = await as('bank', () => approvals.list({ parent, pageSize: 0, pageToken: '' }));
    expect(listed.approvals).toMatchObject([
      { run: `${parent}/runs/${idOf(4)}`, step: 'review', approvers: ['a2V5'], quorum: 2, attempt: 1 },
    ]);
    expect(listed.approvals?.[0]?.etag).not.toBe('');
    const foreign = await as('globex', () => approvals.list({ parent, pageSize: 0, pageToken: '' }));
    expect(foreign.approvals).toEqual([]);
  });
});

describe('policies and executors', () => {
  it('of another tenant are not there', async () => {
    const name = `${parent}/policies/${'ab'.repeat(32)}`;
    await expect(as('globex', () => policies.get({ name }))).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    expect(await as('globex', () => policies.list({ parent }))).toEqual({ policies: [] });
    expect(await as('globex', () => executors.list({ parent, ...period }))).toMatchObject({ runs: 0 });
  });

  it('are counted over the runs that name them', async () => {
    expect((await as('bank', () => policies.list({ parent }))).policies).toMatchObject([
      { name: `${parent}/policies/${'ab'.repeat(32)}`, digest: policy, runs: 4 },
    ]);
    expect(await as('bank', () => executors.list({ parent, ...period }))).toMatchObject({
      runs: 4,
      executors: [{ worker: 'w1', operations: ['human.approve'], steps: 1, failedSteps: 0 }],
      models: [{ operation: 'human.approve', fact: 'model', value: 'm1', steps: 1 }],
    });
  });
});

describe('runs as a table', () => {
  it('have no cell that a spreadsheet would run, and a line each', async () => {
    const request = { pageSize: 0, pageToken: '', filter: '', orderBy: 'create_time' };
    const text = await as('bank', async () => {
      await csv.check('bank', request);
      let all = '';
      for await (const lines of csv.lines('bank', request)) all += lines;
      return all;
    });
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^"run","state","reason","workflow"/);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text).not.toContain('globex');
  });
});

function wire(time: { seconds?: unknown; nanos?: unknown }) {
  return { seconds: String(time.seconds), nanos: Number(time.nanos) };
}
