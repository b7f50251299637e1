import { sql } from 'drizzle-orm';
import { bigserial, boolean, index, integer, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytea, moment, sealflow } from './columns.js';

/** Heads of ledgers of pages. Every digest of a receipt or page is a blob. */
export const pageLedgers = sealflow.table(
  'page_ledgers',
  {
    tenant: text('tenant').notNull(),
    ledger: text('ledger').notNull(),
    version: integer('version').notNull(),
    receipt: text('receipt').notNull(),
    /** The run that founded it: batches are held to its policy, and answered to its client's keys. */
    foundingRun: text('founding_run').notNull(),
    /** Worker whose enclave signed the newest receipt, and so has the ledger's keys; null of older releases. */
    holder: text('holder'),
    /** Transfers on it carry proofs. */
    proven: boolean('proven').notNull().default(false),
    /** Run whose change is under way; one at a time has the ledger. */
    claimedBy: text('claimed_by'),
    /** Batches that failed one after the other, for no fault of an envelope, and when the next one is tried. */
    failures: integer('failures').notNull().default(0),
    retryAt: moment('retry_at'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger] })],
);

/** One ciphertext of one book of one page: where it stands now. */
export const ledgerPages = sealflow.table(
  'ledger_pages',
  {
    tenant: text('tenant').notNull(),
    ledger: text('ledger').notNull(),
    page: integer('page').notNull(),
    book: text('book').notNull(),
    digest: text('digest').notNull(),
    /** Version of the ledger that made it. */
    version: integer('version').notNull(),
    addCount: integer('add_count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger, table.page, table.book] })],
);

/** Sealed intents from their submission on. What became of one stays for those who ask again. */
export const ledgerIntents = sealflow.table(
  'ledger_intents',
  {
    tenant: text('tenant').notNull(),
    ledger: text('ledger').notNull(),
    /** Of the envelope as it came. */
    digest: text('digest').notNull(),
    /** The order in which they came. */
    number: bigserial('number', { mode: 'number' }).notNull(),
    /** queued, batched, done, refused */
    state: text('state').notNull(),
    /** Intents in the envelope, by the word of who sent it. */
    intents: integer('intents').notNull(),
    size: integer('size').notNull(),
    /** The envelope under the blob's own key, and that under the tenant's; gone when its batch is a blob that counts. */
    envelope: bytea('envelope'),
    keyVersion: integer('key_version'),
    wrappedKey: bytea('wrapped_key'),
    /** After a batch that failed: so many envelopes go together at most. */
    together: integer('together'),
    /** Batches that failed with it alone, and the first time. */
    failures: integer('failures').notNull().default(0),
    failedAt: moment('failed_at'),
    /** Run of its batch, and where it stands in it. */
    batch: text('batch'),
    position: integer('position'),
    version: integer('version'),
    reason: text('reason'),
    createdAt: moment('created_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.ledger, table.digest] }),
    index('ledger_intents_waiting').on(table.tenant, table.ledger, table.number).where(sql`state = 'queued'`),
    index('ledger_intents_batch').on(table.batch),
    index('ledger_intents_ended').on(table.endedAt).where(sql`ended_at is not null`),
  ],
);

/** Envelopes that go together: one run each. Written before its run, so that whoever comes after a crash goes on with it. */
export const ledgerBatches = sealflow.table(
  'ledger_batches',
  {
    batch: text('batch').primaryKey(),
    tenant: text('tenant').notNull(),
    ledger: text('ledger').notNull(),
    /** running, applied, failed */
    state: text('state').notNull(),
    /** Whether its run is there. */
    startedAt: moment('started_at'),
    envelopes: integer('envelopes').notNull(),
    intents: text('intents'),
    outcomes: text('outcomes'),
    receipt: text('receipt'),
    version: integer('version'),
    reason: text('reason'),
    createdAt: moment('created_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('ledger_batches_recent').on(table.tenant, table.ledger, table.createdAt),
    index('ledger_batches_unstarted').on(table.createdAt).where(sql`started_at is null`),
    // One receipt makes a version.
    uniqueIndex('ledger_batches_version').on(table.tenant, table.ledger, table.version),
  ],
);
