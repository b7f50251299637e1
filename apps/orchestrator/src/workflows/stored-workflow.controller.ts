import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  CreateWorkflowRequest__Output,
  CreateWorkflowResponse,
  DeleteWorkflowRequest__Output,
  DeleteWorkflowResponse,
  GetWorkflowRequest__Output,
  GetWorkflowResponse,
  GetWorkflowRevisionRequest__Output,
  GetWorkflowRevisionResponse,
  ListWorkflowRevisionsRequest__Output,
  ListWorkflowRevisionsResponse,
  ListWorkflowsRequest__Output,
  ListWorkflowsResponse,
  UndeleteWorkflowRequest__Output,
  UndeleteWorkflowResponse,
  UpdateWorkflowRequest__Output,
  UpdateWorkflowResponse,
  UpdateWorkflowRevisionRequest__Output,
  UpdateWorkflowRevisionResponse,
} from '#contracts';
import { invalidField } from '../request-fields.js';
import { parseTenantName } from '../runs/resource-names.js';
import { type ChangedWorkflow, WorkflowChanges } from './workflow-changes.js';
import { revisionMessage, workflowMessage } from './workflow-messages.js';
import { WorkflowReader } from './workflow-reader.js';

/** Workflows that tenants store: revisions that never change, named by the digest that evidence names too. */
@Controller()
export class StoredWorkflowController {
  constructor(
    private readonly reader: WorkflowReader,
    private readonly changes: WorkflowChanges,
  ) {}

  @GrpcMethod('WorkflowService', 'CreateWorkflow')
  async createWorkflow(request: CreateWorkflowRequest__Output): Promise<CreateWorkflowResponse> {
    return messages(await this.changes.create(parseTenantName(request.parent), request, request));
  }

  @GrpcMethod('WorkflowService', 'GetWorkflow')
  getWorkflow(request: GetWorkflowRequest__Output): Promise<GetWorkflowResponse> {
    return this.reader.get(request.name);
  }

  @GrpcMethod('WorkflowService', 'ListWorkflows')
  listWorkflows(request: ListWorkflowsRequest__Output): Promise<ListWorkflowsResponse> {
    return this.reader.list(request);
  }

  @GrpcMethod('WorkflowService', 'UpdateWorkflow')
  async updateWorkflow(request: UpdateWorkflowRequest__Output): Promise<UpdateWorkflowResponse> {
    const { name, definition = null, description = null } = request;
    return messages(await this.changes.update(name, { definition, description }, request));
  }

  @GrpcMethod('WorkflowService', 'DeleteWorkflow')
  async deleteWorkflow(request: DeleteWorkflowRequest__Output): Promise<DeleteWorkflowResponse> {
    const { workflow } = messages(await this.changes.delete(request.name, request));
    return { workflow };
  }

  @GrpcMethod('WorkflowService', 'UndeleteWorkflow')
  async undeleteWorkflow(request: UndeleteWorkflowRequest__Output): Promise<UndeleteWorkflowResponse> {
    const { workflow } = messages(await this.changes.undelete(request.name, request));
    return { workflow };
  }

  @GrpcMethod('WorkflowService', 'GetWorkflowRevision')
  getWorkflowRevision(request: GetWorkflowRevisionRequest__Output): Promise<GetWorkflowRevisionResponse> {
    return this.reader.revision(request.name);
  }

  @GrpcMethod('WorkflowService', 'ListWorkflowRevisions')
  listWorkflowRevisions(
    request: ListWorkflowRevisionsRequest__Output,
  ): Promise<ListWorkflowRevisionsResponse> {
    return this.reader.revisions(request);
  }

  @GrpcMethod('WorkflowService', 'UpdateWorkflowRevision')
  async updateWorkflowRevision(
    request: UpdateWorkflowRevisionRequest__Output,
  ): Promise<UpdateWorkflowRevisionResponse> {
    const { name, deprecated } = request;
    if (deprecated === undefined) throw invalidField('deprecated', 'true or false', 'nothing');
    return { revision: revisionMessage(await this.changes.deprecate(name, deprecated, request)) };
  }
}

function messages({ workflow, revision }: ChangedWorkflow) {
  return { workflow: workflowMessage(workflow, revision.version), revision: revisionMessage(revision) };
}
