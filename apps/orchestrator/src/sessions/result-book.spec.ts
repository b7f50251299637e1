import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { digestOf, ulid } from '#canonical';
import { asCaller } from '../auth/call-context.js';
import type { Principal } from '../auth/principal.js';
import { BlobKeys } from '../blobs/blob-keys.js';
import { BlobStore } from '../blobs/blob-store.js';
import type { Database } from '../database/database.js';
import { run as someRun } from '../engine/statement.fixture.js';
import { keyringIn } from '../keys/keyring.fixture.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { RunDraft } from '../runs/run-draft.js';
import { RunSignal } from '../runs/run-signal.js';
import { RunStore } from '../runs/run-store.js';
import { RunWriter } from '../runs/run-writer.js';
import { LeaseQueue } from './lease-queue.js';
import { type NewResult, ResultBook } from './result-book.js';

const NOW = new Date(Date.UTC(2026, 10, 21));
const LATER = new Date(NOW.getTime() + 60_000);
const NO_BYTES = new Uint8Array(10);

let bed: LogBed;
let database: Database;
let owner: pg.Client;
let blobs: BlobStore;
let book: ResultBook;
let runs = 0;

const caller = (tenant: string | null): Principal => ({
  subject: 'key:1',
  tenant,
  roles: [tenant === null ? 'worker' : 'submitter'],
  kind: 'key',
  holder: 'x',
  expiresMs: 0,
});

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  owner = new pg.Client({ connectionString: bed.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await bed.stop();
});
beforeEach(() => {
  const keys = new BlobKeys(database, keyringIn(database, bed.folder));
  blobs = new BlobStore(database, keys);
  book = new ResultBook(database, blobs, keys);
});

/** A lease of a new run that a worker holds. */
async function sent(tenant = 'acme'): Promise<Pick<NewResult, 'lease' | 'fence' | 'bootId'>> {
  runs += 1;
  const runId = ulid(NOW.getTime() + runs, NO_BYTES);
  const signal = new RunSignal();
  const store = new RunStore(database, signal);
  const begun = await store.insert({ ...someRun, runId, requestId: runId, tenant }, [
    { id: 'a', operation: 'noop' },
  ]);
  if (begun === null) throw new Error('the run was there before');
  const draft = new RunDraft(begun, NOW);
  const lease = `${runId}.a.1`;
  const row = { operation: 'noop', state: 'queued', deadline: LATER, priority: 0 } as const;
  draft.open({ lease, taskId: 'a', attempt: 1, ...row });
  const [opened] = await new RunWriter(database, store, signal).write(draft);
  await new LeaseQueue(database).markSent([{ lease, worker: 'w', boot: 'b', ledgerState: null }], NOW);
  return { lease, fence: String(opened?.fence), bootId: 'b' };
}

function resultOf(
  held: Pick<NewResult, 'lease' | 'fence' | 'bootId'>,
  statement: Uint8Array | null = null,
  named: readonly string[] = [],
): NewResult {
  const result =
    statement === null
      ? ({ kind: 'failed', reason: 'NO', message: '', retryable: true } as const)
      : ({ kind: 'completed', statement: digestOf(statement), outputs: [], blobs: [] } as const);
  return { ...held, result, statement, named, atMs: NOW.getTime() };
}

const stateOf = async (lease: string): Promise<unknown> =>
  (await owner.query('select state from sealflow.leases where lease = $1', [lease])).rows[0]?.state;
const seenBy = (tenant: string, digest: string) => asCaller(caller(tenant), () => blobs.find(digest));
const made = (text: string) => asCaller(caller(null), () => blobs.put(Buffer.from(text)));
const storedOf = async (tenant: string): Promise<number> => {
  const text = 'select coalesce(sum(bytes), 0)::int as bytes from sealflow.tenant_storage where tenant = $1';
  return (await owner.query(text, [tenant])).rows[0]?.bytes;
};

describe('what a worker sends for its result', () => {
  it('is stored after the disk of the database was full for a moment', async () => {
    await owner.query(`create sequence sealflow.full_for;
      create function sealflow.full_disk() returns trigger language plpgsql as $$
      begin
        if nextval('sealflow.full_for') <= 3 then raise exception 'no space left' using errcode = '53100'; end if;
        return new;
      end $$;
      create trigger full_disk before insert on sealflow.blobs for each row execute function sealflow.full_disk()`);
    const output = await made('an output that came while the disk was full');
    await owner.query('drop trigger full_disk on sealflow.blobs');
    expect((await owner.query('select last_value::int as value from sealflow.full_for')).rows[0]?.value).toBe(
      4,
    );
    expect(await blobs.size(output)).toBe(43);
  });
});

describe('a result', () => {
  it('under another fence, of another boot, or too late changes nothing, and what it names is nobody`s', async () => {
    const held = await sent();
    const statement = Buffer.from('a statement of a worker that lost its lease');
    const output = await made('an output of a worker that lost its lease');
    const result = resultOf(held, statement, [output]);
    const wrong = [
      { ...result, fence: String(BigInt(held.fence) + 1n) },
      { ...result, fence: '9'.repeat(30) },
      { ...result, fence: '-1' },
      { ...result, bootId: 'another' },
      { ...result, atMs: LATER.getTime() },
      { ...result, lease: 'no.such.lease' },
    ];
    expect(await Promise.all(wrong.map((each) => book.add(each)))).toEqual(wrong.map(() => null));
    expect(await stateOf(held.lease)).toBe('sent');
    expect(await seenBy('acme', output)).toBeUndefined();
    expect(await blobs.size(digestOf(statement))).toBeUndefined();
  });

  it('counts once', async () => {
    const result = resultOf(await sent(), Buffer.from('a statement that comes twice'));
    const rows = [await book.add(result), await book.add(result)];
    expect(rows.map((row) => row?.state ?? null)).toEqual(['completed', null]);
  });

  it('makes what it names the tenant`s, with what is said of it', async () => {
    const held = await sent();
    const statement = Buffer.from('a statement');
    const output = await made('an output');
    const before = await storedOf('acme');
    const absent = digestOf(Buffer.from('not there'));
    const row = await book.add(resultOf(held, statement, [output, absent]));
    expect(row).toMatchObject({
      lease: held.lease,
      state: 'completed',
      bootId: 'b',
      deadline: LATER,
      sentAt: NOW,
    });
    expect(row?.fence).toBe(BigInt(held.fence));
    expect(await seenBy('acme', output)).toEqual(Buffer.from('an output'));
    expect(await seenBy('acme', digestOf(statement))).toEqual(statement);
    expect(await seenBy('globex', output)).toBeUndefined();
    expect(await seenBy('globex', digestOf(statement))).toBeUndefined();
    expect((await storedOf('acme')) - before).toBe(statement.length + 9);
  });

  it('keeps its statement sealed, as everything else', async () => {
    const statement = Buffer.from('a statement that no backup shows');
    await book.add(resultOf(await sent(), statement));
    const { rows } = await owner.query('select sealed, data from sealflow.blobs where digest = $1', [
      digestOf(statement),
    ]);
    expect(rows[0]?.sealed).toBe(true);
    expect(rows[0]?.data.includes(statement)).toBe(false);
  });

  it('that is a failure ends the lease alone', async () => {
    const held = await sent();
    const row = await book.add(resultOf(held));
    expect(row).toMatchObject({ state: 'failed', result: { reason: 'NO' } });
  });

  it('shares its statement with those that come at the same time, of whatever tenant, evidence too', async () => {
    const evidence = await made('evidence of one boot, for two tenants');
    const before = await storedOf('globex');
    const helds = [await sent('acme'), await sent('globex'), await sent('globex')];
    const rows = await Promise.all(
      helds.map((held, index) => book.add(resultOf(held, Buffer.from(`statement ${index}`), [evidence]))),
    );
    expect(rows.map((row) => row?.lease)).toEqual(helds.map(({ lease }) => lease));
    for (const tenant of ['acme', 'globex']) expect(await seenBy(tenant, evidence)).toBeDefined();
    expect(await seenBy('globex', digestOf(Buffer.from('statement 0')))).toBeUndefined();
    // Evidence counts once for a tenant.
    expect((await storedOf('globex')) - before).toBe(37 + 2 * 'statement 0'.length);
  });

  it('takes blobs in one order, whatever order it names them in: none waits for another in a circle', async () => {
    const held = await sent();
    const digests: string[] = [];
    for (const text of ['some evidence', 'other evidence', 'an envelope']) digests.push(await made(text));
    digests.sort();
    const insert = `insert into sealflow.blob_tenants (digest, tenant, of_run) values ($1, 'acme', true)`;
    await owner.query('begin');
    await owner.query(insert, [digests[0]]);
    const taken = book.add(resultOf(held, Buffer.from('a statement that waits'), digests.toReversed()));
    // Inside a transaction the view stays as it was.
    const watcher = new pg.Client({ connectionString: bed.url });
    await watcher.connect();
    await vi.waitFor(async () => {
      const { rowCount } = await watcher.query("select from pg_stat_activity where wait_event_type = 'Lock'");
      expect(rowCount).toBe(1);
    });
    await watcher.end();
    // It holds none of the others meanwhile.
    for (const digest of digests.slice(1)) await owner.query(insert, [digest]);
    await owner.query('commit');
    expect(await taken).not.toBeNull();
  });
});
