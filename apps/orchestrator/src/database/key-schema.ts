import { text } from 'drizzle-orm/pg-core';
import { moment, sealflow } from './columns.js';

/** Which key store the blobs were sealed with: a replica that was given another one opens none of them. One row. */
export const keyStores = sealflow.table('key_stores', {
  id: text('id').primaryKey(),
});

/** Who has a key in the store, so that a key that is missing there is never made again. */
export const tenantKeys = sealflow.table('tenant_keys', {
  tenant: text('tenant').primaryKey(),
});

/** Keys whose destruction was decided. What was begun is finished, by whoever finds it. */
export const keyDestructions = sealflow.table('key_destructions', {
  tenant: text('tenant').primaryKey(),
  actor: text('actor').notNull(),
  reason: text('reason').notNull(),
  begunAt: moment('begun_at').notNull(),
  finishedAt: moment('finished_at'),
});
