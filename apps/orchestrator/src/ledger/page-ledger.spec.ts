import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  type JsonObject,
  parseDigest,
  parseJsonStrict,
  toBase64,
} from '#canonical';
import { signStatement } from '#evidence';
import { type BatchReceipt, batchReceiptPredicate, ledgerBatchPredicateType } from '#ledger';
import type { PlanTask } from '#workflow';
import { BlobKeys } from '../blobs/blob-keys.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { Database, type Transaction } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { keyringIn } from '../keys/keyring.fixture.js';
import type { RunRow, TaskRow } from '../runs/run-store.js';
import type { RunView } from '../runs/run-view.js';
import { BatchStore } from './batch-store.js';
import { IntentQueue } from './intent-queue.js';
import { parseSubmission } from './intent-request.js';
import { PageLedgerStore } from './page-ledger-store.js';
import { ENVELOPE_POISONED, PageLedgerTasks } from './page-ledger-tasks.js';
import { SettlementTasks } from './settlement-tasks.js';

const EUR = { tenant: 'acme', ledger: 'eur' };
const NAME = 'tenants/acme/ledgers/eur';
const page = (name: string): Digest => parseDigest(`sha256:${name.repeat(64)}`);
const MOVED = { reason: 'STATE_ROOT_CONFLICT' };

let folder: string;
let postgres: EmbeddedPostgres;
let database: Database;
let nowMs = Date.UTC(2026, 10, 21);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-pages-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(folder, 0o755);
  postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  database = await Database.open(await postgres.start());
});
beforeEach(() =>
  database.queries.execute(
    sql`truncate sealflow.page_ledgers, sealflow.ledger_pages, sealflow.ledger_intents, sealflow.ledger_batches`,
  ),
);
afterAll(async () => {
  await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** One replica's view of the ledger; two of them share the database. */
function replica() {
  const clock = () => nowMs;
  const ledgers = new PageLedgerStore(database);
  const queue = new IntentQueue(database, new BlobKeys(database, keyringIn(database, folder)), clock);
  const batches = new BatchStore(database, ledgers, queue, clock);
  const settlements = new SettlementTasks(ledgers, batches, queue, {} as BlobStore);
  const tasks = new PageLedgerTasks(ledgers, batches, queue, settlements, { warn: () => undefined });
  const submit = (...texts: string[]) =>
    queue.add(
      parseSubmission({
        parent: NAME,
        envelopes: texts.map((text) => ({ sealed: Buffer.from(text), intents: 1 })),
      }),
    );
  let entropy = 0;
  const open = () => {
    entropy += 1;
    return batches.open('acme', 'eur', new Uint8Array(10).fill(entropy));
  };
  return { ledgers, queue, batches, tasks, submit, open };
}

const task = {
  id: 'batch.apply',
  completes: 'batch.authorize',
  operation: 'ledger.batch.apply',
  ledgerState: true,
  parameters: { ledger: 'eur' },
} as unknown as PlanTask;

type Receipt = Pick<BatchReceipt, 'version' | 'prevReceipt' | 'runId' | 'changes' | 'notes'>;

function stated({ version, prevReceipt, runId, changes, notes }: Receipt): JsonObject {
  const isFounding = prevReceipt === null;
  const before = isFounding ? null : page('5');
  const commitment = `commit:sha256:${'6'.repeat(64)}` as const;
  const predicate = batchReceiptPredicate({
    event: isFounding ? 'found' : 'batch',
    ledger: 'eur',
    asset: 'EUR',
    epoch: 1,
    version,
    timeMs: Date.UTC(2026, 10, 21),
    runId,
    taskId: 'batch.authorize',
    charter: page('4'),
    intents: isFounding ? null : { digest: page('a'), count: 1 },
    outcomes: isFounding ? null : page('9'),
    changes,
    pages: { before, after: page('7') },
    commitments: { before, after: page('8') },
    accountCount: 2,
    directory: commitment,
    supply: commitment,
    snapshot: null,
    prevReceipt,
    ledgerKey: toBase64(new Uint8Array(32)),
    keyId: page('b'),
    publicKeyId: page('c'),
    intentKey: toBase64(new Uint8Array(32)),
    engine: 'test',
    ...(notes === undefined ? {} : { notes }),
  });
  const subject = [{ name: 'page', digest: { sha256: '0'.repeat(64) } }];
  const statement = { subject, predicateType: ledgerBatchPredicateType, predicate };
  return parseJsonStrict(signStatement({ statement, seed: new Uint8Array(32) })) as JsonObject;
}

const digestOfReceipt = (receipt: Receipt): Digest => digestOf(canonicalBytes(stated(receipt)));

/** Records the task that applies a change, as the engine does. */
async function apply({ tasks }: ReturnType<typeof replica>, receipt: Receipt, outcomes?: string) {
  const authorized = {
    taskId: 'batch.authorize',
    worker: 'tee-0',
    public: { receipt: stated(receipt) },
    outputs: outcomes === undefined ? [] : [{ port: 'outcomes', blob: outcomes }],
  } as unknown as TaskRow;
  const view = {
    run: { tenant: 'acme', runId: receipt.runId } as RunRow,
    tasks: new Map([[authorized.taskId, authorized]]),
  } as unknown as RunView;
  const change = tasks.succeeded(view, task, new Date(nowMs));
  if (change === null) return expect.fail('no change');
  await recorded(change);
}

function recorded(change: (transaction: Transaction) => Promise<void>): Promise<void> {
  return database.queries.transaction((transaction) => change(transaction));
}

const founding: Receipt = {
  version: 1,
  prevReceipt: null,
  runId: 'founding',
  changes: [
    { page: 0, book: 'available', prev: null, delta: null, next: page('1'), addCount: 0 },
    { page: 0, book: 'reserved', prev: null, delta: null, next: page('2'), addCount: 0 },
  ],
};

/** What the receipts of a ledger in `zk-check` say. */
const minted = {
  issuer: toBase64(new Uint8Array(32)),
  manifest: page('e'),
  vkey: page('f'),
  before: 0,
  after: 0,
  moves: null,
} as const;

const moved = {
  page: 0,
  book: 'available',
  prev: page('1'),
  delta: page('d'),
  next: page('3'),
  addCount: 1,
} as const;

function second(runId: string, change: Partial<Receipt> = {}): Receipt {
  return { version: 2, prevReceipt: digestOfReceipt(founding), runId, changes: [moved], ...change };
}

async function founded(change: Partial<Receipt> = {}) {
  const one = replica();
  await apply(one, { ...founding, ...change });
  return one;
}

const failed = (
  from: ReturnType<typeof replica>,
  batch: string,
  errorClass: 'refused' | 'worker-capacity',
  reason = 'SOME_REASON',
) =>
  recorded(
    from.tasks.failed({ tenant: 'acme', runId: batch } as RunRow, task, {
      reason,
      errorClass,
      time: new Date(nowMs),
    }),
  );

async function statesOf({ queue }: ReturnType<typeof replica>, ...texts: string[]) {
  const digests = texts.map((text) => digestOf(Buffer.from(text)));
  const rows = await queue.find('acme', 'eur', digests);
  return digests.map((digest) => rows.find((row) => row.digest === digest)?.state ?? null);
}

describe('a batch', () => {
  it('is opened once of two that come at one time, and not again until it ended', async () => {
    const one = await founded();
    const two = replica();
    await one.submit('a', 'b');
    const both = await Promise.all([
      one.open(),
      two.batches.open('acme', 'eur', new Uint8Array(10).fill(77)),
    ]);
    const [opened] = both.filter((batch) => batch !== null);
    expect(both.filter((batch) => batch !== null)).toHaveLength(1);
    expect(opened?.envelopes).toBe(2);
    await one.submit('c');
    expect(await two.open()).toBeNull();
    await apply(one, second(opened?.batch ?? ''), page('9'));
    expect((await two.open())?.envelopes).toBe(1);
  });

  it('holds what was submitted, in its order, and each envelope once', async () => {
    const one = await founded();
    await one.submit('a', 'b', 'a');
    await one.submit('b');
    await one.submit('c');
    const batch = await one.open();
    const envelopes = await one.queue.envelopes(batch?.batch ?? '');
    expect(envelopes.map(String)).toEqual(['a', 'b', 'c']);
  });

  it('keeps no envelope in the clear, and none at all when it is applied', async () => {
    const one = await founded();
    await one.submit('a text that nobody reads at rest');
    const texts = async () => {
      const { rows } = await database.queries.execute<{ row: string }>(
        sql`select encode(envelope, 'escape') as row from sealflow.ledger_intents where envelope is not null`,
      );
      return rows.map(({ row }) => row);
    };
    expect((await texts()).join()).not.toContain('nobody reads');
    const batch = await one.open();
    await apply(one, second(batch?.batch ?? ''));
    expect(await texts()).toEqual([]);
    expect(await statesOf(one, 'a text that nobody reads at rest')).toEqual(['done']);
  });

  it.each([
    ['', 8, {}],
    [', and fewer where each carries a proof that takes time to check', 2, { notes: minted }],
  ])('takes no more intents than a batch may have%s', async (_less, count, change) => {
    const one = await founded(change);
    const envelopes = Array.from({ length: 9 }, (_, index) => ({
      sealed: Buffer.from(`full ${index}`),
      intents: 512,
    }));
    await one.queue.add(parseSubmission({ parent: NAME, envelopes }));
    expect((await one.open())?.envelopes).toBe(count);
  });
});

describe('a head', () => {
  it('names the worker whose enclave signed it, until that enclave says that it knows no such ledger', async () => {
    const one = await founded();
    const run = { tenant: 'acme' } as RunRow;
    const authorize = {
      ...task,
      id: 'batch.authorize',
      operation: 'ledger.batch.authorize',
      completes: null,
    };
    expect(await one.tasks.holder(run, authorize)).toBe('tee-0');
    expect(await one.tasks.holder(run, task)).toBeNull();
    await one.submit('a');
    await failed(one, (await one.open())?.batch ?? '', 'refused', 'SOME_REASON');
    expect(await one.tasks.holder(run, authorize)).toBe('tee-0');
    await failed(one, 'another', 'refused', 'LEDGER_UNKNOWN');
    expect(await one.tasks.holder(run, authorize)).toBeNull();
  });

  it('moves with the receipt of the batch that has the ledger', async () => {
    const one = await founded();
    await one.submit('a');
    const batch = (await one.open())?.batch ?? '';
    await apply(one, second(batch), page('9'));
    const state = await one.ledgers.stateFor('acme', 'eur', 'next');
    expect(state).toMatchObject({ kind: 'pages', version: 2, receipt: digestOfReceipt(second(batch)) });
    expect(state?.['pages']).toEqual([
      { page: 0, book: 'available', digest: page('3'), addCount: 1 },
      { page: 0, book: 'reserved', digest: page('2'), addCount: 0 },
    ]);
    expect(await one.batches.find(batch)).toMatchObject({
      state: 'applied',
      version: 2,
      outcomes: page('9'),
    });
  });

  it.each<[string, Partial<Receipt>]>([
    ['another version', { version: 3 }],
    ['another receipt before it', { prevReceipt: page('8') }],
    ['a page that is not there', { changes: [{ ...moved, prev: page('7') }] }],
    ['a page of another book', { changes: [{ ...moved, book: 'reserved' }] }],
    ['a run that has not the ledger', { runId: 'stranger' }],
  ])('does not move by %s, and no intent is done', async (_what, change) => {
    const one = await founded();
    await one.submit('a');
    const batch = (await one.open())?.batch ?? '';
    await expect(apply(one, second(batch, change))).rejects.toMatchObject(MOVED);
    expect((await one.ledgers.find('acme', 'eur'))?.version).toBe(1);
    expect(await statesOf(one, 'a')).toEqual(['batched']);
  });

  it('is founded once', async () => {
    const one = await founded();
    await expect(apply(one, { ...founding, runId: 'again' })).rejects.toMatchObject(MOVED);
  });

  it('is shown to one run at a time', async () => {
    const one = await founded();
    expect(await one.ledgers.stateFor('acme', 'eur', 'first')).not.toBeNull();
    expect(await one.ledgers.stateFor('acme', 'eur', 'other')).toBeNull();
    expect(await one.ledgers.stateFor('globex', 'eur', 'other')).toMatchObject({ version: 0, pages: [] });
  });
});

describe('a batch that fails', () => {
  it('goes back as it was where somebody was away, and is tried later', async () => {
    const one = await founded();
    await one.submit('a', 'b');
    await failed(one, (await one.open())?.batch ?? '', 'worker-capacity');
    expect(await statesOf(one, 'a', 'b')).toEqual(['queued', 'queued']);
    expect(await one.queue.due(database.queries, 0)).toEqual([]);
    // Nor by whoever does not look at what is due, as one that hears of an end of a batch.
    expect(await one.open()).toBeNull();
    nowMs += 60_000;
    expect(await one.queue.due(database.queries, 0)).toEqual([EUR]);
    expect((await one.open())?.envelopes).toBe(2);
  });

  it('is tried at once when another enclave has recovered the ledger', async () => {
    const one = await founded();
    await one.submit('a');
    await failed(one, (await one.open())?.batch ?? '', 'refused', 'LEDGER_UNKNOWN');
    expect(await one.open()).toBeNull();
    const recover = {
      ...task,
      id: 'recover',
      operation: 'ledger.recover',
      completes: null,
      ledgerState: false,
    };
    const view = { run: { tenant: 'acme', runId: 'recovery' }, tasks: new Map() } as unknown as RunView;
    const change = one.tasks.succeeded(view, recover, new Date(nowMs));
    if (change === null) return expect.fail('no change');
    await recorded(change);
    expect((await one.open())?.envelopes).toBe(1);
  });

  it('is halved until the envelope that spoils it is alone, and only that one is refused', async () => {
    const one = await founded();
    const texts = ['a', 'b', 'poison', 'd', 'e'];
    await one.submit(...texts);
    let head: Receipt = founding;
    for (let turns = 0; turns < 32; turns += 1) {
      nowMs += 60_000;
      const batch = await one.open();
      if (batch === null) break;
      const envelopes = (await one.queue.envelopes(batch.batch)).map(String);
      if (envelopes.includes('poison')) await failed(one, batch.batch, 'refused');
      else {
        head = second(batch.batch, {
          version: head.version + 1,
          prevReceipt: digestOfReceipt(head),
          changes: [],
        });
        await apply(one, head);
      }
    }
    expect(await statesOf(one, ...texts)).toEqual(['done', 'done', 'refused', 'done', 'done']);
    const [refused] = await one.queue.find('acme', 'eur', [digestOf(Buffer.from('poison'))]);
    expect(refused?.reason).toBe(ENVELOPE_POISONED);
  });

  it.each(['KEY_SUSPENDED', 'KEY_COMPROMISED'])(
    'with %s is tried again once the head moves, and nothing of it is lost',
    async (reason) => {
      const one = await founded();
      await one.submit('a');
      await failed(one, (await one.open())?.batch ?? '', 'refused', reason);
      nowMs += 3_000_000;
      expect(await one.queue.due(database.queries, 0)).toEqual([]);
      expect(await one.open()).toBeNull();
      // What an order of the issuer does, or a rotation.
      const order = { version: 2, prevReceipt: digestOfReceipt(founding), changes: [] };
      await one.ledgers.stateFor('acme', 'eur', 'order');
      await apply(one, second('order', order));
      expect(await one.queue.due(database.queries, 0)).toEqual([EUR]);
      expect((await one.open())?.envelopes).toBe(1);
    },
  );

  it('refuses nothing where the ledger itself is in trouble, however often', async () => {
    const one = await founded();
    await one.submit('a');
    for (let turns = 0; turns < 20; turns += 1) {
      nowMs += 60_000;
      await failed(one, (await one.open())?.batch ?? '', 'refused', 'LEDGER_UNKNOWN');
    }
    expect(await statesOf(one, 'a')).toEqual(['queued']);
  });

  it('refuses no envelope while every batch of the ledger fails, but for one that failed alone too often', async () => {
    const one = await founded();
    await one.submit('a', 'b');
    for (let turns = 0; turns < 8; turns += 1) {
      nowMs += 60_000;
      await failed(one, (await one.open())?.batch ?? '', 'refused');
    }
    expect(await statesOf(one, 'a', 'b')).toEqual(['queued', 'queued']);
    await one.submit('c');
    for (let turns = 0; turns < 20; turns += 1) {
      nowMs += 60_000;
      const batch = await one.open();
      if (batch !== null) await failed(one, batch.batch, 'refused');
    }
    expect(await statesOf(one, 'a', 'b')).toEqual(['refused', 'refused']);
  });
});

describe('a submission', () => {
  const invalid = { reason: 'INVALID_REQUEST' };
  it.each<[string, object, object]>([
    ['no envelope', { envelopes: [] }, invalid],
    ['an empty envelope', { envelopes: [{ sealed: Buffer.alloc(0), intents: 1 }] }, invalid],
    ['no intents in it', { envelopes: [{ sealed: Buffer.from('a'), intents: 0 }] }, invalid],
    [
      'more intents than an envelope holds',
      { envelopes: [{ sealed: Buffer.from('a'), intents: 513 }] },
      invalid,
    ],
    [
      'more envelopes than a call takes',
      { envelopes: Array.from({ length: 513 }, () => ({ sealed: Buffer.from('a'), intents: 1 })) },
      invalid,
    ],
    [
      'an envelope that is too long',
      { envelopes: [{ sealed: Buffer.alloc(1024 * 1024 + 1), intents: 1 }] },
      { reason: 'LIMIT_EXCEEDED', facts: expect.objectContaining({ limit: 'intentEnvelopeBytesMax' }) },
    ],
  ])('with %s is refused', (_what, request, refusal) => {
    expect(() => parseSubmission({ parent: NAME, envelopes: [], ...request })).toThrow(
      expect.objectContaining(refusal),
    );
  });

  it('past the places of a ledger is refused, and none of it is taken', async () => {
    const one = await founded();
    await database.queries.execute(
      sql`insert into sealflow.ledger_intents (tenant, ledger, digest, state, intents, size, created_at)
          select 'acme', 'eur', 'sha256:' || number, 'queued', 1, 1, now() from generate_series(1, 65536) number`,
    );
    await expect(one.submit('a')).rejects.toMatchObject({
      reason: 'QUOTA_EXCEEDED',
      facts: { limit: 'intentsWaitingMax' },
    });
    expect(await statesOf(one, 'a')).toEqual([null]);
  });
});
