import { index, integer, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytea, moment, sealflow } from './columns.js';

/** Workflows that tenants stored, by the name in their definitions. */
export const workflows = sealflow.table(
  'workflows',
  {
    tenant: text('tenant').notNull(),
    workflow: text('workflow').notNull(),
    description: text('description').notNull(),
    /** Digest of the revision that is used where none is named. */
    current: text('current').notNull(),
    revisions: integer('revisions').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    deletedAt: moment('deleted_at'),
    /** From then on it is not there, also before a sweep takes the row. */
    purgeAt: moment('purge_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.workflow] }),
    index('workflows_recent').on(table.tenant, table.createdAt),
  ],
);

/** Their definitions. A row never changes but for `deprecated_at`. */
export const workflowRevisions = sealflow.table(
  'workflow_revisions',
  {
    tenant: text('tenant').notNull(),
    workflow: text('workflow').notNull(),
    digest: text('digest').notNull(),
    version: integer('version').notNull(),
    /** 1, 2, 3, ... as they were stored. */
    number: integer('number').notNull(),
    /** Text as it was sent: people write comments. */
    definition: bytea('definition').notNull(),
    size: integer('size').notNull(),
    creator: text('creator').notNull(),
    createdAt: moment('created_at').notNull(),
    deprecatedAt: moment('deprecated_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.workflow, table.digest] }),
    // A version is one definition for ever: `credit@7` means the same to everybody.
    uniqueIndex('workflow_revisions_version').on(table.tenant, table.workflow, table.version),
    uniqueIndex('workflow_revisions_number').on(table.tenant, table.workflow, table.number),
  ],
);
