import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import { parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { RunLifecycle } from './run-lifecycle.js';
import { parkedList } from './run-lists.js';
import { RunSignal } from './run-signal.js';
import { type RunRow, type RunStateName, RunStore } from './run-store.js';

const START_MS = Date.UTC(2026, 10, 21, 8);
const NOW = new Date(START_MS + 1_000);
const ONLY = { validateOnly: true };
let bed: LogBed;
let database: Database;
let runs: RunStore;
let lifecycle: RunLifecycle;
let tokens: PageTokens;

const idOf = (number: number) => `01JD00000000000000000000${String(number).padStart(2, '0')}`;

async function add(number: number, state: RunStateName): Promise<string> {
  const runId = idOf(number);
  await runs.insert(
    {
      runId,
      tenant: number % 2 === 0 ? 'bank' : 'shop',
      requestId: runId,
      contentDigest: '',
      plan: 'p',
      policy: '',
      state: 'PENDING',
      interpreter: 'v2',
      inputs: [],
      offers: [],
      clientSealKey: Buffer.alloc(32),
      clientSignKey: Buffer.alloc(32),
      deadline: new Date(START_MS + 100_000),
      createdAt: new Date(START_MS + number),
    },
    [{ id: 'extract', operation: 'document.extract' }],
  );
  await runs.changeRun(runId, { state }, NOW);
  return runId;
}

/** Everything that a call could have changed. */
async function standing(runId: string): Promise<unknown> {
  return [await runs.get(runId), await runs.head(runId), await runs.tasks(runId)];
}

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  runs = new RunStore(database, new RunSignal());
  lifecycle = new RunLifecycle(database, runs, new RunSignal());
  tokens = new PageTokens(bed.key, () => START_MS);
});
afterAll(() => bed.stop());

describe('a call about a run that only checks', () => {
  it('changes nothing of what it would pause, resume or unpark', async () => {
    const running = await add(1, 'RUNNING');
    const parked = await add(2, 'PARKED');
    const before = [await standing(running), await standing(parked)];
    await lifecycle.pause(running, NOW, ONLY);
    await lifecycle.unpark(parked, NOW, ONLY);
    expect([await standing(running), await standing(parked)]).toEqual(before);
    await lifecycle.pause(running, NOW);
    const paused = await standing(running);
    await lifecycle.resume(running, NOW, ONLY);
    expect(await standing(running)).toEqual(paused);
  });

  it('refuses what the call itself would refuse', async () => {
    const ended = await add(3, 'SUCCEEDED');
    const running = await add(4, 'RUNNING');
    await expect(lifecycle.pause(ended, NOW, ONLY)).rejects.toMatchObject({ reason: 'RUN_FINISHED' });
    await expect(lifecycle.resume(running, NOW, ONLY)).rejects.toMatchObject({ reason: 'RUN_NOT_PAUSED' });
    await expect(lifecycle.unpark(running, NOW, ONLY)).rejects.toMatchObject({ reason: 'RUN_NOT_PARKED' });
    await expect(lifecycle.pause(running, NOW, { ...ONLY, etag: '"0"' })).rejects.toMatchObject({
      reason: 'ETAG_MISMATCH',
    });
  });
});

describe('the list of parked runs', () => {
  const page = async (pageToken: string, pageSize = 2) => {
    const query = parseListQuery<RunRow>(parkedList, '', { pageSize, pageToken }, tokens);
    const { rows, nextPageToken } = query.page(await lifecycle.parked(query));
    return { ids: rows.map(({ runId }) => runId), nextPageToken };
  };

  it('is of all tenants, the oldest first, page by page, each run once', async () => {
    const parked = [2, 10, 11, 12, 13];
    for (const number of parked.slice(1)) await add(number, 'PARKED');
    const seen: string[] = [];
    for (let token: string | null = ''; token !== null; ) {
      const { ids, nextPageToken }: Awaited<ReturnType<typeof page>> = await page(token);
      seen.push(...ids);
      token = nextPageToken === '' ? null : nextPageToken;
    }
    expect(seen).toEqual(parked.map(idOf));
  });

  it('goes on with its own tokens alone', async () => {
    const { nextPageToken } = await page('');
    await expect(page(`${nextPageToken.slice(0, -2)}AA`)).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
    });
    await expect(page('2')).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
  });
});
