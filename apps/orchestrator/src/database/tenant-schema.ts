import { bigint, date, doublePrecision, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, sealflow } from './columns.js';

/** Whoever has runs here. */
export const tenants = sealflow.table('tenants', {
  tenant: text('tenant').primaryKey(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** API keys without their secrets. */
export const apiKeys = sealflow.table(
  'api_keys',
  {
    id: text('id').primaryKey(),
    /** Null for the platform's own. */
    tenant: text('tenant').references(() => tenants.tenant),
    subject: text('subject').notNull(),
    roles: jsonb('roles').$type<readonly string[]>().notNull(),
    /** SHA-256 of the key, hex. */
    digest: text('digest').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
    revokedAt: moment('revoked_at'),
  },
  (table) => [index('api_keys_tenant').on(table.tenant, table.id)],
);

/** What a tenant may do at most; null is the default of this version. */
export const tenantQuotas = sealflow.table('tenant_quotas', {
  tenant: text('tenant').primaryKey(),
  openRunsMax: integer('open_runs_max'),
  runsPerMinute: integer('runs_per_minute'),
  /** Bytes of blobs that are kept for it, with those that an upload announced. */
  blobBytesMax: bigint('blob_bytes_max', { mode: 'number' }),
});

/** How many runs a tenant may start now. Its row is the lock under which runs are counted. */
export const tenantBuckets = sealflow.table('tenant_buckets', {
  tenant: text('tenant').primaryKey(),
  tokens: doublePrecision('tokens').notNull(),
  refilledAt: moment('refilled_at').notNull(),
});

/** What tenants used, by hour. */
export const usageHours = sealflow.table(
  'usage_hours',
  {
    tenant: text('tenant').notNull(),
    hour: moment('hour').notNull(),
    runs: integer('runs').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.hour] })],
);

/**
 * Bytes that are kept for a tenant or announced by its uploads. Spread over rows, so that calls of one tenant do not
 * wait for each other; what counts is the sum.
 */
export const tenantStorage = sealflow.table(
  'tenant_storage',
  {
    tenant: text('tenant').notNull(),
    shard: integer('shard').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.shard] })],
);

/** What tenants used, by day (UTC) and counter, spread in the same way; see `UsageBook`. */
export const usageDays = sealflow.table(
  'usage_days',
  {
    tenant: text('tenant').notNull(),
    day: date('day').notNull(),
    counter: text('counter').notNull(),
    shard: integer('shard').notNull(),
    amount: bigint('amount', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.day, table.counter, table.shard] })],
);
