import { type SQL, sql } from 'drizzle-orm';
import { workflowRevisions, workflows } from '../database/schema.js';
import type { ListShape } from '../listing/list-query.js';
import type { RevisionRow, WorkflowRow } from './workflow-store.js';

const currentVersion: SQL = sql`(select current_revision.version from ${workflowRevisions} current_revision
  where current_revision.tenant = ${workflows.tenant} and current_revision.workflow = ${workflows.workflow}
    and current_revision.digest = ${workflows.current})`;

export const workflowList: ListShape<WorkflowRow> = {
  method: 'ListWorkflows',
  fields: {
    workflow: { type: 'text' },
    description: { type: 'text' },
    version: { type: 'number' },
    create_time: { type: 'time' },
    update_time: { type: 'time' },
    delete_time: { type: 'time' },
  },
  columns: {
    workflow: workflows.workflow,
    description: workflows.description,
    version: currentVersion,
    create_time: workflows.createdAt,
    update_time: workflows.updatedAt,
    delete_time: workflows.deletedAt,
  },
  orders: {
    create_time: { column: workflows.createdAt, of: (row) => row.createdAt.getTime(), type: 'time' },
    update_time: { column: workflows.updatedAt, of: (row) => row.updatedAt.getTime(), type: 'time' },
  },
  defaultOrder: 'create_time desc',
  id: { column: workflows.workflow, of: (row) => row.workflow },
};

export const revisionList: ListShape<RevisionRow> = {
  method: 'ListWorkflowRevisions',
  fields: {
    version: { type: 'number' },
    digest: { type: 'text' },
    creator: { type: 'text' },
    create_time: { type: 'time' },
    deprecate_time: { type: 'time' },
  },
  columns: {
    version: workflowRevisions.version,
    digest: workflowRevisions.digest,
    creator: workflowRevisions.creator,
    create_time: workflowRevisions.createdAt,
    deprecate_time: workflowRevisions.deprecatedAt,
  },
  orders: {
    number: { column: workflowRevisions.number, of: (row) => row.number, type: 'number' },
    create_time: { column: workflowRevisions.createdAt, of: (row) => row.createdAt.getTime(), type: 'time' },
  },
  defaultOrder: 'number desc',
  id: { column: workflowRevisions.number, of: (row) => row.number },
};
