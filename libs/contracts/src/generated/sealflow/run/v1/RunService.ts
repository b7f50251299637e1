// Original file: /proto/sealflow/run/v1/run.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApproveStepRequest as _sealflow_run_v1_ApproveStepRequest, ApproveStepRequest__Output as _sealflow_run_v1_ApproveStepRequest__Output } from '../../../sealflow/run/v1/ApproveStepRequest.js';
import type { ApproveStepResponse as _sealflow_run_v1_ApproveStepResponse, ApproveStepResponse__Output as _sealflow_run_v1_ApproveStepResponse__Output } from '../../../sealflow/run/v1/ApproveStepResponse.js';
import type { CancelRunRequest as _sealflow_run_v1_CancelRunRequest, CancelRunRequest__Output as _sealflow_run_v1_CancelRunRequest__Output } from '../../../sealflow/run/v1/CancelRunRequest.js';
import type { CancelRunResponse as _sealflow_run_v1_CancelRunResponse, CancelRunResponse__Output as _sealflow_run_v1_CancelRunResponse__Output } from '../../../sealflow/run/v1/CancelRunResponse.js';
import type { CreateRunRequest as _sealflow_run_v1_CreateRunRequest, CreateRunRequest__Output as _sealflow_run_v1_CreateRunRequest__Output } from '../../../sealflow/run/v1/CreateRunRequest.js';
import type { CreateRunResponse as _sealflow_run_v1_CreateRunResponse, CreateRunResponse__Output as _sealflow_run_v1_CreateRunResponse__Output } from '../../../sealflow/run/v1/CreateRunResponse.js';
import type { GetRunRequest as _sealflow_run_v1_GetRunRequest, GetRunRequest__Output as _sealflow_run_v1_GetRunRequest__Output } from '../../../sealflow/run/v1/GetRunRequest.js';
import type { GetRunResponse as _sealflow_run_v1_GetRunResponse, GetRunResponse__Output as _sealflow_run_v1_GetRunResponse__Output } from '../../../sealflow/run/v1/GetRunResponse.js';
import type { ListRunsRequest as _sealflow_run_v1_ListRunsRequest, ListRunsRequest__Output as _sealflow_run_v1_ListRunsRequest__Output } from '../../../sealflow/run/v1/ListRunsRequest.js';
import type { ListRunsResponse as _sealflow_run_v1_ListRunsResponse, ListRunsResponse__Output as _sealflow_run_v1_ListRunsResponse__Output } from '../../../sealflow/run/v1/ListRunsResponse.js';
import type { WaitRunRequest as _sealflow_run_v1_WaitRunRequest, WaitRunRequest__Output as _sealflow_run_v1_WaitRunRequest__Output } from '../../../sealflow/run/v1/WaitRunRequest.js';
import type { WaitRunResponse as _sealflow_run_v1_WaitRunResponse, WaitRunResponse__Output as _sealflow_run_v1_WaitRunResponse__Output } from '../../../sealflow/run/v1/WaitRunResponse.js';
import type { WatchRunRequest as _sealflow_run_v1_WatchRunRequest, WatchRunRequest__Output as _sealflow_run_v1_WatchRunRequest__Output } from '../../../sealflow/run/v1/WatchRunRequest.js';
import type { WatchRunResponse as _sealflow_run_v1_WatchRunResponse, WatchRunResponse__Output as _sealflow_run_v1_WatchRunResponse__Output } from '../../../sealflow/run/v1/WatchRunResponse.js';

export interface RunServiceClient extends grpc.Client {
  ApproveStep(argument: _sealflow_run_v1_ApproveStepRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ApproveStepResponse__Output>): grpc.ClientUnaryCall;
  ApproveStep(argument: _sealflow_run_v1_ApproveStepRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ApproveStepResponse__Output>): grpc.ClientUnaryCall;
  ApproveStep(argument: _sealflow_run_v1_ApproveStepRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ApproveStepResponse__Output>): grpc.ClientUnaryCall;
  ApproveStep(argument: _sealflow_run_v1_ApproveStepRequest, callback: grpc.requestCallback<_sealflow_run_v1_ApproveStepResponse__Output>): grpc.ClientUnaryCall;
  approveStep(argument: _sealflow_run_v1_ApproveStepRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ApproveStepResponse__Output>): grpc.ClientUnaryCall;
  approveStep(argument: _sealflow_run_v1_ApproveStepRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ApproveStepResponse__Output>): grpc.ClientUnaryCall;
  approveStep(argument: _sealflow_run_v1_ApproveStepRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ApproveStepResponse__Output>): grpc.ClientUnaryCall;
  approveStep(argument: _sealflow_run_v1_ApproveStepRequest, callback: grpc.requestCallback<_sealflow_run_v1_ApproveStepResponse__Output>): grpc.ClientUnaryCall;
  
  CancelRun(argument: _sealflow_run_v1_CancelRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_CancelRunResponse__Output>): grpc.ClientUnaryCall;
  CancelRun(argument: _sealflow_run_v1_CancelRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_CancelRunResponse__Output>): grpc.ClientUnaryCall;
  CancelRun(argument: _sealflow_run_v1_CancelRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_CancelRunResponse__Output>): grpc.ClientUnaryCall;
  CancelRun(argument: _sealflow_run_v1_CancelRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_CancelRunResponse__Output>): grpc.ClientUnaryCall;
  cancelRun(argument: _sealflow_run_v1_CancelRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_CancelRunResponse__Output>): grpc.ClientUnaryCall;
  cancelRun(argument: _sealflow_run_v1_CancelRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_CancelRunResponse__Output>): grpc.ClientUnaryCall;
  cancelRun(argument: _sealflow_run_v1_CancelRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_CancelRunResponse__Output>): grpc.ClientUnaryCall;
  cancelRun(argument: _sealflow_run_v1_CancelRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_CancelRunResponse__Output>): grpc.ClientUnaryCall;
  
  CreateRun(argument: _sealflow_run_v1_CreateRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_CreateRunResponse__Output>): grpc.ClientUnaryCall;
  CreateRun(argument: _sealflow_run_v1_CreateRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_CreateRunResponse__Output>): grpc.ClientUnaryCall;
  CreateRun(argument: _sealflow_run_v1_CreateRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_CreateRunResponse__Output>): grpc.ClientUnaryCall;
  CreateRun(argument: _sealflow_run_v1_CreateRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_CreateRunResponse__Output>): grpc.ClientUnaryCall;
  createRun(argument: _sealflow_run_v1_CreateRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_CreateRunResponse__Output>): grpc.ClientUnaryCall;
  createRun(argument: _sealflow_run_v1_CreateRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_CreateRunResponse__Output>): grpc.ClientUnaryCall;
  createRun(argument: _sealflow_run_v1_CreateRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_CreateRunResponse__Output>): grpc.ClientUnaryCall;
  createRun(argument: _sealflow_run_v1_CreateRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_CreateRunResponse__Output>): grpc.ClientUnaryCall;
  
  GetRun(argument: _sealflow_run_v1_GetRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  GetRun(argument: _sealflow_run_v1_GetRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  GetRun(argument: _sealflow_run_v1_GetRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  GetRun(argument: _sealflow_run_v1_GetRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  getRun(argument: _sealflow_run_v1_GetRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  getRun(argument: _sealflow_run_v1_GetRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  getRun(argument: _sealflow_run_v1_GetRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  getRun(argument: _sealflow_run_v1_GetRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_GetRunResponse__Output>): grpc.ClientUnaryCall;
  
  ListRuns(argument: _sealflow_run_v1_ListRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _sealflow_run_v1_ListRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _sealflow_run_v1_ListRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _sealflow_run_v1_ListRunsRequest, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _sealflow_run_v1_ListRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _sealflow_run_v1_ListRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _sealflow_run_v1_ListRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _sealflow_run_v1_ListRunsRequest, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  
  WaitRun(argument: _sealflow_run_v1_WaitRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_WaitRunResponse__Output>): grpc.ClientUnaryCall;
  WaitRun(argument: _sealflow_run_v1_WaitRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_WaitRunResponse__Output>): grpc.ClientUnaryCall;
  WaitRun(argument: _sealflow_run_v1_WaitRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_WaitRunResponse__Output>): grpc.ClientUnaryCall;
  WaitRun(argument: _sealflow_run_v1_WaitRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_WaitRunResponse__Output>): grpc.ClientUnaryCall;
  waitRun(argument: _sealflow_run_v1_WaitRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_WaitRunResponse__Output>): grpc.ClientUnaryCall;
  waitRun(argument: _sealflow_run_v1_WaitRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_WaitRunResponse__Output>): grpc.ClientUnaryCall;
  waitRun(argument: _sealflow_run_v1_WaitRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_WaitRunResponse__Output>): grpc.ClientUnaryCall;
  waitRun(argument: _sealflow_run_v1_WaitRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_WaitRunResponse__Output>): grpc.ClientUnaryCall;
  
  WatchRun(argument: _sealflow_run_v1_WatchRunRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_run_v1_WatchRunResponse__Output>;
  WatchRun(argument: _sealflow_run_v1_WatchRunRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_run_v1_WatchRunResponse__Output>;
  watchRun(argument: _sealflow_run_v1_WatchRunRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_run_v1_WatchRunResponse__Output>;
  watchRun(argument: _sealflow_run_v1_WatchRunRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_run_v1_WatchRunResponse__Output>;
  
}

export interface RunServiceHandlers extends grpc.UntypedServiceImplementation {
  ApproveStep: grpc.handleUnaryCall<_sealflow_run_v1_ApproveStepRequest__Output, _sealflow_run_v1_ApproveStepResponse>;
  
  CancelRun: grpc.handleUnaryCall<_sealflow_run_v1_CancelRunRequest__Output, _sealflow_run_v1_CancelRunResponse>;
  
  CreateRun: grpc.handleUnaryCall<_sealflow_run_v1_CreateRunRequest__Output, _sealflow_run_v1_CreateRunResponse>;
  
  GetRun: grpc.handleUnaryCall<_sealflow_run_v1_GetRunRequest__Output, _sealflow_run_v1_GetRunResponse>;
  
  ListRuns: grpc.handleUnaryCall<_sealflow_run_v1_ListRunsRequest__Output, _sealflow_run_v1_ListRunsResponse>;
  
  WaitRun: grpc.handleUnaryCall<_sealflow_run_v1_WaitRunRequest__Output, _sealflow_run_v1_WaitRunResponse>;
  
  WatchRun: grpc.handleServerStreamingCall<_sealflow_run_v1_WatchRunRequest__Output, _sealflow_run_v1_WatchRunResponse>;
  
}

export interface RunServiceDefinition extends grpc.ServiceDefinition {
  ApproveStep: MethodDefinition<_sealflow_run_v1_ApproveStepRequest, _sealflow_run_v1_ApproveStepResponse, _sealflow_run_v1_ApproveStepRequest__Output, _sealflow_run_v1_ApproveStepResponse__Output>
  CancelRun: MethodDefinition<_sealflow_run_v1_CancelRunRequest, _sealflow_run_v1_CancelRunResponse, _sealflow_run_v1_CancelRunRequest__Output, _sealflow_run_v1_CancelRunResponse__Output>
  CreateRun: MethodDefinition<_sealflow_run_v1_CreateRunRequest, _sealflow_run_v1_CreateRunResponse, _sealflow_run_v1_CreateRunRequest__Output, _sealflow_run_v1_CreateRunResponse__Output>
  GetRun: MethodDefinition<_sealflow_run_v1_GetRunRequest, _sealflow_run_v1_GetRunResponse, _sealflow_run_v1_GetRunRequest__Output, _sealflow_run_v1_GetRunResponse__Output>
  ListRuns: MethodDefinition<_sealflow_run_v1_ListRunsRequest, _sealflow_run_v1_ListRunsResponse, _sealflow_run_v1_ListRunsRequest__Output, _sealflow_run_v1_ListRunsResponse__Output>
  WaitRun: MethodDefinition<_sealflow_run_v1_WaitRunRequest, _sealflow_run_v1_WaitRunResponse, _sealflow_run_v1_WaitRunRequest__Output, _sealflow_run_v1_WaitRunResponse__Output>
  WatchRun: MethodDefinition<_sealflow_run_v1_WatchRunRequest, _sealflow_run_v1_WatchRunResponse, _sealflow_run_v1_WatchRunRequest__Output, _sealflow_run_v1_WatchRunResponse__Output>
}
