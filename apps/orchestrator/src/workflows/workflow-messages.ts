import type { Workflow, WorkflowRevision } from '#contracts';
import { etagOf } from '../requests/etag.js';
import { revisionName, workflowName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import type { RevisionRow, StoredRevisionRow, WorkflowRow } from './workflow-store.js';

/** `version` is that of the current revision. */
export function workflowMessage(row: WorkflowRow, version: number): Workflow {
  return {
    name: workflowName(row.tenant, row.workflow),
    description: row.description,
    currentRevision: revisionName(row.tenant, row.workflow, row.current),
    version,
    revisionCount: row.revisions,
    createTime: timestamp(row.createdAt),
    updateTime: timestamp(row.updatedAt),
    deleteTime: timestamp(row.deletedAt),
    purgeTime: timestamp(row.purgeAt),
    etag: workflowEtag(row),
  };
}

export function revisionMessage(row: RevisionRow | StoredRevisionRow): WorkflowRevision {
  return {
    name: revisionName(row.tenant, row.workflow, row.digest),
    digest: row.digest,
    version: row.version,
    number: row.number,
    definition: 'definition' in row ? row.definition : Buffer.alloc(0),
    size: row.size,
    creator: row.creator,
    createTime: timestamp(row.createdAt),
    deprecateTime: timestamp(row.deprecatedAt),
    etag: revisionEtag(row),
  };
}

export function workflowEtag(row: WorkflowRow): string {
  return etagOf({
    description: row.description,
    current: row.current,
    revisions: row.revisions,
    createdMs: row.createdAt.getTime(),
    updatedMs: row.updatedAt.getTime(),
    deletedMs: row.deletedAt?.getTime() ?? null,
  });
}

export function revisionEtag(row: RevisionRow): string {
  return etagOf({
    digest: row.digest,
    createdMs: row.createdAt.getTime(),
    deprecatedMs: row.deprecatedAt?.getTime() ?? null,
  });
}
