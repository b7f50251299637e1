import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import { plans } from '../database/schema.js';
import { blobStoreIn } from '../keys/keyring.fixture.js';
import { PageTokens } from '../listing/page-tokens.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { PlanStore } from '../plans/plan-store.js';
import { RunReader } from './run-reader.js';
import { RunSignal } from './run-signal.js';
import { RunSnapshots } from './run-snapshots.js';
import { type RunStateName, RunStore } from './run-store.js';

const START_MS = Date.UTC(2026, 10, 21, 8);
let bed: LogBed;
let database: Database;
let runs: RunStore;
let reader: RunReader;

/** Number of a run, and the run that has it. */
const idOf = (number: number) => `01JD00000000000000000000${String(number).padStart(2, '0')}`;

async function add(
  number: number,
  run: { workflow: string; createdMs: number; tenant?: string; ended?: { state: RunStateName; ms: number } },
): Promise<void> {
  const createdAt = new Date(run.createdMs);
  await runs.insert(
    {
      runId: idOf(number),
      tenant: run.tenant ?? 'bank',
      requestId: idOf(number),
      contentDigest: '',
      plan: run.workflow,
      policy: '',
      state: 'PENDING',
      inputs: [],
      offers: [],
      clientSealKey: Buffer.alloc(32),
      clientSignKey: Buffer.alloc(32),
      deadline: new Date(START_MS + 100_000),
      createdAt,
    },
    [{ id: 'extract', operation: 'document.extract' }],
  );
  if (run.ended === undefined) return;
  const { state, ms } = run.ended;
  const change = {
    state,
    endedAt: new Date(ms),
    bundle: `sha256:${idOf(number)}`,
    reason: state === 'FAILED' ? 'TASK_TIMEOUT' : null,
  };
  await runs.changeRun(idOf(number), change, new Date(ms));
}

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  const blobs = blobStoreIn(database, bed.folder);
  runs = new RunStore(database, new RunSignal());
  reader = new RunReader(
    runs,
    new RunSnapshots(database),
    new PlanStore(database, blobs, bed.key),
    blobs,
    new PageTokens(bed.key, () => START_MS),
  );
  for (const name of ['credit', 'credit-fast', 'claim'])
    await database.queries.insert(plans).values({
      digest: name,
      tenant: 'bank',
      signedPlan: '',
      plan: { definition: { name }, definitionDigest: name, tasks: [{ id: 'extract' }], outputs: {} },
    });
  await add(1, { workflow: 'credit', createdMs: START_MS, ended: { state: 'FAILED', ms: START_MS + 900 } });
  // Three of one millisecond, and two that do not end.
  await add(2, {
    workflow: 'credit',
    createdMs: START_MS + 1,
    ended: { state: 'SUCCEEDED', ms: START_MS + 500 },
  });
  await add(3, { workflow: 'claim', createdMs: START_MS + 1 });
  await add(4, {
    workflow: 'credit-fast',
    createdMs: START_MS + 1,
    ended: { state: 'REJECTED', ms: START_MS + 500 },
  });
  await add(5, { workflow: 'claim', createdMs: START_MS + 2 });
  await add(6, { workflow: 'credit', createdMs: START_MS + 3, tenant: 'globex' });
});
afterAll(() => bed.stop());

const numbers = (names: readonly (string | undefined)[]) => names.map((name) => Number(name?.slice(-2)));

async function pages(request: { filter?: string; orderBy?: string; pageSize?: number }): Promise<number[]> {
  const seen: number[] = [];
  let pageToken = '';
  do {
    const page = await reader.list({ parent: 'tenants/bank', ...request, pageToken });
    seen.push(...numbers(page.runs?.map(({ name }) => name ?? '') ?? []));
    pageToken = page.nextPageToken ?? '';
  } while (pageToken !== '');
  return seen;
}

describe('runs', () => {
  it.each([
    ['', [5, 4, 3, 2, 1]],
    ['create_time desc', [5, 4, 3, 2, 1]],
    ['create_time', [1, 2, 3, 4, 5]],
    ['create_time asc', [1, 2, 3, 4, 5]],
    // What has not ended comes after all that has.
    ['end_time', [2, 4, 1, 3, 5]],
    ['end_time desc', [5, 3, 1, 4, 2]],
    ['deadline', [1, 2, 3, 4, 5]],
  ])('in the order %j come once each, whatever a page holds', async (orderBy, expected) => {
    for (const pageSize of [1, 2, 3, 5, 100]) expect(await pages({ orderBy, pageSize })).toEqual(expected);
  });

  it.each([
    ['state = SUCCEEDED', [2]],
    ['state != SUCCEEDED AND NOT state = PENDING', [4, 1]],
    ['workflow = credit', [2, 1]],
    ['workflow = "credit*"', [4, 2, 1]],
    ['workflow != "credit*"', [5, 3]],
    ['workflow = "cred_t"', []],
    ['workflow = "%"', []],
    ['reason = TASK_TIMEOUT OR workflow = claim', [5, 3, 1]],
    ['reason != TASK_TIMEOUT', [5, 4, 3, 2]],
    ['NOT reason = TASK_TIMEOUT', [5, 4, 3, 2]],
    ['create_time > "2026-11-21T08:00:00.001Z"', [5]],
    ['create_time <= 2026-11-21T08:00:00.001Z', [4, 3, 2, 1]],
    ['create_time = "2026-11-21T09:00:00.001+01:00"', [4, 3, 2]],
    ['end_time > "2026-11-21T08:00:00.5Z"', [1]],
    ['NOT end_time > "2026-11-21T08:00:00.5Z"', [5, 4, 3, 2]],
    ['end_time != "2026-11-21T08:00:00.5Z"', [5, 3, 1]],
    ['plan = claim', [5, 3]],
    [`reason = "'; drop table sealflow.runs; --"`, []],
  ])('that %j', async (filter, expected) => {
    expect(await pages({ filter })).toEqual(expected);
    expect(await pages({ filter, pageSize: 1 })).toEqual(expected);
  });

  it.each(['name', 'create_time down', 'create_time, end_time', 'create_time desc;', 'x'.repeat(10_000)])(
    'in the order %j are refused',
    async (orderBy) => {
      await expect(reader.list({ parent: 'tenants/bank', orderBy })).rejects.toMatchObject({
        reason: 'INVALID_REQUEST',
        violations: [{ field: 'order_by' }],
      });
    },
  );

  it.each<[string, Record<string, string>]>([
    ['tenant', { parent: 'tenants/globex' }],
    ['filter', { filter: 'state = FAILED' }],
    ['order', { orderBy: 'create_time' }],
  ])('after a token of another %s are refused', async (_what, other) => {
    const { nextPageToken: pageToken = '' } = await reader.list({ parent: 'tenants/bank', pageSize: 1 });
    await expect(reader.list({ parent: 'tenants/bank', pageToken, ...other })).rejects.toMatchObject({
      violations: [{ field: 'page_token' }],
    });
    // The size may change from page to page.
    expect((await reader.list({ parent: 'tenants/bank', pageToken, pageSize: 2 })).runs).toHaveLength(2);
  });

  it('of the tenant alone', async () => {
    expect((await reader.list({ parent: 'tenants/globex' })).runs).toHaveLength(1);
    expect((await reader.list({ parent: 'tenants/nobody' })).runs).toEqual([]);
  });
});

describe('bundles', () => {
  it('are those of runs that ended, the newest end first', async () => {
    const { bundles } = await reader.bundles({ parent: 'tenants/bank' });
    expect(numbers(bundles?.map(({ run }) => run ?? '') ?? [])).toEqual([1, 4, 2]);
    expect(bundles?.[0]).toMatchObject({
      state: 'FAILED',
      reason: 'TASK_TIMEOUT',
      workflow: 'credit',
      size: '0',
    });
  });

  it('are asked by state, workflow and time, in pages', async () => {
    const first = await reader.bundles({ parent: 'tenants/bank', filter: 'workflow = credit*', pageSize: 2 });
    const { bundles } = await reader.bundles({
      parent: 'tenants/bank',
      filter: 'workflow = credit*',
      pageToken: first.nextPageToken ?? '',
    });
    expect(numbers(bundles?.map(({ run }) => run ?? '') ?? [])).toEqual([2]);
  });
});

describe('the etag of a run', () => {
  const name = `tenants/bank/runs/${idOf(5)}`;
  const change = (etag: string, reason: string) =>
    runs.changeRun(idOf(5), { reason }, new Date(START_MS + 1_000), etag);

  it('stays while the run does, and is another after any change', async () => {
    const { etag } = await reader.get(name);
    expect((await reader.get(name)).etag).toBe(etag);
    await change('', 'first');
    const second = (await reader.get(name)).etag;
    await runs.changeTask(idOf(5), 'extract', { attempt: 1 }, new Date(START_MS + 1_001));
    const third = (await reader.get(name)).etag;
    expect(new Set([etag, second, third]).size).toBe(3);
  });

  it('that is old changes nothing', async () => {
    const { etag = '' } = await reader.get(name);
    await change(etag, 'second');
    await expect(change(etag, 'third')).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });
    expect(await reader.get(name)).toMatchObject({ reason: 'second' });
  });

  it('lets one of two callers through who read the same', async () => {
    const { etag = '' } = await reader.get(name);
    const both = await Promise.allSettled([change(etag, 'one'), change(etag, 'other')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
