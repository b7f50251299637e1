// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateWorkflowRequest as _sealflow_workflow_v1_CreateWorkflowRequest, CreateWorkflowRequest__Output as _sealflow_workflow_v1_CreateWorkflowRequest__Output } from '../../../sealflow/workflow/v1/CreateWorkflowRequest.js';
import type { CreateWorkflowResponse as _sealflow_workflow_v1_CreateWorkflowResponse, CreateWorkflowResponse__Output as _sealflow_workflow_v1_CreateWorkflowResponse__Output } from '../../../sealflow/workflow/v1/CreateWorkflowResponse.js';
import type { DeleteWorkflowRequest as _sealflow_workflow_v1_DeleteWorkflowRequest, DeleteWorkflowRequest__Output as _sealflow_workflow_v1_DeleteWorkflowRequest__Output } from '../../../sealflow/workflow/v1/DeleteWorkflowRequest.js';
import type { DeleteWorkflowResponse as _sealflow_workflow_v1_DeleteWorkflowResponse, DeleteWorkflowResponse__Output as _sealflow_workflow_v1_DeleteWorkflowResponse__Output } from '../../../sealflow/workflow/v1/DeleteWorkflowResponse.js';
import type { GetWorkflowRequest as _sealflow_workflow_v1_GetWorkflowRequest, GetWorkflowRequest__Output as _sealflow_workflow_v1_GetWorkflowRequest__Output } from '../../../sealflow/workflow/v1/GetWorkflowRequest.js';
import type { GetWorkflowResponse as _sealflow_workflow_v1_GetWorkflowResponse, GetWorkflowResponse__Output as _sealflow_workflow_v1_GetWorkflowResponse__Output } from '../../../sealflow/workflow/v1/GetWorkflowResponse.js';
import type { GetWorkflowRevisionRequest as _sealflow_workflow_v1_GetWorkflowRevisionRequest, GetWorkflowRevisionRequest__Output as _sealflow_workflow_v1_GetWorkflowRevisionRequest__Output } from '../../../sealflow/workflow/v1/GetWorkflowRevisionRequest.js';
import type { GetWorkflowRevisionResponse as _sealflow_workflow_v1_GetWorkflowRevisionResponse, GetWorkflowRevisionResponse__Output as _sealflow_workflow_v1_GetWorkflowRevisionResponse__Output } from '../../../sealflow/workflow/v1/GetWorkflowRevisionResponse.js';
import type { ListWorkflowRevisionsRequest as _sealflow_workflow_v1_ListWorkflowRevisionsRequest, ListWorkflowRevisionsRequest__Output as _sealflow_workflow_v1_ListWorkflowRevisionsRequest__Output } from '../../../sealflow/workflow/v1/ListWorkflowRevisionsRequest.js';
import type { ListWorkflowRevisionsResponse as _sealflow_workflow_v1_ListWorkflowRevisionsResponse, ListWorkflowRevisionsResponse__Output as _sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output } from '../../../sealflow/workflow/v1/ListWorkflowRevisionsResponse.js';
import type { ListWorkflowsRequest as _sealflow_workflow_v1_ListWorkflowsRequest, ListWorkflowsRequest__Output as _sealflow_workflow_v1_ListWorkflowsRequest__Output } from '../../../sealflow/workflow/v1/ListWorkflowsRequest.js';
import type { ListWorkflowsResponse as _sealflow_workflow_v1_ListWorkflowsResponse, ListWorkflowsResponse__Output as _sealflow_workflow_v1_ListWorkflowsResponse__Output } from '../../../sealflow/workflow/v1/ListWorkflowsResponse.js';
import type { PlanWorkflowRequest as _sealflow_workflow_v1_PlanWorkflowRequest, PlanWorkflowRequest__Output as _sealflow_workflow_v1_PlanWorkflowRequest__Output } from '../../../sealflow/workflow/v1/PlanWorkflowRequest.js';
import type { PlanWorkflowResponse as _sealflow_workflow_v1_PlanWorkflowResponse, PlanWorkflowResponse__Output as _sealflow_workflow_v1_PlanWorkflowResponse__Output } from '../../../sealflow/workflow/v1/PlanWorkflowResponse.js';
import type { UndeleteWorkflowRequest as _sealflow_workflow_v1_UndeleteWorkflowRequest, UndeleteWorkflowRequest__Output as _sealflow_workflow_v1_UndeleteWorkflowRequest__Output } from '../../../sealflow/workflow/v1/UndeleteWorkflowRequest.js';
import type { UndeleteWorkflowResponse as _sealflow_workflow_v1_UndeleteWorkflowResponse, UndeleteWorkflowResponse__Output as _sealflow_workflow_v1_UndeleteWorkflowResponse__Output } from '../../../sealflow/workflow/v1/UndeleteWorkflowResponse.js';
import type { UpdateWorkflowRequest as _sealflow_workflow_v1_UpdateWorkflowRequest, UpdateWorkflowRequest__Output as _sealflow_workflow_v1_UpdateWorkflowRequest__Output } from '../../../sealflow/workflow/v1/UpdateWorkflowRequest.js';
import type { UpdateWorkflowResponse as _sealflow_workflow_v1_UpdateWorkflowResponse, UpdateWorkflowResponse__Output as _sealflow_workflow_v1_UpdateWorkflowResponse__Output } from '../../../sealflow/workflow/v1/UpdateWorkflowResponse.js';
import type { UpdateWorkflowRevisionRequest as _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, UpdateWorkflowRevisionRequest__Output as _sealflow_workflow_v1_UpdateWorkflowRevisionRequest__Output } from '../../../sealflow/workflow/v1/UpdateWorkflowRevisionRequest.js';
import type { UpdateWorkflowRevisionResponse as _sealflow_workflow_v1_UpdateWorkflowRevisionResponse, UpdateWorkflowRevisionResponse__Output as _sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output } from '../../../sealflow/workflow/v1/UpdateWorkflowRevisionResponse.js';
import type { ValidateWorkflowRequest as _sealflow_workflow_v1_ValidateWorkflowRequest, ValidateWorkflowRequest__Output as _sealflow_workflow_v1_ValidateWorkflowRequest__Output } from '../../../sealflow/workflow/v1/ValidateWorkflowRequest.js';
import type { ValidateWorkflowResponse as _sealflow_workflow_v1_ValidateWorkflowResponse, ValidateWorkflowResponse__Output as _sealflow_workflow_v1_ValidateWorkflowResponse__Output } from '../../../sealflow/workflow/v1/ValidateWorkflowResponse.js';

export interface WorkflowServiceClient extends grpc.Client {
  CreateWorkflow(argument: _sealflow_workflow_v1_CreateWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_CreateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  CreateWorkflow(argument: _sealflow_workflow_v1_CreateWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_CreateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  CreateWorkflow(argument: _sealflow_workflow_v1_CreateWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_CreateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  CreateWorkflow(argument: _sealflow_workflow_v1_CreateWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_CreateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  createWorkflow(argument: _sealflow_workflow_v1_CreateWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_CreateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  createWorkflow(argument: _sealflow_workflow_v1_CreateWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_CreateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  createWorkflow(argument: _sealflow_workflow_v1_CreateWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_CreateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  createWorkflow(argument: _sealflow_workflow_v1_CreateWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_CreateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  
  DeleteWorkflow(argument: _sealflow_workflow_v1_DeleteWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_DeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  DeleteWorkflow(argument: _sealflow_workflow_v1_DeleteWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_DeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  DeleteWorkflow(argument: _sealflow_workflow_v1_DeleteWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_DeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  DeleteWorkflow(argument: _sealflow_workflow_v1_DeleteWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_DeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  deleteWorkflow(argument: _sealflow_workflow_v1_DeleteWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_DeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  deleteWorkflow(argument: _sealflow_workflow_v1_DeleteWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_DeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  deleteWorkflow(argument: _sealflow_workflow_v1_DeleteWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_DeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  deleteWorkflow(argument: _sealflow_workflow_v1_DeleteWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_DeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  
  GetWorkflow(argument: _sealflow_workflow_v1_GetWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowResponse__Output>): grpc.ClientUnaryCall;
  GetWorkflow(argument: _sealflow_workflow_v1_GetWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowResponse__Output>): grpc.ClientUnaryCall;
  GetWorkflow(argument: _sealflow_workflow_v1_GetWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowResponse__Output>): grpc.ClientUnaryCall;
  GetWorkflow(argument: _sealflow_workflow_v1_GetWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowResponse__Output>): grpc.ClientUnaryCall;
  getWorkflow(argument: _sealflow_workflow_v1_GetWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowResponse__Output>): grpc.ClientUnaryCall;
  getWorkflow(argument: _sealflow_workflow_v1_GetWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowResponse__Output>): grpc.ClientUnaryCall;
  getWorkflow(argument: _sealflow_workflow_v1_GetWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowResponse__Output>): grpc.ClientUnaryCall;
  getWorkflow(argument: _sealflow_workflow_v1_GetWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowResponse__Output>): grpc.ClientUnaryCall;
  
  GetWorkflowRevision(argument: _sealflow_workflow_v1_GetWorkflowRevisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  GetWorkflowRevision(argument: _sealflow_workflow_v1_GetWorkflowRevisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  GetWorkflowRevision(argument: _sealflow_workflow_v1_GetWorkflowRevisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  GetWorkflowRevision(argument: _sealflow_workflow_v1_GetWorkflowRevisionRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  getWorkflowRevision(argument: _sealflow_workflow_v1_GetWorkflowRevisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  getWorkflowRevision(argument: _sealflow_workflow_v1_GetWorkflowRevisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  getWorkflowRevision(argument: _sealflow_workflow_v1_GetWorkflowRevisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  getWorkflowRevision(argument: _sealflow_workflow_v1_GetWorkflowRevisionRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  
  ListWorkflowRevisions(argument: _sealflow_workflow_v1_ListWorkflowRevisionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>): grpc.ClientUnaryCall;
  ListWorkflowRevisions(argument: _sealflow_workflow_v1_ListWorkflowRevisionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>): grpc.ClientUnaryCall;
  ListWorkflowRevisions(argument: _sealflow_workflow_v1_ListWorkflowRevisionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>): grpc.ClientUnaryCall;
  ListWorkflowRevisions(argument: _sealflow_workflow_v1_ListWorkflowRevisionsRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>): grpc.ClientUnaryCall;
  listWorkflowRevisions(argument: _sealflow_workflow_v1_ListWorkflowRevisionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>): grpc.ClientUnaryCall;
  listWorkflowRevisions(argument: _sealflow_workflow_v1_ListWorkflowRevisionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>): grpc.ClientUnaryCall;
  listWorkflowRevisions(argument: _sealflow_workflow_v1_ListWorkflowRevisionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>): grpc.ClientUnaryCall;
  listWorkflowRevisions(argument: _sealflow_workflow_v1_ListWorkflowRevisionsRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>): grpc.ClientUnaryCall;
  
  ListWorkflows(argument: _sealflow_workflow_v1_ListWorkflowsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowsResponse__Output>): grpc.ClientUnaryCall;
  ListWorkflows(argument: _sealflow_workflow_v1_ListWorkflowsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowsResponse__Output>): grpc.ClientUnaryCall;
  ListWorkflows(argument: _sealflow_workflow_v1_ListWorkflowsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowsResponse__Output>): grpc.ClientUnaryCall;
  ListWorkflows(argument: _sealflow_workflow_v1_ListWorkflowsRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowsResponse__Output>): grpc.ClientUnaryCall;
  listWorkflows(argument: _sealflow_workflow_v1_ListWorkflowsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowsResponse__Output>): grpc.ClientUnaryCall;
  listWorkflows(argument: _sealflow_workflow_v1_ListWorkflowsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowsResponse__Output>): grpc.ClientUnaryCall;
  listWorkflows(argument: _sealflow_workflow_v1_ListWorkflowsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowsResponse__Output>): grpc.ClientUnaryCall;
  listWorkflows(argument: _sealflow_workflow_v1_ListWorkflowsRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_ListWorkflowsResponse__Output>): grpc.ClientUnaryCall;
  
  PlanWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  PlanWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  PlanWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  PlanWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  planWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  planWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  planWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  planWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  
  UndeleteWorkflow(argument: _sealflow_workflow_v1_UndeleteWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UndeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  UndeleteWorkflow(argument: _sealflow_workflow_v1_UndeleteWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_UndeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  UndeleteWorkflow(argument: _sealflow_workflow_v1_UndeleteWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UndeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  UndeleteWorkflow(argument: _sealflow_workflow_v1_UndeleteWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_UndeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  undeleteWorkflow(argument: _sealflow_workflow_v1_UndeleteWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UndeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  undeleteWorkflow(argument: _sealflow_workflow_v1_UndeleteWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_UndeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  undeleteWorkflow(argument: _sealflow_workflow_v1_UndeleteWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UndeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  undeleteWorkflow(argument: _sealflow_workflow_v1_UndeleteWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_UndeleteWorkflowResponse__Output>): grpc.ClientUnaryCall;
  
  UpdateWorkflow(argument: _sealflow_workflow_v1_UpdateWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  UpdateWorkflow(argument: _sealflow_workflow_v1_UpdateWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  UpdateWorkflow(argument: _sealflow_workflow_v1_UpdateWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  UpdateWorkflow(argument: _sealflow_workflow_v1_UpdateWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  updateWorkflow(argument: _sealflow_workflow_v1_UpdateWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  updateWorkflow(argument: _sealflow_workflow_v1_UpdateWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  updateWorkflow(argument: _sealflow_workflow_v1_UpdateWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  updateWorkflow(argument: _sealflow_workflow_v1_UpdateWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  
  UpdateWorkflowRevision(argument: _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  UpdateWorkflowRevision(argument: _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  UpdateWorkflowRevision(argument: _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  UpdateWorkflowRevision(argument: _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  updateWorkflowRevision(argument: _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  updateWorkflowRevision(argument: _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  updateWorkflowRevision(argument: _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  updateWorkflowRevision(argument: _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>): grpc.ClientUnaryCall;
  
  ValidateWorkflow(argument: _sealflow_workflow_v1_ValidateWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ValidateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  ValidateWorkflow(argument: _sealflow_workflow_v1_ValidateWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_ValidateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  ValidateWorkflow(argument: _sealflow_workflow_v1_ValidateWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ValidateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  ValidateWorkflow(argument: _sealflow_workflow_v1_ValidateWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_ValidateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  validateWorkflow(argument: _sealflow_workflow_v1_ValidateWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ValidateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  validateWorkflow(argument: _sealflow_workflow_v1_ValidateWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_ValidateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  validateWorkflow(argument: _sealflow_workflow_v1_ValidateWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_ValidateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  validateWorkflow(argument: _sealflow_workflow_v1_ValidateWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_ValidateWorkflowResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface WorkflowServiceHandlers extends grpc.UntypedServiceImplementation {
  CreateWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_CreateWorkflowRequest__Output, _sealflow_workflow_v1_CreateWorkflowResponse>;
  
  DeleteWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_DeleteWorkflowRequest__Output, _sealflow_workflow_v1_DeleteWorkflowResponse>;
  
  GetWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_GetWorkflowRequest__Output, _sealflow_workflow_v1_GetWorkflowResponse>;
  
  GetWorkflowRevision: grpc.handleUnaryCall<_sealflow_workflow_v1_GetWorkflowRevisionRequest__Output, _sealflow_workflow_v1_GetWorkflowRevisionResponse>;
  
  ListWorkflowRevisions: grpc.handleUnaryCall<_sealflow_workflow_v1_ListWorkflowRevisionsRequest__Output, _sealflow_workflow_v1_ListWorkflowRevisionsResponse>;
  
  ListWorkflows: grpc.handleUnaryCall<_sealflow_workflow_v1_ListWorkflowsRequest__Output, _sealflow_workflow_v1_ListWorkflowsResponse>;
  
  PlanWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_PlanWorkflowRequest__Output, _sealflow_workflow_v1_PlanWorkflowResponse>;
  
  UndeleteWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_UndeleteWorkflowRequest__Output, _sealflow_workflow_v1_UndeleteWorkflowResponse>;
  
  UpdateWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_UpdateWorkflowRequest__Output, _sealflow_workflow_v1_UpdateWorkflowResponse>;
  
  UpdateWorkflowRevision: grpc.handleUnaryCall<_sealflow_workflow_v1_UpdateWorkflowRevisionRequest__Output, _sealflow_workflow_v1_UpdateWorkflowRevisionResponse>;
  
  ValidateWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_ValidateWorkflowRequest__Output, _sealflow_workflow_v1_ValidateWorkflowResponse>;
  
}

export interface WorkflowServiceDefinition extends grpc.ServiceDefinition {
  CreateWorkflow: MethodDefinition<_sealflow_workflow_v1_CreateWorkflowRequest, _sealflow_workflow_v1_CreateWorkflowResponse, _sealflow_workflow_v1_CreateWorkflowRequest__Output, _sealflow_workflow_v1_CreateWorkflowResponse__Output>
  DeleteWorkflow: MethodDefinition<_sealflow_workflow_v1_DeleteWorkflowRequest, _sealflow_workflow_v1_DeleteWorkflowResponse, _sealflow_workflow_v1_DeleteWorkflowRequest__Output, _sealflow_workflow_v1_DeleteWorkflowResponse__Output>
  GetWorkflow: MethodDefinition<_sealflow_workflow_v1_GetWorkflowRequest, _sealflow_workflow_v1_GetWorkflowResponse, _sealflow_workflow_v1_GetWorkflowRequest__Output, _sealflow_workflow_v1_GetWorkflowResponse__Output>
  GetWorkflowRevision: MethodDefinition<_sealflow_workflow_v1_GetWorkflowRevisionRequest, _sealflow_workflow_v1_GetWorkflowRevisionResponse, _sealflow_workflow_v1_GetWorkflowRevisionRequest__Output, _sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>
  ListWorkflowRevisions: MethodDefinition<_sealflow_workflow_v1_ListWorkflowRevisionsRequest, _sealflow_workflow_v1_ListWorkflowRevisionsResponse, _sealflow_workflow_v1_ListWorkflowRevisionsRequest__Output, _sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>
  ListWorkflows: MethodDefinition<_sealflow_workflow_v1_ListWorkflowsRequest, _sealflow_workflow_v1_ListWorkflowsResponse, _sealflow_workflow_v1_ListWorkflowsRequest__Output, _sealflow_workflow_v1_ListWorkflowsResponse__Output>
  PlanWorkflow: MethodDefinition<_sealflow_workflow_v1_PlanWorkflowRequest, _sealflow_workflow_v1_PlanWorkflowResponse, _sealflow_workflow_v1_PlanWorkflowRequest__Output, _sealflow_workflow_v1_PlanWorkflowResponse__Output>
  UndeleteWorkflow: MethodDefinition<_sealflow_workflow_v1_UndeleteWorkflowRequest, _sealflow_workflow_v1_UndeleteWorkflowResponse, _sealflow_workflow_v1_UndeleteWorkflowRequest__Output, _sealflow_workflow_v1_UndeleteWorkflowResponse__Output>
  UpdateWorkflow: MethodDefinition<_sealflow_workflow_v1_UpdateWorkflowRequest, _sealflow_workflow_v1_UpdateWorkflowResponse, _sealflow_workflow_v1_UpdateWorkflowRequest__Output, _sealflow_workflow_v1_UpdateWorkflowResponse__Output>
  UpdateWorkflowRevision: MethodDefinition<_sealflow_workflow_v1_UpdateWorkflowRevisionRequest, _sealflow_workflow_v1_UpdateWorkflowRevisionResponse, _sealflow_workflow_v1_UpdateWorkflowRevisionRequest__Output, _sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>
  ValidateWorkflow: MethodDefinition<_sealflow_workflow_v1_ValidateWorkflowRequest, _sealflow_workflow_v1_ValidateWorkflowResponse, _sealflow_workflow_v1_ValidateWorkflowRequest__Output, _sealflow_workflow_v1_ValidateWorkflowResponse__Output>
}
