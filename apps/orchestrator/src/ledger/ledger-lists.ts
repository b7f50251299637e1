import { sql } from 'drizzle-orm';
import { ledgerBatches, ledgerEntries } from '../database/schema.js';
import type { ListShape } from '../listing/list-query.js';
import type { BatchRow } from './batch-store.js';

export type LedgerEntryRow = typeof ledgerEntries.$inferSelect;

export const entryList: ListShape<LedgerEntryRow> = {
  method: 'ListLedgerEntries',
  fields: {
    operation: { type: 'text' },
    run: { type: 'text' },
    version: { type: 'number' },
    time: { type: 'time' },
  },
  columns: {
    operation: ledgerEntries.operation,
    run: sql`'tenants/' || ${ledgerEntries.tenant} || '/runs/' || ${ledgerEntries.runId}`,
    version: ledgerEntries.version,
    time: ledgerEntries.time,
  },
  orders: { version: { column: ledgerEntries.version, of: ({ version }) => version, type: 'number' } },
  defaultOrder: 'version',
  id: { column: ledgerEntries.version, of: ({ version }) => version },
};

export const batchList: ListShape<BatchRow> = {
  method: 'ListLedgerBatches',
  fields: {
    state: { type: 'enum', values: ['RUNNING', 'APPLIED', 'FAILED'], prefix: 'LEDGER_BATCH_STATE_' },
    run: { type: 'text' },
    version: { type: 'number' },
    time: { type: 'time' },
  },
  columns: {
    state: sql`upper(${ledgerBatches.state})`,
    run: sql`'tenants/' || ${ledgerBatches.tenant} || '/runs/' || ${ledgerBatches.batch}`,
    version: ledgerBatches.version,
    time: ledgerBatches.createdAt,
  },
  orders: {
    time: { column: ledgerBatches.createdAt, of: ({ createdAt }) => createdAt.getTime(), type: 'time' },
  },
  defaultOrder: 'time',
  id: { column: ledgerBatches.batch, of: ({ batch }) => batch },
};
