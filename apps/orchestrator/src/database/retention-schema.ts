import { sql } from 'drizzle-orm';
import { bigserial, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, moment, sealflow } from './columns.js';

export type RetentionScope = 'tenant' | 'workflow' | 'run';

/** How long runs are kept; the narrowest rule of a run holds alone. */
export const retentionRules = sealflow.table(
  'retention_rules',
  {
    tenant: text('tenant').notNull(),
    scope: text('scope').$type<RetentionScope>().notNull(),
    /** Name of the workflow, id of the run; empty for the tenant. */
    subject: text('subject').notNull(),
    class: text('class').notNull(),
    /** From the end of a run; null is never. */
    payloadDays: integer('payload_days'),
    evidenceDays: integer('evidence_days'),
    actor: text('actor').notNull(),
    setAt: moment('set_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.scope, table.subject] })],
);

/** While a row stands, nothing that it covers is deleted. */
export const legalHolds = sealflow.table(
  'legal_holds',
  {
    id: text('id').primaryKey(),
    tenant: text('tenant').notNull(),
    /** Null: everything of the tenant. Not `run_id`: that would be the tenant's row by its run. */
    heldRun: text('held_run'),
    reason: text('reason').notNull(),
    actor: text('actor').notNull(),
    placedAt: moment('placed_at').notNull(),
    liftedAt: moment('lifted_at'),
    liftReason: text('lift_reason'),
    liftActor: text('lift_actor'),
  },
  (table) => [index('legal_holds_standing').on(table.tenant).where(sql`lifted_at is null`)],
);

/** What was done about the keeping of runs, by whom and why. Each row is hidden in a leaf of the log. */
export const retentionRecords = sealflow.table(
  'retention_records',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    time: moment('time').notNull(),
    tenant: text('tenant').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    reason: text('reason').notNull(),
    facts: jsonb('facts').$type<Readonly<Record<string, string | number | readonly string[]>>>().notNull(),
    salt: bytea('salt').notNull(),
  },
  (table) => [index('retention_records_tenant').on(table.tenant, table.id)],
);
