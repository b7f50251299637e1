import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Assurance as _sealflow_run_v1_Assurance, Assurance__Output as _sealflow_run_v1_Assurance__Output } from './sealflow/run/v1/Assurance.js';
import type { RouteDecision as _sealflow_run_v1_RouteDecision, RouteDecision__Output as _sealflow_run_v1_RouteDecision__Output } from './sealflow/run/v1/RouteDecision.js';
import type { MinimumForClass as _sealflow_workflow_v1_MinimumForClass, MinimumForClass__Output as _sealflow_workflow_v1_MinimumForClass__Output } from './sealflow/workflow/v1/MinimumForClass.js';
import type { MinimumForField as _sealflow_workflow_v1_MinimumForField, MinimumForField__Output as _sealflow_workflow_v1_MinimumForField__Output } from './sealflow/workflow/v1/MinimumForField.js';
import type { PlanWorkflowRequest as _sealflow_workflow_v1_PlanWorkflowRequest, PlanWorkflowRequest__Output as _sealflow_workflow_v1_PlanWorkflowRequest__Output } from './sealflow/workflow/v1/PlanWorkflowRequest.js';
import type { PlanWorkflowResponse as _sealflow_workflow_v1_PlanWorkflowResponse, PlanWorkflowResponse__Output as _sealflow_workflow_v1_PlanWorkflowResponse__Output } from './sealflow/workflow/v1/PlanWorkflowResponse.js';
import type { ValidateWorkflowRequest as _sealflow_workflow_v1_ValidateWorkflowRequest, ValidateWorkflowRequest__Output as _sealflow_workflow_v1_ValidateWorkflowRequest__Output } from './sealflow/workflow/v1/ValidateWorkflowRequest.js';
import type { ValidateWorkflowResponse as _sealflow_workflow_v1_ValidateWorkflowResponse, ValidateWorkflowResponse__Output as _sealflow_workflow_v1_ValidateWorkflowResponse__Output } from './sealflow/workflow/v1/ValidateWorkflowResponse.js';
import type { WorkflowServiceClient as _sealflow_workflow_v1_WorkflowServiceClient, WorkflowServiceDefinition as _sealflow_workflow_v1_WorkflowServiceDefinition } from './sealflow/workflow/v1/WorkflowService.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
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
        MinimumForClass: MessageTypeDefinition<_sealflow_workflow_v1_MinimumForClass, _sealflow_workflow_v1_MinimumForClass__Output>
        MinimumForField: MessageTypeDefinition<_sealflow_workflow_v1_MinimumForField, _sealflow_workflow_v1_MinimumForField__Output>
        PlanWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_PlanWorkflowRequest, _sealflow_workflow_v1_PlanWorkflowRequest__Output>
        PlanWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_PlanWorkflowResponse, _sealflow_workflow_v1_PlanWorkflowResponse__Output>
        ValidateWorkflowRequest: MessageTypeDefinition<_sealflow_workflow_v1_ValidateWorkflowRequest, _sealflow_workflow_v1_ValidateWorkflowRequest__Output>
        ValidateWorkflowResponse: MessageTypeDefinition<_sealflow_workflow_v1_ValidateWorkflowResponse, _sealflow_workflow_v1_ValidateWorkflowResponse__Output>
        WorkflowService: SubtypeConstructor<typeof grpc.Client, _sealflow_workflow_v1_WorkflowServiceClient> & { service: _sealflow_workflow_v1_WorkflowServiceDefinition }
      }
    }
  }
}

