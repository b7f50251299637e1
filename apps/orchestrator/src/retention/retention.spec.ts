import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, parseJsonStrict, utf8 } from '#canonical';
import { leafEntry } from '#evidence';
import { asCaller, asSystem } from '../auth/call-context.js';
import type { Principal } from '../auth/principal.js';
import { BlobFolder } from '../blobs/blob-folder.js';
import { BlobSweeper } from '../blobs/blob-sweeper.js';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { PageTokens } from '../listing/page-tokens.js';
import type { LogSequencer } from '../log/log-sequencer.js';
import { StorageBook } from '../quotas/storage-book.js';
import { UsageBook } from '../quotas/usage-book.js';
import { RequestBook } from '../runs/request-book.js';
import type { RunSignal } from '../runs/run-signal.js';
import { RunStore } from '../runs/run-store.js';
import { TimestampStore } from '../timestamps/timestamp-store.js';
import { LegalHolds } from './legal-holds.js';
import { RetentionController } from './retention.controller.js';
import { RetentionReader } from './retention-reader.js';
import { RetentionRules } from './retention-rules.js';
import { RetentionStore } from './retention-store.js';
import { RetentionSweeper } from './retention-sweeper.js';

const DAY_MS = 24 * 3_600_000;
const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const compliance: Principal = {
  subject: 'key:compliance',
  tenant: 'acme',
  roles: ['compliance'],
  kind: 'key',
  holder: 'x',
  expiresMs: 0,
};
const runs = {
  old: '01ARZ3NDEKTSV4RRFFQ69G5FA1',
  young: '01ARZ3NDEKTSV4RRFFQ69G5FA2',
  open: '01ARZ3NDEKTSV4RRFFQ69G5FA3',
};
const nothing = {
  class: 'gdpr',
  workflow: '',
  run: '',
  remove: false,
  reason: 'article 5',
  requestId: '',
  validateOnly: false,
};
const silent = { info: () => undefined, error: () => undefined };
const sequencer = { wake: () => undefined } as unknown as LogSequencer;

let folder: string;
let postgres: EmbeddedPostgres;
let database: Database;
let owner: pg.Client;
let controller: RetentionController;
let sweeper: RetentionSweeper;
let blobFolder: BlobFolder;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-retention-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(folder, 0o755);
  postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  const url = await postgres.start();
  database = await Database.open(url);
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const clock = () => NOW_MS;
  const runStore = new RunStore(database, {} as RunSignal);
  const tokens = Object.create(PageTokens.prototype) as PageTokens;
  Object.assign(tokens, { open: () => null, seal: () => 'more' });
  const requests = new RequestBook(database, clock);
  controller = new RetentionController(
    new RetentionRules(database, runStore, requests, sequencer, clock),
    new RetentionReader(database, tokens),
    new LegalHolds(database, runStore, requests, sequencer, clock),
  );
  blobFolder = new BlobFolder(database, { blobFolder: join(folder, 'blobs') });
  sweeper = sweeperOf(database);
});
afterAll(async () => {
  await owner.end();
  await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

function sweeperOf(of: Database): RetentionSweeper {
  const blobs = new BlobSweeper(of, blobFolder, () => NOW_MS, { warn: () => undefined });
  return new RetentionSweeper(
    of,
    sequencer,
    journals,
    blobs,
    { retentionSweepMs: 1_000 },
    () => NOW_MS,
    silent,
  );
}

/** What the engine was told to forget. */
let forgotten: string[] = [];
const journals = {
  forget: async (runIds: readonly string[]) => {
    forgotten.push(...runIds);
  },
};

const tables = [
  'runs',
  'tasks',
  'leases',
  'blobs',
  'large_blobs',
  'blob_tenants',
  'tenant_storage',
  'usage_days',
  'plans',
  'ledgers',
  'retention_rules',
  'legal_holds',
];

beforeEach(async () => {
  forgotten = [];
  await owner.query(
    `truncate ${[...tables, 'retention_records', 'log_queue'].map((name) => `sealflow.${name}`).join(', ')}`,
  );
  await owner.query(
    `insert into sealflow.plans (digest, tenant, signed_plan, plan) values ('p', 'acme', 'sp', '{"definition":{"name":"credit"}}')`,
  );
  await addRun(runs.old, 40);
  await addRun(runs.young, 3);
  await addRun(runs.open, null);
});

const blobOf = (what: string, runId: string): string => digestOf(utf8(`${what} of ${runId}`));

/** A run with an input, an output, a page of a ledger, a decision, statements and a bundle. */
async function addRun(runId: string, endedDaysAgo: number | null, tenant = 'acme'): Promise<void> {
  const names = ['input', 'output', 'page', 'decision', 'statement', 'bundle'];
  for (const name of names) {
    const bytes = utf8(`${name} of ${runId}`);
    await owner.query('insert into sealflow.blobs (digest, size, data) values ($1, $2, $3)', [
      digestOf(bytes),
      bytes.length,
      Buffer.from(bytes),
    ]);
    await owner.query('insert into sealflow.blob_tenants values ($1, $2)', [digestOf(bytes), tenant]);
  }
  const ended = endedDaysAgo === null ? null : new Date(NOW_MS - endedDaysAgo * DAY_MS);
  await owner.query(
    `insert into sealflow.runs (run_id, tenant, request_id, content_digest, plan, policy, state, inputs, offers,
       client_seal_key, client_sign_key, bundle, deadline, created_at, ended_at)
     values ($1, $2, $1, '', 'p', '', 'SUCCEEDED', $3, '[]', '', '', $4, now(), now(), $5)`,
    [runId, tenant, JSON.stringify([{ blob: blobOf('input', runId) }]), blobOf('bundle', runId), ended],
  );
  const outputs = (name: string) => JSON.stringify([{ blob: blobOf(name, runId) }]);
  for (const [task, operation, name] of [
    ['score', 'scorecard.prove', 'output'],
    ['reserve', 'ledger.reserve.apply', 'page'],
    ['approve', 'human.approve', 'decision'],
  ] as const) {
    await owner.query(
      `insert into sealflow.tasks (run_id, task_id, operation, state, statement, outputs) values ($1, $2, $3, 'SUCCEEDED', $4, $5)`,
      [runId, task, operation, blobOf('statement', runId), outputs(name)],
    );
  }
}

async function addBlob(bytes: Uint8Array): Promise<void> {
  const digest = digestOf(bytes);
  await owner.query('insert into sealflow.blobs (digest, size, data) values ($1, $2, $3)', [
    digest,
    bytes.length,
    Buffer.from(bytes),
  ]);
  await owner.query(`insert into sealflow.blob_tenants values ($1, 'acme')`, [digest]);
}

async function addLease(
  runId: string,
  task: string,
  operation: string,
  result: object | null,
): Promise<void> {
  await owner.query(
    `insert into sealflow.leases (lease, run_id, task_id, attempt, operation, state, deadline, result)
     values ($1, $2, $3, 1, $4, 'completed', now(), $5)`,
    [`${runId}.${task}.1`, runId, task, operation, JSON.stringify(result)],
  );
}

/** A blob that lies in a file; few bytes do here. */
async function addLarge(name: string): Promise<{ digest: string; path: string; size: number }> {
  const bytes = utf8(`the large blob ${name}`);
  const digest = digestOf(bytes);
  const file = blobFolder.newFile(digest, 1);
  const handle = await blobFolder.create(file);
  await handle.writeFile(bytes);
  await handle.close();
  await owner.query('insert into sealflow.large_blobs (digest, size, segments) values ($1, $2, $3)', [
    digest,
    bytes.length,
    JSON.stringify([{ file, size: bytes.length }]),
  ]);
  await owner.query(`insert into sealflow.blob_tenants values ($1, 'acme')`, [digest]);
  return { digest, path: join(folder, 'blobs', file.slice(0, 2), file), size: bytes.length };
}

async function stored(): Promise<number> {
  return (await new StorageBook(database.queries).kept('acme')).bytes;
}

async function kept(runId: string): Promise<string[]> {
  const names = ['input', 'output', 'page', 'decision', 'statement', 'bundle'];
  const { rows } = await owner.query<{ digest: string }>('select digest from sealflow.blobs');
  const there = new Set(rows.map(({ digest }) => digest));
  return names.filter((name) => there.has(blobOf(name, runId)));
}

const everything = ['input', 'output', 'page', 'decision', 'statement', 'bundle'];
const withoutPayload = ['page', 'decision', 'statement', 'bundle'];
const as = <T>(work: () => Promise<T>): Promise<T> => asCaller(compliance, work);
const setRule = (rule: object) =>
  as(() => controller.setRetention({ parent: 'tenants/acme', ...nothing, ...rule }));
const place = (run = '', requestId = '') =>
  as(() =>
    controller.placeHold({ parent: 'tenants/acme', run, reason: 'case 7', requestId, validateOnly: false }),
  );
const lift = (name = '', reason = 'settled', change: { requestId?: string; validateOnly?: boolean } = {}) =>
  as(() => controller.liftHold({ name, reason, requestId: '', validateOnly: false, ...change }));

async function records(): Promise<{ action: string; actor: string; reason: string }[]> {
  const page = await as(() =>
    controller.listRecords({ parent: 'tenants/acme', pageSize: 50, pageToken: '' }),
  );
  return (page.records ?? []).map(({ action = '', actor = '', reason = '' }) => ({ action, actor, reason }));
}

describe('a rule', () => {
  it.each([
    ['evidence that goes before the payloads', { payloadDays: 30, evidenceDays: 29 }, 'payload_days'],
    ['evidence that goes while payloads stay', { evidenceDays: 29 }, 'payload_days'],
    ['days before the end', { payloadDays: -1 }, 'payload_days'],
    ['more than a century', { payloadDays: 36_501 }, 'payload_days'],
    ['no class', { class: '' }, 'class'],
    ['no reason', { reason: ' ' }, 'reason'],
    ['a reason over two lines', { reason: 'a\nb' }, 'reason'],
    ['a workflow and a run', { workflow: 'credit', run: `tenants/acme/runs/${runs.old}` }, 'workflow'],
    ['a run of somebody else', { run: `tenants/globex/runs/${runs.old}` }, 'run'],
  ])('of %s is refused', async (_what, rule, field) => {
    await expect(setRule(rule)).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
      violations: [{ field }],
    });
    expect(await records()).toEqual([]);
  });

  it('for a run that is not there is refused, and so is removing one that is not', async () => {
    const run = 'tenants/acme/runs/01ARZ3NDEKTSV4RRFFQ69G5FAZ';
    await expect(setRule({ run })).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    await expect(setRule({ remove: true })).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });

  it('that is repeated under its request id is set and recorded once', async () => {
    const requestId = '0b3f7ad0-6d0c-4b43-9a3e-6f1d8c2b9a10';
    await setRule({ requestId, payloadDays: 30 });
    await setRule({ requestId, payloadDays: 30 });
    expect(await records()).toHaveLength(1);
    await expect(setRule({ requestId, payloadDays: 31 })).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
  });
});

describe('a sweep', () => {
  it('deletes nothing where there is no rule', async () => {
    expect(await sweeper.sweep()).toBe(0);
    expect(await kept(runs.old)).toEqual(everything);
  });

  it('deletes the payloads of runs that ended long enough ago, and of no other', async () => {
    await setRule({ payloadDays: 30 });
    await addRun('01ARZ3NDEKTSV4RRFFQ69G5FA9', 40, 'globex');
    expect(await sweeper.sweep()).toBe(1);
    expect(await kept(runs.old)).toEqual(withoutPayload);
    for (const runId of [runs.young, runs.open, '01ARZ3NDEKTSV4RRFFQ69G5FA9']) {
      expect(await kept(runId)).toEqual(everything);
    }
    expect(await sweeper.sweep()).toBe(0);
  });

  it('deletes evidence later, and what ledgers stand on never', async () => {
    await owner.query(`insert into sealflow.ledgers values ('acme', 'main', 1, $1, 'r', 'x')`, [
      blobOf('output', runs.old),
    ]);
    await setRule({ payloadDays: 10, evidenceDays: 20 });
    expect(await sweeper.sweep()).toBe(2);
    expect(await kept(runs.old)).toEqual(['output', 'page']);
    const { rows } = await owner.query(
      'select bundle, evidence_deleted_at from sealflow.runs where run_id = $1',
      [runs.old],
    );
    expect(rows).toEqual([{ bundle: null, evidence_deleted_at: expect.any(Date) }]);
  });

  it('goes by the narrowest rule: run before workflow before tenant', async () => {
    await setRule({ payloadDays: 1 });
    await setRule({ workflow: 'credit', payloadDays: 10 });
    await setRule({ run: `tenants/acme/runs/${runs.old}`, class: 'forever' });
    expect(await sweeper.sweep()).toBe(0);
    await setRule({ run: `tenants/acme/runs/${runs.old}`, remove: true });
    expect(await sweeper.sweep()).toBe(1);
    expect(await kept(runs.old)).toEqual(withoutPayload);
    expect(await kept(runs.young)).toEqual(everything);
  });

  it('deletes envelopes that were sealed again as well', async () => {
    const earlier = utf8('sealed to workers that are gone');
    await addBlob(earlier);
    await owner.query('update sealflow.runs set inputs = $2 where run_id = $1', [
      runs.old,
      JSON.stringify([{ blob: blobOf('input', runs.old), earlier: [digestOf(earlier)] }]),
    ]);
    await setRule({ payloadDays: 30 });
    await sweeper.sweep();
    const { rows } = await owner.query('select from sealflow.blobs where digest = $1', [digestOf(earlier)]);
    expect(rows).toEqual([]);
  });

  it('deletes what refused attempts left with what counted: outputs with the payloads, statements with the evidence', async () => {
    const names = ['output', 'page', 'decision'].map((name) => `refused ${name}`);
    const bytes = [...names, 'refused statement', 'first signature'].map((name) => utf8(name));
    for (const each of bytes) await addBlob(each);
    const left = async () => {
      const { rows } = await owner.query<{ digest: string }>('select digest from sealflow.blobs');
      const there = new Set(rows.map(({ digest }) => digest));
      return bytes.filter((each) => there.has(digestOf(each))).map((each) => Buffer.from(each).toString());
    };
    const attempts = [
      ['score', 'scorecard.prove', [digestOf(utf8('refused output')), blobOf('output', runs.old)]],
      // What counted in the end is the ledger's, and is not looked for here.
      ['reserve', 'ledger.reserve.apply', [digestOf(utf8('refused page')), blobOf('page', runs.old)]],
      ['approve', 'human.approve', [digestOf(utf8('refused decision'))]],
    ] as const;
    for (const [task, operation, blobs] of attempts) {
      await addLease(runs.old, task, operation, {
        kind: 'completed',
        statement: digestOf(utf8('refused statement')),
        outputs: blobs.map((blob) => ({ blob })),
      });
    }
    await addLease(runs.old, 'second', 'human.approve', {
      kind: 'first-signature',
      statement: digestOf(utf8('first signature')),
    });
    await addLease(runs.old, 'failed', 'scorecard.prove', { kind: 'failed', reason: 'X' });
    await addLease(runs.old, 'open', 'scorecard.prove', null);
    await setRule({ payloadDays: 30 });
    await sweeper.sweep();
    expect(await kept(runs.old)).toEqual(withoutPayload);
    expect(await left()).toEqual(['refused decision', 'refused statement', 'first signature']);
    await setRule({ payloadDays: 30, evidenceDays: 30 });
    await sweeper.sweep();
    expect(await left()).toEqual([]);
  });

  it('deletes versions of a bundle that a stamp took the place of with the evidence', async () => {
    const stamped = utf8('a bundle with a stamp');
    await addBlob(stamped);
    const store = new TimestampStore(database.queries);
    await store.enqueue({ runId: runs.old, size: 1, held: 0, since: new Date(NOW_MS) });
    const [waiting] = await store.waitingUnder(1, 1, 10);
    if (waiting === undefined) throw new Error('no bundle waits');
    await store.replaceBundle(waiting, digestOf(stamped), null);
    await setRule({ payloadDays: 20, evidenceDays: 30 });
    await sweeper.sweep();
    expect(await kept(runs.old)).toEqual(['page']);
    const { rows } = await owner.query('select from sealflow.blobs where digest = $1', [digestOf(stamped)]);
    expect(rows).toEqual([]);
    const { rows: run } = await owner.query(
      'select bundle, replaced_bundles from sealflow.runs where run_id = $1',
      [runs.old],
    );
    expect(run).toEqual([{ bundle: null, replaced_bundles: null }]);
  });

  it('gives the bytes back to the quota, and usage says so', async () => {
    const { rows: before } = await owner.query<{ bytes: string }>(
      `select sum(size) as bytes from sealflow.blobs where digest = any($1)`,
      [[blobOf('input', runs.old), blobOf('output', runs.old)]],
    );
    const freed = Number(before[0]?.bytes);
    expect(freed).toBeGreaterThan(0);
    // Counts the bundles.
    await sweeper.sweep();
    const kept = await stored();
    await setRule({ payloadDays: 30 });
    await sweeper.sweep();
    expect(await stored()).toBe(kept - freed);
    const [today] = await asSystem(() => new UsageBook(database.queries).days('acme', '', 1));
    expect(today?.bytesStored).toBe(kept - freed);
    // What goes a second time is not counted a second time.
    await setRule({ payloadDays: 30, evidenceDays: 30 });
    await sweeper.sweep();
    const after = await stored();
    await sweeper.sweep();
    expect(await stored()).toBe(after);
  });

  it('deletes a large payload with its files, unless another tenant has it', async () => {
    const large = await Promise.all(['mine', 'shared'].map((name) => addLarge(name)));
    await owner.query(`insert into sealflow.blob_tenants values ($1, 'globex')`, [large[1]?.digest]);
    await owner.query('update sealflow.runs set inputs = $2 where run_id = $1', [
      runs.old,
      JSON.stringify(large.map(({ digest }) => ({ blob: digest }))),
    ]);
    await sweeper.sweep();
    const kept = await stored();
    await setRule({ payloadDays: 30 });
    await sweeper.sweep();
    expect(large.map(({ path }) => existsSync(path))).toEqual([false, true]);
    const { rows } = await owner.query('select digest from sealflow.large_blobs');
    expect(rows).toEqual([{ digest: large[1]?.digest }]);
    const output = utf8(`output of ${runs.old}`).length;
    expect(await stored()).toBe(kept - output - large.reduce((sum, { size }) => sum + size, 0));
  });

  it('counts bundles for their tenant, as they are now, until they are deleted', async () => {
    const sizes = Object.values(runs).map((runId) => utf8(`bundle of ${runId}`).length);
    const bundles = sizes.reduce((sum, size) => sum + size, 0);
    await sweeper.sweep();
    expect(await stored()).toBe(bundles);
    await sweeper.sweep();
    expect(await stored()).toBe(bundles);
    // Taken up again: the bundle of its first end stays, and it has another one.
    const again = utf8('the bundle of another end');
    await owner.query('insert into sealflow.blobs (digest, size, data) values ($1, $2, $3)', [
      digestOf(again),
      again.length,
      Buffer.from(again),
    ]);
    await owner.query('update sealflow.runs set bundle = $2, earlier_bundles = $3 where run_id = $1', [
      runs.old,
      digestOf(again),
      JSON.stringify([blobOf('bundle', runs.old)]),
    ]);
    await sweeper.sweep();
    expect(await stored()).toBe(bundles + again.length);
    expect((await kept(runs.old)).includes('bundle')).toBe(true);
    await setRule({ payloadDays: 10, evidenceDays: 10 });
    await sweeper.sweep();
    expect(await kept(runs.old)).toEqual(['page']);
    const { rows } = await owner.query('select from sealflow.blobs where digest = $1', [digestOf(again)]);
    expect(rows).toEqual([]);
    // What the run had, the bundle of its first end among it, was its tenant's and not counted in this table.
    const owned = ['input', 'output', 'decision', 'statement', 'bundle'].map(
      (name) => utf8(`${name} of ${runs.old}`).length,
    );
    const first = utf8(`bundle of ${runs.old}`).length;
    expect(await stored()).toBe(bundles - first - owned.reduce((sum, size) => sum + size, 0));
  });

  it('has the engine forget the journals of the runs that it takes, and of no other', async () => {
    await sweeper.sweep();
    expect(forgotten).toEqual([]);
    await setRule({ payloadDays: 30 });
    await sweeper.sweep();
    expect(forgotten).toEqual([runs.old]);
  });

  it('leaves a blob to another tenant that has it', async () => {
    await owner.query(`insert into sealflow.blob_tenants values ($1, 'globex')`, [blobOf('input', runs.old)]);
    await setRule({ payloadDays: 30 });
    await sweeper.sweep();
    expect(await kept(runs.old)).toEqual(['input', ...withoutPayload]);
    const { rows } = await owner.query('select tenant from sealflow.blob_tenants where digest = $1', [
      blobOf('input', runs.old),
    ]);
    expect(rows).toEqual([{ tenant: 'globex' }]);
  });

  it('of many runs goes in batches, and two replicas at once delete and record each once', async () => {
    for (let at = 0; at < 150; at += 1) {
      await owner.query(
        `insert into sealflow.runs (run_id, tenant, request_id, content_digest, plan, policy, state, inputs, offers,
           client_seal_key, client_sign_key, deadline, created_at, ended_at)
         values ($1, 'acme', $1, '', 'p', '', 'FAILED', '[]', '[]', '', '', now(), now(), $2)`,
        [`many-${at}`, new Date(NOW_MS - 50 * DAY_MS)],
      );
    }
    await setRule({ payloadDays: 30 });
    const other = await Database.open(database.url);
    let total = 0;
    while (
      (
        await owner.query(`select from sealflow.runs where ended_at < $1 and payload_deleted_at is null`, [
          new Date(NOW_MS - 30 * DAY_MS),
        ])
      ).rowCount !== 0
    ) {
      const swept = await Promise.all([sweeper.sweep(), sweeperOf(other).sweep()]);
      total += swept.reduce((sum, count) => sum + count, 0);
    }
    await other.close();
    expect(total).toBe(151);
    const { rows } = await owner.query<{ runs: number }>(
      `select sum(jsonb_array_length(facts -> 'runs'))::int as runs from sealflow.retention_records where action = 'delete-payloads'`,
    );
    expect(rows).toEqual([{ runs: 151 }]);
  });
});

describe('a legal hold', () => {
  it('of one run keeps that run, and of the tenant every run', async () => {
    await setRule({ payloadDays: 1 });
    const { hold } = await place(`tenants/acme/runs/${runs.old}`);
    expect(await sweeper.sweep()).toBe(1);
    expect(await kept(runs.old)).toEqual(everything);
    expect(await kept(runs.young)).toEqual(withoutPayload);
    const ofAll = await place();
    await lift(hold?.name);
    expect(await sweeper.sweep()).toBe(0);
    await lift(ofAll.hold?.name);
    expect(await sweeper.sweep()).toBe(1);
    expect(await kept(runs.old)).toEqual(withoutPayload);
  });

  it('waits for a batch that is being deleted, so that nothing goes after it stands', async () => {
    await setRule({ payloadDays: 1 });
    const order: string[] = [];
    let placing: Promise<unknown> = Promise.resolve();
    await asSystem(() =>
      database.queries.transaction(async (transaction) => {
        await new RetentionStore(transaction).lock();
        placing = place().then(() => order.push('hold stands'));
        // Whoever deletes now has the lock, and nobody else deletes.
        expect(await sweeper.sweep()).toBe(0);
        order.push('batch ends');
      }),
    );
    await placing;
    expect(order).toEqual(['batch ends', 'hold stands']);
    expect(await sweeper.sweep()).toBe(0);
  });

  it('that is repeated under its request id is one, and lifting twice says who lifted first', async () => {
    const requestId = '0b3f7ad0-6d0c-4b43-9a3e-6f1d8c2b9a11';
    const [first, second] = [await place('', requestId), await place('', requestId)];
    expect(second.hold?.name).toBe(first.hold?.name);
    await lift(first.hold?.name);
    const again = await lift(first.hold?.name, 'other');
    expect(again.hold).toMatchObject({ liftReason: 'settled', liftActor: 'key:compliance' });
    expect((await records()).map(({ action }) => action)).toEqual(['lift-hold', 'place-hold']);
  });

  it('that is lifted under a request id is lifted once, for this reason', async () => {
    const requestId = '5d0f3b52-1c77-4a37-a1be-0f6f8c0a2f44';
    const name = (await place()).hold?.name;
    const first = await lift(name, 'settled', { requestId });
    expect(await lift(name, 'settled', { requestId })).toEqual(first);
    await expect(lift(name, 'other', { requestId })).rejects.toMatchObject({ reason: 'REQUEST_ID_REUSED' });
    expect((await records()).map(({ action }) => action)).toEqual(['lift-hold', 'place-hold']);
  });

  it('and a rule are only checked where that is asked: nothing is set, placed, lifted or recorded', async () => {
    const request = { run: '', reason: 'case 7', requestId: '', validateOnly: true };
    expect(await as(() => controller.placeHold({ parent: 'tenants/acme', ...request }))).toEqual({
      hold: null,
    });
    const { rule } = await setRule({ payloadDays: 3, validateOnly: true });
    expect(rule).toMatchObject({ payloadDays: 3 });
    expect(await records()).toEqual([]);
    expect((await as(() => controller.listHolds({ parent: 'tenants/acme', all: true }))).holds).toEqual([]);
    expect((await as(() => controller.listRetention({ parent: 'tenants/acme' }))).rules).toEqual([]);
    await expect(setRule({ remove: true, validateOnly: true })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
    const { hold } = await place();
    expect((await lift(hold?.name, 'settled', { validateOnly: true })).hold).toEqual(hold);
    expect((await records()).map(({ action }) => action)).toEqual(['place-hold']);
  });

  it('of nobody and of another tenant is not there', async () => {
    const { hold } = await place();
    const globex = { ...compliance, tenant: 'globex' };
    const theirs = (hold?.name ?? '').replace('acme', 'globex');
    await expect(
      asCaller(globex, () =>
        controller.liftHold({ name: theirs, reason: 'x', requestId: '', validateOnly: false }),
      ),
    ).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    expect(
      (await asCaller(globex, () => controller.listHolds({ parent: 'tenants/globex', all: true }))).holds,
    ).toEqual([]);
    expect((await as(() => controller.listHolds({ parent: 'tenants/acme', all: false }))).holds).toHaveLength(
      1,
    );
  });
});

describe('what was done', () => {
  it('is recorded with who and why, each record under a leaf that waits for the log', async () => {
    await setRule({ payloadDays: 30 });
    await place();
    expect(await records()).toEqual([
      { action: 'place-hold', actor: 'key:compliance', reason: 'case 7' },
      { action: 'set-rule', actor: 'key:compliance', reason: 'article 5' },
    ]);
    const page = await as(() =>
      controller.listRecords({ parent: 'tenants/acme', pageSize: 1, pageToken: '' }),
    );
    const [record] = page.records ?? [];
    const bytes = Buffer.from(record?.record ?? '');
    const parsed = parseJsonStrict(bytes) as { id: number };
    expect(parsed).toMatchObject({
      type: 'sealflow/retention-record/v1',
      tenant: 'acme',
      action: 'place-hold',
    });
    const { rows } = await owner.query<{ entry: Buffer }>(
      'select entry from sealflow.log_queue where subject = $1',
      [`retention/${parsed.id}`],
    );
    expect(rows[0]?.entry).toEqual(Buffer.from(leafEntry(digestOf(bytes))));
    expect(page.nextPageToken).toBe('more');
  });
});
