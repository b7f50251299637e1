import { sql } from 'drizzle-orm';
import { ledgerEntries } from '../database/schema.js';
import type { ListShape } from '../listing/list-query.js';

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
