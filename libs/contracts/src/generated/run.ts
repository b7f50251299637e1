import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from './google/protobuf/Duration.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { AcceptedOffer as _sealflow_run_v1_AcceptedOffer, AcceptedOffer__Output as _sealflow_run_v1_AcceptedOffer__Output } from './sealflow/run/v1/AcceptedOffer.js';
import type { ApproveStepRequest as _sealflow_run_v1_ApproveStepRequest, ApproveStepRequest__Output as _sealflow_run_v1_ApproveStepRequest__Output } from './sealflow/run/v1/ApproveStepRequest.js';
import type { ApproveStepResponse as _sealflow_run_v1_ApproveStepResponse, ApproveStepResponse__Output as _sealflow_run_v1_ApproveStepResponse__Output } from './sealflow/run/v1/ApproveStepResponse.js';
import type { CancelRunRequest as _sealflow_run_v1_CancelRunRequest, CancelRunRequest__Output as _sealflow_run_v1_CancelRunRequest__Output } from './sealflow/run/v1/CancelRunRequest.js';
import type { CancelRunResponse as _sealflow_run_v1_CancelRunResponse, CancelRunResponse__Output as _sealflow_run_v1_CancelRunResponse__Output } from './sealflow/run/v1/CancelRunResponse.js';
import type { CreateRunRequest as _sealflow_run_v1_CreateRunRequest, CreateRunRequest__Output as _sealflow_run_v1_CreateRunRequest__Output } from './sealflow/run/v1/CreateRunRequest.js';
import type { CreateRunResponse as _sealflow_run_v1_CreateRunResponse, CreateRunResponse__Output as _sealflow_run_v1_CreateRunResponse__Output } from './sealflow/run/v1/CreateRunResponse.js';
import type { CurrentRun as _sealflow_run_v1_CurrentRun, CurrentRun__Output as _sealflow_run_v1_CurrentRun__Output } from './sealflow/run/v1/CurrentRun.js';
import type { GetRunRequest as _sealflow_run_v1_GetRunRequest, GetRunRequest__Output as _sealflow_run_v1_GetRunRequest__Output } from './sealflow/run/v1/GetRunRequest.js';
import type { GetRunResponse as _sealflow_run_v1_GetRunResponse, GetRunResponse__Output as _sealflow_run_v1_GetRunResponse__Output } from './sealflow/run/v1/GetRunResponse.js';
import type { Heartbeat as _sealflow_run_v1_Heartbeat, Heartbeat__Output as _sealflow_run_v1_Heartbeat__Output } from './sealflow/run/v1/Heartbeat.js';
import type { ListParkedRunsRequest as _sealflow_run_v1_ListParkedRunsRequest, ListParkedRunsRequest__Output as _sealflow_run_v1_ListParkedRunsRequest__Output } from './sealflow/run/v1/ListParkedRunsRequest.js';
import type { ListParkedRunsResponse as _sealflow_run_v1_ListParkedRunsResponse, ListParkedRunsResponse__Output as _sealflow_run_v1_ListParkedRunsResponse__Output } from './sealflow/run/v1/ListParkedRunsResponse.js';
import type { ListRunsRequest as _sealflow_run_v1_ListRunsRequest, ListRunsRequest__Output as _sealflow_run_v1_ListRunsRequest__Output } from './sealflow/run/v1/ListRunsRequest.js';
import type { ListRunsResponse as _sealflow_run_v1_ListRunsResponse, ListRunsResponse__Output as _sealflow_run_v1_ListRunsResponse__Output } from './sealflow/run/v1/ListRunsResponse.js';
import type { ParkedRun as _sealflow_run_v1_ParkedRun, ParkedRun__Output as _sealflow_run_v1_ParkedRun__Output } from './sealflow/run/v1/ParkedRun.js';
import type { PauseRunRequest as _sealflow_run_v1_PauseRunRequest, PauseRunRequest__Output as _sealflow_run_v1_PauseRunRequest__Output } from './sealflow/run/v1/PauseRunRequest.js';
import type { PauseRunResponse as _sealflow_run_v1_PauseRunResponse, PauseRunResponse__Output as _sealflow_run_v1_PauseRunResponse__Output } from './sealflow/run/v1/PauseRunResponse.js';
import type { ResumeRunRequest as _sealflow_run_v1_ResumeRunRequest, ResumeRunRequest__Output as _sealflow_run_v1_ResumeRunRequest__Output } from './sealflow/run/v1/ResumeRunRequest.js';
import type { ResumeRunResponse as _sealflow_run_v1_ResumeRunResponse, ResumeRunResponse__Output as _sealflow_run_v1_ResumeRunResponse__Output } from './sealflow/run/v1/ResumeRunResponse.js';
import type { RetryStepRequest as _sealflow_run_v1_RetryStepRequest, RetryStepRequest__Output as _sealflow_run_v1_RetryStepRequest__Output } from './sealflow/run/v1/RetryStepRequest.js';
import type { RetryStepResponse as _sealflow_run_v1_RetryStepResponse, RetryStepResponse__Output as _sealflow_run_v1_RetryStepResponse__Output } from './sealflow/run/v1/RetryStepResponse.js';
import type { RewrapInputRequest as _sealflow_run_v1_RewrapInputRequest, RewrapInputRequest__Output as _sealflow_run_v1_RewrapInputRequest__Output } from './sealflow/run/v1/RewrapInputRequest.js';
import type { RewrapInputResponse as _sealflow_run_v1_RewrapInputResponse, RewrapInputResponse__Output as _sealflow_run_v1_RewrapInputResponse__Output } from './sealflow/run/v1/RewrapInputResponse.js';
import type { Run as _sealflow_run_v1_Run, Run__Output as _sealflow_run_v1_Run__Output } from './sealflow/run/v1/Run.js';
import type { RunServiceClient as _sealflow_run_v1_RunServiceClient, RunServiceDefinition as _sealflow_run_v1_RunServiceDefinition } from './sealflow/run/v1/RunService.js';
import type { SealedInput as _sealflow_run_v1_SealedInput, SealedInput__Output as _sealflow_run_v1_SealedInput__Output } from './sealflow/run/v1/SealedInput.js';
import type { SealedOutput as _sealflow_run_v1_SealedOutput, SealedOutput__Output as _sealflow_run_v1_SealedOutput__Output } from './sealflow/run/v1/SealedOutput.js';
import type { Step as _sealflow_run_v1_Step, Step__Output as _sealflow_run_v1_Step__Output } from './sealflow/run/v1/Step.js';
import type { StepAttempt as _sealflow_run_v1_StepAttempt, StepAttempt__Output as _sealflow_run_v1_StepAttempt__Output } from './sealflow/run/v1/StepAttempt.js';
import type { UnparkRunRequest as _sealflow_run_v1_UnparkRunRequest, UnparkRunRequest__Output as _sealflow_run_v1_UnparkRunRequest__Output } from './sealflow/run/v1/UnparkRunRequest.js';
import type { UnparkRunResponse as _sealflow_run_v1_UnparkRunResponse, UnparkRunResponse__Output as _sealflow_run_v1_UnparkRunResponse__Output } from './sealflow/run/v1/UnparkRunResponse.js';
import type { WaitRunRequest as _sealflow_run_v1_WaitRunRequest, WaitRunRequest__Output as _sealflow_run_v1_WaitRunRequest__Output } from './sealflow/run/v1/WaitRunRequest.js';
import type { WaitRunResponse as _sealflow_run_v1_WaitRunResponse, WaitRunResponse__Output as _sealflow_run_v1_WaitRunResponse__Output } from './sealflow/run/v1/WaitRunResponse.js';
import type { WatchRunRequest as _sealflow_run_v1_WatchRunRequest, WatchRunRequest__Output as _sealflow_run_v1_WatchRunRequest__Output } from './sealflow/run/v1/WatchRunRequest.js';
import type { WatchRunResponse as _sealflow_run_v1_WatchRunResponse, WatchRunResponse__Output as _sealflow_run_v1_WatchRunResponse__Output } from './sealflow/run/v1/WatchRunResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  sealflow: {
    run: {
      v1: {
        AcceptedOffer: MessageTypeDefinition<_sealflow_run_v1_AcceptedOffer, _sealflow_run_v1_AcceptedOffer__Output>
        ApproveStepRequest: MessageTypeDefinition<_sealflow_run_v1_ApproveStepRequest, _sealflow_run_v1_ApproveStepRequest__Output>
        ApproveStepResponse: MessageTypeDefinition<_sealflow_run_v1_ApproveStepResponse, _sealflow_run_v1_ApproveStepResponse__Output>
        CancelRunRequest: MessageTypeDefinition<_sealflow_run_v1_CancelRunRequest, _sealflow_run_v1_CancelRunRequest__Output>
        CancelRunResponse: MessageTypeDefinition<_sealflow_run_v1_CancelRunResponse, _sealflow_run_v1_CancelRunResponse__Output>
        CreateRunRequest: MessageTypeDefinition<_sealflow_run_v1_CreateRunRequest, _sealflow_run_v1_CreateRunRequest__Output>
        CreateRunResponse: MessageTypeDefinition<_sealflow_run_v1_CreateRunResponse, _sealflow_run_v1_CreateRunResponse__Output>
        CurrentRun: MessageTypeDefinition<_sealflow_run_v1_CurrentRun, _sealflow_run_v1_CurrentRun__Output>
        GetRunRequest: MessageTypeDefinition<_sealflow_run_v1_GetRunRequest, _sealflow_run_v1_GetRunRequest__Output>
        GetRunResponse: MessageTypeDefinition<_sealflow_run_v1_GetRunResponse, _sealflow_run_v1_GetRunResponse__Output>
        Heartbeat: MessageTypeDefinition<_sealflow_run_v1_Heartbeat, _sealflow_run_v1_Heartbeat__Output>
        ListParkedRunsRequest: MessageTypeDefinition<_sealflow_run_v1_ListParkedRunsRequest, _sealflow_run_v1_ListParkedRunsRequest__Output>
        ListParkedRunsResponse: MessageTypeDefinition<_sealflow_run_v1_ListParkedRunsResponse, _sealflow_run_v1_ListParkedRunsResponse__Output>
        ListRunsRequest: MessageTypeDefinition<_sealflow_run_v1_ListRunsRequest, _sealflow_run_v1_ListRunsRequest__Output>
        ListRunsResponse: MessageTypeDefinition<_sealflow_run_v1_ListRunsResponse, _sealflow_run_v1_ListRunsResponse__Output>
        ParkedRun: MessageTypeDefinition<_sealflow_run_v1_ParkedRun, _sealflow_run_v1_ParkedRun__Output>
        PauseRunRequest: MessageTypeDefinition<_sealflow_run_v1_PauseRunRequest, _sealflow_run_v1_PauseRunRequest__Output>
        PauseRunResponse: MessageTypeDefinition<_sealflow_run_v1_PauseRunResponse, _sealflow_run_v1_PauseRunResponse__Output>
        ProofState: EnumTypeDefinition
        ResumeRunRequest: MessageTypeDefinition<_sealflow_run_v1_ResumeRunRequest, _sealflow_run_v1_ResumeRunRequest__Output>
        ResumeRunResponse: MessageTypeDefinition<_sealflow_run_v1_ResumeRunResponse, _sealflow_run_v1_ResumeRunResponse__Output>
        RetryStepRequest: MessageTypeDefinition<_sealflow_run_v1_RetryStepRequest, _sealflow_run_v1_RetryStepRequest__Output>
        RetryStepResponse: MessageTypeDefinition<_sealflow_run_v1_RetryStepResponse, _sealflow_run_v1_RetryStepResponse__Output>
        RewrapInputRequest: MessageTypeDefinition<_sealflow_run_v1_RewrapInputRequest, _sealflow_run_v1_RewrapInputRequest__Output>
        RewrapInputResponse: MessageTypeDefinition<_sealflow_run_v1_RewrapInputResponse, _sealflow_run_v1_RewrapInputResponse__Output>
        Run: MessageTypeDefinition<_sealflow_run_v1_Run, _sealflow_run_v1_Run__Output>
        RunService: SubtypeConstructor<typeof grpc.Client, _sealflow_run_v1_RunServiceClient> & { service: _sealflow_run_v1_RunServiceDefinition }
        RunState: EnumTypeDefinition
        SealedInput: MessageTypeDefinition<_sealflow_run_v1_SealedInput, _sealflow_run_v1_SealedInput__Output>
        SealedOutput: MessageTypeDefinition<_sealflow_run_v1_SealedOutput, _sealflow_run_v1_SealedOutput__Output>
        SettlementState: EnumTypeDefinition
        Step: MessageTypeDefinition<_sealflow_run_v1_Step, _sealflow_run_v1_Step__Output>
        StepAttempt: MessageTypeDefinition<_sealflow_run_v1_StepAttempt, _sealflow_run_v1_StepAttempt__Output>
        StepState: EnumTypeDefinition
        UnparkRunRequest: MessageTypeDefinition<_sealflow_run_v1_UnparkRunRequest, _sealflow_run_v1_UnparkRunRequest__Output>
        UnparkRunResponse: MessageTypeDefinition<_sealflow_run_v1_UnparkRunResponse, _sealflow_run_v1_UnparkRunResponse__Output>
        WaitRunRequest: MessageTypeDefinition<_sealflow_run_v1_WaitRunRequest, _sealflow_run_v1_WaitRunRequest__Output>
        WaitRunResponse: MessageTypeDefinition<_sealflow_run_v1_WaitRunResponse, _sealflow_run_v1_WaitRunResponse__Output>
        WatchRunRequest: MessageTypeDefinition<_sealflow_run_v1_WatchRunRequest, _sealflow_run_v1_WatchRunRequest__Output>
        WatchRunResponse: MessageTypeDefinition<_sealflow_run_v1_WatchRunResponse, _sealflow_run_v1_WatchRunResponse__Output>
      }
    }
  }
}

