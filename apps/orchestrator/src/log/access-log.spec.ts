import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, fromUtf8, toHex } from '#canonical';
import { leafEntry } from '#evidence';
import type { Database } from '../database/database.js';
import { parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { AccessLog, accessList } from './access-log.js';
import { accessRecord, actorOf } from './access-record.js';
import { type LogBed, openLog, openLogBed, silent } from './log.fixture.js';
import { LogSequencer } from './log-sequencer.js';
import { LogStore } from './log-store.js';

const TIME_MS = Date.UTC(2026, 10, 20, 12);
let bed: LogBed;
let database: Database;
let access: AccessLog;
let sequencer: LogSequencer;

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
});
afterAll(() => bed.stop());
beforeEach(async () => {
  await sequencer?.onModuleDestroy();
  await bed.clear();
  sequencer = new LogSequencer(openLog(database, bed.key), silent);
  access = new AccessLog(database, sequencer, () => TIME_MS);
});

const of = (runId: string, tenant = 'bank') =>
  ({ tenant, runId, actor: 'key:1', action: 'get-bundle' }) as const;
const all = { tenant: 'bank', runId: null };
const page = (pageSize = 10, pageToken = '', filter = '') =>
  parseListQuery(accessList, 'bank', { pageSize, pageToken, filter }, new PageTokens(bed.key, () => TIME_MS));

describe('the access log', () => {
  it.each([undefined, '', 'two words', '-dash', 'line\nbreak', 'é', 'x'.repeat(129), Buffer.from('bytes')])(
    'takes %j for no name',
    (declared) => {
      expect(actorOf('key:1', declared)).toBe('key:1');
    },
  );

  it('says of a name that the caller declared it', () => {
    expect(actorOf('key:1', 'auditor@example.org')).toBe('key:1 declared:auditor@example.org');
  });

  it('shows a tenant nothing of another', async () => {
    await access.record(of('run-1', 'other'));
    expect(await access.list(all, page())).toEqual([]);
  });

  it('keeps no record without its leaf, and no leaf without its record', async () => {
    await database.queries.execute('alter table sealflow.log_queue rename to log_queue_away');
    await expect(access.record(of('run-1'))).rejects.toThrow();
    await database.queries.execute('alter table sealflow.log_queue_away rename to log_queue');
    expect(await access.list(all, page())).toEqual([]);
  });

  it('does not wait for the log: an access is listed before its leaf has a place', async () => {
    const holder = await bed.database();
    await holder.queries.transaction(async (transaction) => {
      await new LogStore(transaction).lock();
      await access.record(of('run-1'));
      expect((await access.list(all, page())).map(({ leafIndex }) => leafIndex)).toEqual([null]);
    });
    await expect.poll(async () => (await access.list(all, page()))[0]?.leafIndex).toBe(0);
  });

  it('gives leaves a place that a replica left behind when it died', async () => {
    await new LogStore(database.queries).enqueueNew('access/77', leafEntry(digestOf(new Uint8Array(1))));
    sequencer.onApplicationBootstrap();
    const store = new LogStore(database.queries);
    await expect.poll(() => store.indexOf('access/77'), { timeout: 5_000 }).toBe(0);
  });

  it('hides each access in a leaf that its record opens', async () => {
    for (const run of ['run-1', 'run-2', 'run-1']) await access.record(of(run));
    await expect
      .poll(async () => (await access.list(all, page())).every((a) => a.leafIndex !== null))
      .toBe(true);
    const store = new LogStore(database.queries);
    for (const logged of await access.list(all, page())) {
      const [entry] = await store.entries(logged.leafIndex ?? -1, 1);
      const record = accessRecord(logged);
      expect(toHex(entry ?? new Uint8Array(0))).toBe(toHex(leafEntry(digestOf(record))));
      expect(fromUtf8(entry ?? new Uint8Array(0))).not.toContain('run-');
      expect(JSON.parse(fromUtf8(record))).toMatchObject({
        type: 'sealflow/evidence-access/v1',
        time: '2026-11-20T12:00:00.000Z',
        tenant: 'bank',
        actor: 'key:1',
      });
    }
  });

  it('is read newest first, in pages, and for one run', async () => {
    for (const run of ['run-1', 'run-2', 'run-1', 'run-3']) await access.record(of(run));
    const query = page(2);
    const { rows, nextPageToken } = query.page(await access.list(all, query));
    expect(rows.map(({ runId }) => runId)).toEqual(['run-3', 'run-1']);
    const rest = await access.list(all, page(10, nextPageToken));
    expect(rest.map(({ runId }) => runId)).toEqual(['run-2', 'run-1']);
    expect(await access.list({ tenant: 'bank', runId: 'run-1' }, page())).toHaveLength(2);
  });

  it('is asked for some accesses alone', async () => {
    await access.record(of('run-1'));
    await access.record({ ...of('run-2'), action: 'download-bundle', actor: 'declared:auditor' });
    const found = async (filter: string) =>
      (await access.list(all, page(10, '', filter))).map(({ runId }) => runId);
    expect(await found('action = "download-bundle"')).toEqual(['run-2']);
    expect(await found('actor = declared:* OR action = get-bundle')).toEqual(['run-2', 'run-1']);
    expect(await found('time > "2026-11-20T12:00:00Z"')).toEqual([]);
  });
});
