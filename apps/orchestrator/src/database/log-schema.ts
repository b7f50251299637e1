import { bigserial, boolean, index, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, moment, sealflow } from './columns.js';

/**
 * Leaves that have no place in the log yet. A row comes with what it is about, in one transaction: with the pending
 * bundle of a run, whose id is the subject, or with a record of access, `access/<id>`.
 */
export const logQueue = sealflow.table('log_queue', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  subject: text('subject').notNull().unique(),
  entry: bytea('entry').notNull(),
  since: moment('since').notNull().defaultNow(),
});

export const logEntries = sealflow.table('log_entries', {
  index: integer('index').primaryKey(),
  subject: text('subject').notNull().unique(),
  leafHash: bytea('leaf_hash').notNull(),
  entry: bytea('entry').notNull(),
});

/** The tree of the log, as C2SP tlog-tiles cuts it. The tile at the right edge of a level grows in its row. */
export const logTiles = sealflow.table(
  'log_tiles',
  {
    level: integer('level').notNull(),
    index: integer('index').notNull(),
    hashes: bytea('hashes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.level, table.index] })],
);

/** Signed notes, one for each batch that was appended. */
export const logCheckpoints = sealflow.table('log_checkpoints', {
  size: integer('size').primaryKey(),
  note: text('note').notNull(),
  /** Shown as the log's newest. With witnesses only once they cosigned, or did not in time. */
  published: boolean('published').notNull().default(true),
  at: moment('at').notNull().defaultNow(),
});

/** What witnesses added to checkpoints: a signature line each, verified before it is kept. */
export const logCosignatures = sealflow.table(
  'log_cosignatures',
  {
    size: integer('size').notNull(),
    witness: text('witness').notNull(),
    line: text('line').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.size, table.witness] }),
    index('log_cosignatures_witness').on(table.witness, table.size),
  ],
);

/** Tokens of timestamp authorities (RFC 3161) over the text of a checkpoint, checked before they are kept. */
export const logTimestamps = sealflow.table(
  'log_timestamps',
  {
    size: integer('size').notNull(),
    /** Its address. */
    authority: text('authority').notNull(),
    token: bytea('token').notNull(),
  },
  (table) => [primaryKey({ columns: [table.size, table.authority] })],
);

/** Bundles that were closed before every authority had stamped the checkpoint that they are proved against. */
export const timestampQueue = sealflow.table(
  'timestamp_queue',
  {
    runId: text('run_id').primaryKey(),
    size: integer('size').notNull(),
    /** Tokens that the bundle has already. */
    held: integer('held').notNull(),
    since: moment('since').notNull(),
  },
  (table) => [index('timestamp_queue_size').on(table.size)],
);

/** Who asked for evidence. Each row is hidden in a leaf of the log; the salt lets the row be shown to belong to it. */
export const evidenceAccess = sealflow.table(
  'evidence_access',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    time: moment('time').notNull(),
    tenant: text('tenant').notNull(),
    runId: text('run_id').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    salt: bytea('salt').notNull(),
  },
  (table) => [index('evidence_access_tenant').on(table.tenant, table.id)],
);
