// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { PlanWorkflowRequest as _sealflow_workflow_v1_PlanWorkflowRequest, PlanWorkflowRequest__Output as _sealflow_workflow_v1_PlanWorkflowRequest__Output } from '../../../sealflow/workflow/v1/PlanWorkflowRequest.js';
import type { PlanWorkflowResponse as _sealflow_workflow_v1_PlanWorkflowResponse, PlanWorkflowResponse__Output as _sealflow_workflow_v1_PlanWorkflowResponse__Output } from '../../../sealflow/workflow/v1/PlanWorkflowResponse.js';
import type { ValidateWorkflowRequest as _sealflow_workflow_v1_ValidateWorkflowRequest, ValidateWorkflowRequest__Output as _sealflow_workflow_v1_ValidateWorkflowRequest__Output } from '../../../sealflow/workflow/v1/ValidateWorkflowRequest.js';
import type { ValidateWorkflowResponse as _sealflow_workflow_v1_ValidateWorkflowResponse, ValidateWorkflowResponse__Output as _sealflow_workflow_v1_ValidateWorkflowResponse__Output } from '../../../sealflow/workflow/v1/ValidateWorkflowResponse.js';

export interface WorkflowServiceClient extends grpc.Client {
  PlanWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  PlanWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  PlanWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  PlanWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  planWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  planWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  planWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  planWorkflow(argument: _sealflow_workflow_v1_PlanWorkflowRequest, callback: grpc.requestCallback<_sealflow_workflow_v1_PlanWorkflowResponse__Output>): grpc.ClientUnaryCall;
  
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
  PlanWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_PlanWorkflowRequest__Output, _sealflow_workflow_v1_PlanWorkflowResponse>;
  
  ValidateWorkflow: grpc.handleUnaryCall<_sealflow_workflow_v1_ValidateWorkflowRequest__Output, _sealflow_workflow_v1_ValidateWorkflowResponse>;
  
}

export interface WorkflowServiceDefinition extends grpc.ServiceDefinition {
  PlanWorkflow: MethodDefinition<_sealflow_workflow_v1_PlanWorkflowRequest, _sealflow_workflow_v1_PlanWorkflowResponse, _sealflow_workflow_v1_PlanWorkflowRequest__Output, _sealflow_workflow_v1_PlanWorkflowResponse__Output>
  ValidateWorkflow: MethodDefinition<_sealflow_workflow_v1_ValidateWorkflowRequest, _sealflow_workflow_v1_ValidateWorkflowResponse, _sealflow_workflow_v1_ValidateWorkflowRequest__Output, _sealflow_workflow_v1_ValidateWorkflowResponse__Output>
}
