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
import type { ListParkedRunsRequest as _sealflow_run_v1_ListParkedRunsRequest, ListParkedRunsRequest__Output as _sealflow_run_v1_ListParkedRunsRequest__Output } from '../../../sealflow/run/v1/ListParkedRunsRequest.js';
import type { ListParkedRunsResponse as _sealflow_run_v1_ListParkedRunsResponse, ListParkedRunsResponse__Output as _sealflow_run_v1_ListParkedRunsResponse__Output } from '../../../sealflow/run/v1/ListParkedRunsResponse.js';
import type { ListRunsRequest as _sealflow_run_v1_ListRunsRequest, ListRunsRequest__Output as _sealflow_run_v1_ListRunsRequest__Output } from '../../../sealflow/run/v1/ListRunsRequest.js';
import type { ListRunsResponse as _sealflow_run_v1_ListRunsResponse, ListRunsResponse__Output as _sealflow_run_v1_ListRunsResponse__Output } from '../../../sealflow/run/v1/ListRunsResponse.js';
import type { PauseRunRequest as _sealflow_run_v1_PauseRunRequest, PauseRunRequest__Output as _sealflow_run_v1_PauseRunRequest__Output } from '../../../sealflow/run/v1/PauseRunRequest.js';
import type { PauseRunResponse as _sealflow_run_v1_PauseRunResponse, PauseRunResponse__Output as _sealflow_run_v1_PauseRunResponse__Output } from '../../../sealflow/run/v1/PauseRunResponse.js';
import type { ResumeRunRequest as _sealflow_run_v1_ResumeRunRequest, ResumeRunRequest__Output as _sealflow_run_v1_ResumeRunRequest__Output } from '../../../sealflow/run/v1/ResumeRunRequest.js';
import type { ResumeRunResponse as _sealflow_run_v1_ResumeRunResponse, ResumeRunResponse__Output as _sealflow_run_v1_ResumeRunResponse__Output } from '../../../sealflow/run/v1/ResumeRunResponse.js';
import type { RetryStepRequest as _sealflow_run_v1_RetryStepRequest, RetryStepRequest__Output as _sealflow_run_v1_RetryStepRequest__Output } from '../../../sealflow/run/v1/RetryStepRequest.js';
import type { RetryStepResponse as _sealflow_run_v1_RetryStepResponse, RetryStepResponse__Output as _sealflow_run_v1_RetryStepResponse__Output } from '../../../sealflow/run/v1/RetryStepResponse.js';
import type { RewrapInputRequest as _sealflow_run_v1_RewrapInputRequest, RewrapInputRequest__Output as _sealflow_run_v1_RewrapInputRequest__Output } from '../../../sealflow/run/v1/RewrapInputRequest.js';
import type { RewrapInputResponse as _sealflow_run_v1_RewrapInputResponse, RewrapInputResponse__Output as _sealflow_run_v1_RewrapInputResponse__Output } from '../../../sealflow/run/v1/RewrapInputResponse.js';
import type { UnparkRunRequest as _sealflow_run_v1_UnparkRunRequest, UnparkRunRequest__Output as _sealflow_run_v1_UnparkRunRequest__Output } from '../../../sealflow/run/v1/UnparkRunRequest.js';
import type { UnparkRunResponse as _sealflow_run_v1_UnparkRunResponse, UnparkRunResponse__Output as _sealflow_run_v1_UnparkRunResponse__Output } from '../../../sealflow/run/v1/UnparkRunResponse.js';
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
  
  ListParkedRuns(argument: _sealflow_run_v1_ListParkedRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListParkedRunsResponse__Output>): grpc.ClientUnaryCall;
  ListParkedRuns(argument: _sealflow_run_v1_ListParkedRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ListParkedRunsResponse__Output>): grpc.ClientUnaryCall;
  ListParkedRuns(argument: _sealflow_run_v1_ListParkedRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListParkedRunsResponse__Output>): grpc.ClientUnaryCall;
  ListParkedRuns(argument: _sealflow_run_v1_ListParkedRunsRequest, callback: grpc.requestCallback<_sealflow_run_v1_ListParkedRunsResponse__Output>): grpc.ClientUnaryCall;
  listParkedRuns(argument: _sealflow_run_v1_ListParkedRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListParkedRunsResponse__Output>): grpc.ClientUnaryCall;
  listParkedRuns(argument: _sealflow_run_v1_ListParkedRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ListParkedRunsResponse__Output>): grpc.ClientUnaryCall;
  listParkedRuns(argument: _sealflow_run_v1_ListParkedRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListParkedRunsResponse__Output>): grpc.ClientUnaryCall;
  listParkedRuns(argument: _sealflow_run_v1_ListParkedRunsRequest, callback: grpc.requestCallback<_sealflow_run_v1_ListParkedRunsResponse__Output>): grpc.ClientUnaryCall;
  
  ListRuns(argument: _sealflow_run_v1_ListRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _sealflow_run_v1_ListRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _sealflow_run_v1_ListRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  ListRuns(argument: _sealflow_run_v1_ListRunsRequest, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _sealflow_run_v1_ListRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _sealflow_run_v1_ListRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _sealflow_run_v1_ListRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  listRuns(argument: _sealflow_run_v1_ListRunsRequest, callback: grpc.requestCallback<_sealflow_run_v1_ListRunsResponse__Output>): grpc.ClientUnaryCall;
  
  PauseRun(argument: _sealflow_run_v1_PauseRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_PauseRunResponse__Output>): grpc.ClientUnaryCall;
  PauseRun(argument: _sealflow_run_v1_PauseRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_PauseRunResponse__Output>): grpc.ClientUnaryCall;
  PauseRun(argument: _sealflow_run_v1_PauseRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_PauseRunResponse__Output>): grpc.ClientUnaryCall;
  PauseRun(argument: _sealflow_run_v1_PauseRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_PauseRunResponse__Output>): grpc.ClientUnaryCall;
  pauseRun(argument: _sealflow_run_v1_PauseRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_PauseRunResponse__Output>): grpc.ClientUnaryCall;
  pauseRun(argument: _sealflow_run_v1_PauseRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_PauseRunResponse__Output>): grpc.ClientUnaryCall;
  pauseRun(argument: _sealflow_run_v1_PauseRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_PauseRunResponse__Output>): grpc.ClientUnaryCall;
  pauseRun(argument: _sealflow_run_v1_PauseRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_PauseRunResponse__Output>): grpc.ClientUnaryCall;
  
  ResumeRun(argument: _sealflow_run_v1_ResumeRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ResumeRunResponse__Output>): grpc.ClientUnaryCall;
  ResumeRun(argument: _sealflow_run_v1_ResumeRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ResumeRunResponse__Output>): grpc.ClientUnaryCall;
  ResumeRun(argument: _sealflow_run_v1_ResumeRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ResumeRunResponse__Output>): grpc.ClientUnaryCall;
  ResumeRun(argument: _sealflow_run_v1_ResumeRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_ResumeRunResponse__Output>): grpc.ClientUnaryCall;
  resumeRun(argument: _sealflow_run_v1_ResumeRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ResumeRunResponse__Output>): grpc.ClientUnaryCall;
  resumeRun(argument: _sealflow_run_v1_ResumeRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_ResumeRunResponse__Output>): grpc.ClientUnaryCall;
  resumeRun(argument: _sealflow_run_v1_ResumeRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_ResumeRunResponse__Output>): grpc.ClientUnaryCall;
  resumeRun(argument: _sealflow_run_v1_ResumeRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_ResumeRunResponse__Output>): grpc.ClientUnaryCall;
  
  RetryStep(argument: _sealflow_run_v1_RetryStepRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_RetryStepResponse__Output>): grpc.ClientUnaryCall;
  RetryStep(argument: _sealflow_run_v1_RetryStepRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_RetryStepResponse__Output>): grpc.ClientUnaryCall;
  RetryStep(argument: _sealflow_run_v1_RetryStepRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_RetryStepResponse__Output>): grpc.ClientUnaryCall;
  RetryStep(argument: _sealflow_run_v1_RetryStepRequest, callback: grpc.requestCallback<_sealflow_run_v1_RetryStepResponse__Output>): grpc.ClientUnaryCall;
  retryStep(argument: _sealflow_run_v1_RetryStepRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_RetryStepResponse__Output>): grpc.ClientUnaryCall;
  retryStep(argument: _sealflow_run_v1_RetryStepRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_RetryStepResponse__Output>): grpc.ClientUnaryCall;
  retryStep(argument: _sealflow_run_v1_RetryStepRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_RetryStepResponse__Output>): grpc.ClientUnaryCall;
  retryStep(argument: _sealflow_run_v1_RetryStepRequest, callback: grpc.requestCallback<_sealflow_run_v1_RetryStepResponse__Output>): grpc.ClientUnaryCall;
  
  RewrapInput(argument: _sealflow_run_v1_RewrapInputRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_RewrapInputResponse__Output>): grpc.ClientUnaryCall;
  RewrapInput(argument: _sealflow_run_v1_RewrapInputRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_RewrapInputResponse__Output>): grpc.ClientUnaryCall;
  RewrapInput(argument: _sealflow_run_v1_RewrapInputRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_RewrapInputResponse__Output>): grpc.ClientUnaryCall;
  RewrapInput(argument: _sealflow_run_v1_RewrapInputRequest, callback: grpc.requestCallback<_sealflow_run_v1_RewrapInputResponse__Output>): grpc.ClientUnaryCall;
  rewrapInput(argument: _sealflow_run_v1_RewrapInputRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_RewrapInputResponse__Output>): grpc.ClientUnaryCall;
  rewrapInput(argument: _sealflow_run_v1_RewrapInputRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_RewrapInputResponse__Output>): grpc.ClientUnaryCall;
  rewrapInput(argument: _sealflow_run_v1_RewrapInputRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_RewrapInputResponse__Output>): grpc.ClientUnaryCall;
  rewrapInput(argument: _sealflow_run_v1_RewrapInputRequest, callback: grpc.requestCallback<_sealflow_run_v1_RewrapInputResponse__Output>): grpc.ClientUnaryCall;
  
  UnparkRun(argument: _sealflow_run_v1_UnparkRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_UnparkRunResponse__Output>): grpc.ClientUnaryCall;
  UnparkRun(argument: _sealflow_run_v1_UnparkRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_UnparkRunResponse__Output>): grpc.ClientUnaryCall;
  UnparkRun(argument: _sealflow_run_v1_UnparkRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_UnparkRunResponse__Output>): grpc.ClientUnaryCall;
  UnparkRun(argument: _sealflow_run_v1_UnparkRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_UnparkRunResponse__Output>): grpc.ClientUnaryCall;
  unparkRun(argument: _sealflow_run_v1_UnparkRunRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_UnparkRunResponse__Output>): grpc.ClientUnaryCall;
  unparkRun(argument: _sealflow_run_v1_UnparkRunRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_run_v1_UnparkRunResponse__Output>): grpc.ClientUnaryCall;
  unparkRun(argument: _sealflow_run_v1_UnparkRunRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_run_v1_UnparkRunResponse__Output>): grpc.ClientUnaryCall;
  unparkRun(argument: _sealflow_run_v1_UnparkRunRequest, callback: grpc.requestCallback<_sealflow_run_v1_UnparkRunResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  ListParkedRuns: grpc.handleUnaryCall<_sealflow_run_v1_ListParkedRunsRequest__Output, _sealflow_run_v1_ListParkedRunsResponse>;
  
  ListRuns: grpc.handleUnaryCall<_sealflow_run_v1_ListRunsRequest__Output, _sealflow_run_v1_ListRunsResponse>;
  
  PauseRun: grpc.handleUnaryCall<_sealflow_run_v1_PauseRunRequest__Output, _sealflow_run_v1_PauseRunResponse>;
  
  ResumeRun: grpc.handleUnaryCall<_sealflow_run_v1_ResumeRunRequest__Output, _sealflow_run_v1_ResumeRunResponse>;
  
  RetryStep: grpc.handleUnaryCall<_sealflow_run_v1_RetryStepRequest__Output, _sealflow_run_v1_RetryStepResponse>;
  
  RewrapInput: grpc.handleUnaryCall<_sealflow_run_v1_RewrapInputRequest__Output, _sealflow_run_v1_RewrapInputResponse>;
  
  UnparkRun: grpc.handleUnaryCall<_sealflow_run_v1_UnparkRunRequest__Output, _sealflow_run_v1_UnparkRunResponse>;
  
  WaitRun: grpc.handleUnaryCall<_sealflow_run_v1_WaitRunRequest__Output, _sealflow_run_v1_WaitRunResponse>;
  
  WatchRun: grpc.handleServerStreamingCall<_sealflow_run_v1_WatchRunRequest__Output, _sealflow_run_v1_WatchRunResponse>;
  
}

export interface RunServiceDefinition extends grpc.ServiceDefinition {
  ApproveStep: MethodDefinition<_sealflow_run_v1_ApproveStepRequest, _sealflow_run_v1_ApproveStepResponse, _sealflow_run_v1_ApproveStepRequest__Output, _sealflow_run_v1_ApproveStepResponse__Output>
  CancelRun: MethodDefinition<_sealflow_run_v1_CancelRunRequest, _sealflow_run_v1_CancelRunResponse, _sealflow_run_v1_CancelRunRequest__Output, _sealflow_run_v1_CancelRunResponse__Output>
  CreateRun: MethodDefinition<_sealflow_run_v1_CreateRunRequest, _sealflow_run_v1_CreateRunResponse, _sealflow_run_v1_CreateRunRequest__Output, _sealflow_run_v1_CreateRunResponse__Output>
  GetRun: MethodDefinition<_sealflow_run_v1_GetRunRequest, _sealflow_run_v1_GetRunResponse, _sealflow_run_v1_GetRunRequest__Output, _sealflow_run_v1_GetRunResponse__Output>
  ListParkedRuns: MethodDefinition<_sealflow_run_v1_ListParkedRunsRequest, _sealflow_run_v1_ListParkedRunsResponse, _sealflow_run_v1_ListParkedRunsRequest__Output, _sealflow_run_v1_ListParkedRunsResponse__Output>
  ListRuns: MethodDefinition<_sealflow_run_v1_ListRunsRequest, _sealflow_run_v1_ListRunsResponse, _sealflow_run_v1_ListRunsRequest__Output, _sealflow_run_v1_ListRunsResponse__Output>
  PauseRun: MethodDefinition<_sealflow_run_v1_PauseRunRequest, _sealflow_run_v1_PauseRunResponse, _sealflow_run_v1_PauseRunRequest__Output, _sealflow_run_v1_PauseRunResponse__Output>
  ResumeRun: MethodDefinition<_sealflow_run_v1_ResumeRunRequest, _sealflow_run_v1_ResumeRunResponse, _sealflow_run_v1_ResumeRunRequest__Output, _sealflow_run_v1_ResumeRunResponse__Output>
  RetryStep: MethodDefinition<_sealflow_run_v1_RetryStepRequest, _sealflow_run_v1_RetryStepResponse, _sealflow_run_v1_RetryStepRequest__Output, _sealflow_run_v1_RetryStepResponse__Output>
  RewrapInput: MethodDefinition<_sealflow_run_v1_RewrapInputRequest, _sealflow_run_v1_RewrapInputResponse, _sealflow_run_v1_RewrapInputRequest__Output, _sealflow_run_v1_RewrapInputResponse__Output>
  UnparkRun: MethodDefinition<_sealflow_run_v1_UnparkRunRequest, _sealflow_run_v1_UnparkRunResponse, _sealflow_run_v1_UnparkRunRequest__Output, _sealflow_run_v1_UnparkRunResponse__Output>
  WaitRun: MethodDefinition<_sealflow_run_v1_WaitRunRequest, _sealflow_run_v1_WaitRunResponse, _sealflow_run_v1_WaitRunRequest__Output, _sealflow_run_v1_WaitRunResponse__Output>
  WatchRun: MethodDefinition<_sealflow_run_v1_WatchRunRequest, _sealflow_run_v1_WatchRunResponse, _sealflow_run_v1_WatchRunRequest__Output, _sealflow_run_v1_WatchRunResponse__Output>
}
