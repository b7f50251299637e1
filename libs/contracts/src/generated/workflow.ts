import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { Assurance as _sealflow_run_v1_Assurance, Assurance__Output as _sealflow_run_v1_Assurance__Output } from './sealflow/run/v1/Assurance.js';
import type { RouteDecision as _sealflow_run_v1_RouteDecision, RouteDecision__Output as _sealflow_run_v1_RouteDecision__Output } from './sealflow/run/v1/RouteDecision.js';
import type { CreateWorkflowRequest as _sealflow_workflow_v1_CreateWorkflowRequest, CreateWorkflowRequest__Output as _sealflow_workflow_v1_CreateWorkflowRequest__Output } from './sealflow/workflow/v1/CreateWorkflowRequest.js';
import type { CreateWorkflowResponse as _sealflow_workflow_v1_CreateWorkflowResponse, CreateWorkflowResponse__Output as _sealflow_workflow_v1_CreateWorkflowResponse__Output } from './sealflow/workflow/v1/CreateWorkflowResponse.js';
import type { DeleteWorkflowRequest as _sealflow_workflow_v1_DeleteWorkflowRequest, DeleteWorkflowRequest__Output as _sealflow_workflow_v1_DeleteWorkflowRequest__Output } from './sealflow/workflow/v1/DeleteWorkflowRequest.js';
import type { DeleteWorkflowResponse as _sealflow_workflow_v1_DeleteWorkflowResponse, DeleteWorkflowResponse__Output as _sealflow_workflow_v1_DeleteWorkflowResponse__Output } from './sealflow/workflow/v1/DeleteWorkflowResponse.js';
import type { GetWorkflowRequest as _sealflow_workflow_v1_GetWorkflowRequest, GetWorkflowRequest__Output as _sealflow_workflow_v1_GetWorkflowRequest__Output } from './sealflow/workflow/v1/GetWorkflowRequest.js';
import type { GetWorkflowResponse as _sealflow_workflow_v1_GetWorkflowResponse, GetWorkflowResponse__Output as _sealflow_workflow_v1_GetWorkflowResponse__Output } from './sealflow/workflow/v1/GetWorkflowResponse.js';
import type { GetWorkflowRevisionRequest as _sealflow_workflow_v1_GetWorkflowRevisionRequest, GetWorkflowRevisionRequest__Output as _sealflow_workflow_v1_GetWorkflowRevisionRequest__Output } from './sealflow/workflow/v1/GetWorkflowRevisionRequest.js';
import type { GetWorkflowRevisionResponse as _sealflow_workflow_v1_GetWorkflowRevisionResponse, GetWorkflowRevisionResponse__Output as _sealflow_workflow_v1_GetWorkflowRevisionResponse__Output } from './sealflow/workflow/v1/GetWorkflowRevisionResponse.js';
import type { ListWorkflowRevisionsRequest as _sealflow_workflow_v1_ListWorkflowRevisionsRequest, ListWorkflowRevisionsRequest__Output as _sealflow_workflow_v1_ListWorkflowRevisionsRequest__Output } from './sealflow/workflow/v1/ListWorkflowRevisionsRequest.js';
import type { ListWorkflowRevisionsResponse as _sealflow_workflow_v1_ListWorkflowRevisionsResponse, ListWorkflowRevisionsResponse__Output as _sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output } from './sealflow/workflow/v1/ListWorkflowRevisionsResponse.js';
import type { ListWorkflowsRequest as _sealflow_workflow_v1_ListWorkflowsRequest, ListWorkflowsRequest__Output as _sealflow_workflow_v1_ListWorkflowsRequest__Output } from './sealflow/workflow/v1/ListWorkflowsRequest.js';
import type { ListWorkflowsResponse as _sealflow_workflow_v1_ListWorkflowsResponse, ListWorkflowsResponse__Output as _sealflow_workflow_v1_ListWorkflowsResponse__Output } from './sealflow/workflow/v1/ListWorkflowsResponse.js';
import type { MinimumForClass as _sealflow_workflow_v1_MinimumForClass, MinimumForClass__Output as _sealflow_workflow_v1_MinimumForClass__Output } from './sealflow/workflow/v1/MinimumForClass.js';
import type { MinimumForField as _sealflow_workflow_v1_MinimumForField, MinimumForField__Output as _sealflow_workflow_v1_MinimumForField__Output } from './sealflow/workflow/v1/MinimumForField.js';
import type { PlanWorkflowRequest as _sealflow_workflow_v1_PlanWorkflowRequest, PlanWorkflowRequest__Output as _sealflow_workflow_v1_PlanWorkflowRequest__Output } from './sealflow/workflow/v1/PlanWorkflowRequest.js';
import type { PlanWorkflowResponse as _sealflow_workflow_v1_PlanWorkflowResponse, PlanWorkflowResponse__Output as _sealflow_workflow_v1_PlanWorkflowResponse__Output } from './sealflow/workflow/v1/PlanWorkflowResponse.js';
import type { UndeleteWorkflowRequest as _sealflow_workflow_v1_UndeleteWorkflowRequest, UndeleteWorkflowRequest__Output as _sealflow_workflow_v1_UndeleteWorkflowRequest__Output } from './sealflow/workflow/v1/UndeleteWorkflowRequest.js';
import type { UndeleteWorkflowResponse as _sealflow_workflow_v1_UndeleteWorkflowResponse, UndeleteWorkflowResponse__Output as _sealflow_workflow_v1_UndeleteWorkflowResponse__Output } from './sealflow/workflow/v1/UndeleteWorkflowResponse.js';
import type { UpdateWorkflowRequest as _sealflow_workflow_v1_UpdateWorkflowRequest, UpdateWorkflowRequest__Output as _sealflow_workflow_v1_UpdateWorkflowRequest__Output } from './sealflow/workflow/v1/UpdateWorkflowRequest.js';
import type { UpdateWorkflowResponse as _sealflow_workflow_v1_UpdateWorkflowResponse, UpdateWorkflowResponse__Output as _sealflow_workflow_v1_UpdateWorkflowResponse__Output } from './sealflow/workflow/v1/UpdateWorkflowResponse.js';
import type { UpdateWorkflowRevisionRequest as _sealflow_workflow_v1_UpdateWorkflowRevisionRequest, UpdateWorkflowRevisionRequest__Output as _sealflow_workflow_v1_UpdateWorkflowRevisionRequest__Output } from './sealflow/workflow/v1/UpdateWorkflowRevisionRequest.js';
import type { UpdateWorkflowRevisionResponse as _sealflow_workflow_v1_UpdateWorkflowRevisionResponse, UpdateWorkflowRevisionResponse__Output as _sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output } from './sealflow/workflow/v1/UpdateWorkflowRevisionResponse.js';
import type { ValidateWorkflowRequest as _sealflow_workflow_v1_ValidateWorkflowRequest, ValidateWorkflowRequest__Output as _sealflow_workflow_v1_ValidateWorkflowRequest__Output } from './sealflow/workflow/v1/ValidateWorkflowRequest.js';
import type { ValidateWorkflowResponse as _sealflow_workflow_v1_ValidateWorkflowResponse, ValidateWorkflowResponse__Output as _sealflow_workflow_v1_ValidateWorkflowResponse__Output } from './sealflow/workflow/v1/ValidateWorkflowResponse.js';
import type { Workflow as _sealflow_workflow_v1_Workflow, Workflow__Output as _sealflow_workflow_v1_Workflow__Output } from './sealflow/workflow/v1/Workflow.js';
import type { WorkflowRevision as _sealflow_workflow_v1_WorkflowRevision, WorkflowRevision__Output as _sealflow_workflow_v1_WorkflowRevision__Output } from './sealflow/workflow/v1/WorkflowRevision.js';
import type { WorkflowServiceClient as _sealflow_workflow_v1_WorkflowServiceClient, WorkflowServiceDefinition as _sealflow_workflow_v1_WorkflowServiceDefinition } from './sealflow/workflow/v1/WorkflowService.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  sealflow: {
    run: {
      v1: {
        Assurance: MessageTypeDefinition<_sealflow_run_v1_Assurance, _sealflow_run_v1_Assurance__Output>
        Confidentiality: EnumTypeDefinition
        Integrity: EnumTypeDefinition
        Protection: EnumTypeDefinition
        RouteDecision: MessageTypeDefinition<_sealflow_run_v1_RouteDecision, _sealflow_run_v1_RouteDecision__Output>
      }
    }
    workflow: {
      v1: {
        CreateWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_CreateWorkflowRequest, _sealflow_workflow_v1_CreateWorkflowRequest__Output>
        CreateWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_CreateWorkflowResponse, _sealflow_workflow_v1_CreateWorkflowResponse__Output>
        DeleteWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_DeleteWorkflowRequest, _sealflow_workflow_v1_DeleteWorkflowRequest__Output>
        DeleteWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_DeleteWorkflowResponse, _sealflow_workflow_v1_DeleteWorkflowResponse__Output>
        GetWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_GetWorkflowRequest, _sealflow_workflow_v1_GetWorkflowRequest__Output>
        GetWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_GetWorkflowResponse, _sealflow_workflow_v1_GetWorkflowResponse__Output>
        GetWorkflowRevisionRequest: MessageTypeDefinition<_sealflow_workflow_v1_GetWorkflowRevisionRequest, _sealflow_workflow_v1_GetWorkflowRevisionRequest__Output>
        GetWorkflowRevisionResponse: MessageTypeDefinition<_sealflow_workflow_v1_GetWorkflowRevisionResponse, _sealflow_workflow_v1_GetWorkflowRevisionResponse__Output>
        ListWorkflowRevisionsRequest: MessageTypeDefinition<_sealflow_workflow_v1_ListWorkflowRevisionsRequest, _sealflow_workflow_v1_ListWorkflowRevisionsRequest__Output>
        ListWorkflowRevisionsResponse: MessageTypeDefinition<_sealflow_workflow_v1_ListWorkflowRevisionsResponse, _sealflow_workflow_v1_ListWorkflowRevisionsResponse__Output>
        ListWorkflowsRequest: MessageTypeDefinition<_sealflow_workflow_v1_ListWorkflowsRequest, _sealflow_workflow_v1_ListWorkflowsRequest__Output>
        ListWorkflowsResponse: MessageTypeDefinition<_sealflow_workflow_v1_ListWorkflowsResponse, _sealflow_workflow_v1_ListWorkflowsResponse__Output>
        MinimumForClass: MessageTypeDefinition<_sealflow_workflow_v1_MinimumForClass, _sealflow_workflow_v1_MinimumForClass__Output>
        MinimumForField: MessageTypeDefinition<_sealflow_workflow_v1_MinimumForField, _sealflow_workflow_v1_MinimumForField__Output>
        PlanWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_PlanWorkflowRequest, _sealflow_workflow_v1_PlanWorkflowRequest__Output>
        PlanWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_PlanWorkflowResponse, _sealflow_workflow_v1_PlanWorkflowResponse__Output>
        UndeleteWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_UndeleteWorkflowRequest, _sealflow_workflow_v1_UndeleteWorkflowRequest__Output>
        UndeleteWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_UndeleteWorkflowResponse, _sealflow_workflow_v1_UndeleteWorkflowResponse__Output>
        UpdateWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_UpdateWorkflowRequest, _sealflow_workflow_v1_UpdateWorkflowRequest__Output>
        UpdateWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_UpdateWorkflowResponse, _sealflow_workflow_v1_UpdateWorkflowResponse__Output>
        UpdateWorkflowRevisionRequest: MessageTypeDefinition<_sealflow_workflow_v1_UpdateWorkflowRevisionRequest, _sealflow_workflow_v1_UpdateWorkflowRevisionRequest__Output>
        UpdateWorkflowRevisionResponse: MessageTypeDefinition<_sealflow_workflow_v1_UpdateWorkflowRevisionResponse, _sealflow_workflow_v1_UpdateWorkflowRevisionResponse__Output>
        ValidateWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_ValidateWorkflowRequest, _sealflow_workflow_v1_ValidateWorkflowRequest__Output>
        ValidateWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_ValidateWorkflowResponse, _sealflow_workflow_v1_ValidateWorkflowResponse__Output>
        Workflow: MessageTypeDefinition<_sealflow_workflow_v1_Workflow, _sealflow_workflow_v1_Workflow__Output>
        WorkflowRevision: MessageTypeDefinition<_sealflow_workflow_v1_WorkflowRevision, _sealflow_workflow_v1_WorkflowRevision__Output>
        WorkflowService: SubtypeConstructor<typeof grpc.Client, _sealflow_workflow_v1_WorkflowServiceClient> & { service: _sealflow_workflow_v1_WorkflowServiceDefinition }
      }
    }
  }
}

