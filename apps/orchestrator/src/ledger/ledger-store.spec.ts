import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Digest, parseDigest } from '#canonical';
import type { LedgerReceipt } from '#evidence';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { LedgerStore } from './ledger-store.js';

const TIME = new Date(Date.UTC(2026, 10, 21));
const page = (name: string): Digest => parseDigest(`sha256:${name.repeat(64)}`);
const pages = (name: string) => ({ available: page(name), reserved: page(name) });
const MOVED = { reason: 'STATE_ROOT_CONFLICT' };

let folder: string;
let postgres: EmbeddedPostgres;
let database: Database;
let store: LedgerStore;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-ledger-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(folder, 0o755);
  postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  database = await Database.open(await postgres.start());
  store = new LedgerStore(database);
});
beforeEach(() => database.queries.execute(sql`truncate sealflow.ledgers, sealflow.ledger_entries`));
afterAll(async () => {
  await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const opening = {
  ledger: 'eur',
  version: 1,
  operation: 'ledger.open',
  runId: 'run-0',
  taskId: 'open.authorize',
  intentId: null,
  prev: null,
  next: pages('1'),
} as unknown as LedgerReceipt;

function reserve(change: Partial<LedgerReceipt> = {}): LedgerReceipt {
  const second = { version: 2, operation: 'ledger.reserve', intentId: 'intent', taskId: 'reserve.authorize' };
  return { ...opening, ...second, runId: 'run-1', prev: pages('1'), next: pages('2'), ...change };
}

function advance(receipt: LedgerReceipt, tenant = 'acme'): Promise<void> {
  return database.queries.transaction((transaction) =>
    store.advance(transaction, tenant, receipt, `sha256:${receipt.version}`, TIME),
  );
}

const head = async () => (await store.find('acme', 'eur'))?.version;

describe('a ledger moves', () => {
  it('from the version that a receipt was made on, once', async () => {
    await advance(opening);
    await advance(reserve());
    expect(await head()).toBe(2);
    await expect(advance(reserve())).rejects.toMatchObject(MOVED);
    await expect(advance(opening)).rejects.toMatchObject(MOVED);
    expect(await head()).toBe(2);
  });

  it.each([
    ['another version', { version: 4 }],
    ['other pages of what can be spent', { prev: { ...pages('1'), available: page('9') } }],
    ['other pages of what is set aside', { prev: { ...pages('1'), reserved: page('9') } }],
    ['another ledger', { ledger: 'usd' }],
  ])('not from %s', async (_, change) => {
    await advance(opening);
    await expect(advance(reserve(change))).rejects.toMatchObject(MOVED);
    expect(await head()).toBe(1);
  });

  it('for its own tenant alone', async () => {
    await advance(opening);
    await expect(advance(reserve(), 'globex')).rejects.toMatchObject(MOVED);
  });

  it('once of two that come at one time', async () => {
    await advance(opening);
    const both = await Promise.allSettled([advance(reserve()), advance(reserve({ intentId: 'other' }))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: MOVED });
  });

  it('once for an intent: the head stays where it was when that was used', async () => {
    await advance(opening);
    await advance(reserve());
    const again = reserve({ version: 3, prev: pages('2'), next: pages('3'), runId: 'run-2' });
    await expect(advance(again)).rejects.toMatchObject({ reason: 'NULLIFIER_SPENT' });
    expect(await head()).toBe(2);
  });
});
