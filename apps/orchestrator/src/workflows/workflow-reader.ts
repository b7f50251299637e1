import { Inject, Injectable } from '@nestjs/common';
import {
  ApiError,
  type GetWorkflowResponse,
  type GetWorkflowRevisionResponse,
  type ListWorkflowRevisionsRequest,
  type ListWorkflowRevisionsResponse,
  type ListWorkflowsRequest,
  type ListWorkflowsResponse,
} from '#contracts';
import { listRequest, parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import {
  parseRevisionName,
  parseTenantName,
  parseWorkflowName,
  type WorkflowName,
  workflowName,
} from '../runs/resource-names.js';
import { CLOCK, type Clock } from '../tokens.js';
import { revisionList, workflowList } from './workflow-lists.js';
import { revisionMessage, workflowMessage } from './workflow-messages.js';
import { type StoredRevisionRow, type WorkflowRow, WorkflowStore } from './workflow-store.js';

/** Stored workflows as the API shows them, for gRPC, for HTTP, and for who plans or runs one by name. */
@Injectable()
export class WorkflowReader {
  constructor(
    private readonly store: WorkflowStore,
    private readonly tokens: PageTokens,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async get(text: string): Promise<GetWorkflowResponse> {
    const row = await this.#named(parseWorkflowName(text));
    const versions = await this.store.versions([row]);
    return { workflow: workflowMessage(row, versions.get(row.workflow) ?? 0) };
  }

  async list(request: ListWorkflowsRequest): Promise<ListWorkflowsResponse> {
    const tenant = parseTenantName(request.parent ?? '');
    const showDeleted = request.showDeleted === true;
    // A token of the one list is none of the other.
    const scope = showDeleted ? `${tenant} with deleted` : tenant;
    const query = parseListQuery(workflowList, scope, listRequest(request), this.tokens);
    const { rows, nextPageToken } = query.page(
      await this.store.list(tenant, { showDeleted, now: new Date(this.clock()) }, query),
    );
    const versions = await this.store.versions(rows);
    return {
      workflows: rows.map((row) => workflowMessage(row, versions.get(row.workflow) ?? 0)),
      nextPageToken,
    };
  }

  async revision(text: string): Promise<GetWorkflowRevisionResponse> {
    const name = parseRevisionName(text);
    await this.#named(name);
    const row = await this.store.revision(name);
    if (row === undefined) throw noRevision(text);
    return { revision: revisionMessage(row) };
  }

  async revisions(request: ListWorkflowRevisionsRequest): Promise<ListWorkflowRevisionsResponse> {
    const name = parseWorkflowName(request.parent ?? '');
    await this.#named(name);
    const scope = workflowName(name.tenant, name.workflow);
    const query = parseListQuery(revisionList, scope, listRequest(request), this.tokens);
    const { rows, nextPageToken } = query.page(await this.store.revisions(name, query));
    return { revisions: rows.map(revisionMessage), nextPageToken };
  }

  /**
   * The revision that something new is to be made of.
   *
   * @param field of the request that names it
   * @throws ApiError NOT_FOUND, WORKFLOW_DELETED, REVISION_DEPRECATED
   */
  async usable(tenant: string, text: string, field: string): Promise<StoredRevisionRow> {
    const name = parseRevisionName(text, field);
    // What another tenant has is not there, however it is named.
    if (name.tenant !== tenant) throw noRevision(text);
    const workflow = await this.#named(name);
    const row = await this.store.revision(name);
    if (row === undefined) throw noRevision(text);
    if (workflow.deletedAt !== null) throw deleted(workflow);
    if (row.deprecatedAt !== null) {
      throw new ApiError(
        'REVISION_DEPRECATED',
        `${field}: expected a revision that is still to be used, got version ${row.version} of ${row.workflow}, which is deprecated since ${row.deprecatedAt.toISOString()}: use another one`,
        { facts: { resource: text, version: String(row.version) } },
      );
    }
    return row;
  }

  async #named(name: WorkflowName): Promise<WorkflowRow> {
    const row = await this.store.find(name, new Date(this.clock()));
    if (row === undefined) throw noWorkflow(name);
    return row;
  }
}

export function noWorkflow({ tenant, workflow }: WorkflowName): ApiError {
  return new ApiError('NOT_FOUND', `no workflow ${workflow} of tenant ${tenant}`, {
    facts: { resourceType: 'workflow', resource: workflowName(tenant, workflow) },
  });
}

export function noRevision(text: string): ApiError {
  return new ApiError('NOT_FOUND', `no revision ${text}: list the revisions of its workflow`, {
    facts: { resourceType: 'workflow revision', resource: text },
  });
}

export function deleted({ tenant, workflow, purgeAt }: WorkflowRow): ApiError {
  return new ApiError(
    'WORKFLOW_DELETED',
    `workflow ${workflow} was deleted, expected one that is not: undelete it before ${purgeAt?.toISOString() ?? 'it is purged'}`,
    { facts: { resource: workflowName(tenant, workflow) } },
  );
}
