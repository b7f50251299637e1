import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from './google/protobuf/Duration.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { DayCount as _sealflow_report_v1_DayCount, DayCount__Output as _sealflow_report_v1_DayCount__Output } from './sealflow/report/v1/DayCount.js';
import type { Executor as _sealflow_report_v1_Executor, Executor__Output as _sealflow_report_v1_Executor__Output } from './sealflow/report/v1/Executor.js';
import type { GetOverviewRequest as _sealflow_report_v1_GetOverviewRequest, GetOverviewRequest__Output as _sealflow_report_v1_GetOverviewRequest__Output } from './sealflow/report/v1/GetOverviewRequest.js';
import type { GetOverviewResponse as _sealflow_report_v1_GetOverviewResponse, GetOverviewResponse__Output as _sealflow_report_v1_GetOverviewResponse__Output } from './sealflow/report/v1/GetOverviewResponse.js';
import type { GetPolicyRequest as _sealflow_report_v1_GetPolicyRequest, GetPolicyRequest__Output as _sealflow_report_v1_GetPolicyRequest__Output } from './sealflow/report/v1/GetPolicyRequest.js';
import type { GetPolicyResponse as _sealflow_report_v1_GetPolicyResponse, GetPolicyResponse__Output as _sealflow_report_v1_GetPolicyResponse__Output } from './sealflow/report/v1/GetPolicyResponse.js';
import type { GetReportRequest as _sealflow_report_v1_GetReportRequest, GetReportRequest__Output as _sealflow_report_v1_GetReportRequest__Output } from './sealflow/report/v1/GetReportRequest.js';
import type { GetReportResponse as _sealflow_report_v1_GetReportResponse, GetReportResponse__Output as _sealflow_report_v1_GetReportResponse__Output } from './sealflow/report/v1/GetReportResponse.js';
import type { IncompleteCount as _sealflow_report_v1_IncompleteCount, IncompleteCount__Output as _sealflow_report_v1_IncompleteCount__Output } from './sealflow/report/v1/IncompleteCount.js';
import type { LevelCount as _sealflow_report_v1_LevelCount, LevelCount__Output as _sealflow_report_v1_LevelCount__Output } from './sealflow/report/v1/LevelCount.js';
import type { ListApprovalsRequest as _sealflow_report_v1_ListApprovalsRequest, ListApprovalsRequest__Output as _sealflow_report_v1_ListApprovalsRequest__Output } from './sealflow/report/v1/ListApprovalsRequest.js';
import type { ListApprovalsResponse as _sealflow_report_v1_ListApprovalsResponse, ListApprovalsResponse__Output as _sealflow_report_v1_ListApprovalsResponse__Output } from './sealflow/report/v1/ListApprovalsResponse.js';
import type { ListExecutorsRequest as _sealflow_report_v1_ListExecutorsRequest, ListExecutorsRequest__Output as _sealflow_report_v1_ListExecutorsRequest__Output } from './sealflow/report/v1/ListExecutorsRequest.js';
import type { ListExecutorsResponse as _sealflow_report_v1_ListExecutorsResponse, ListExecutorsResponse__Output as _sealflow_report_v1_ListExecutorsResponse__Output } from './sealflow/report/v1/ListExecutorsResponse.js';
import type { ListPoliciesRequest as _sealflow_report_v1_ListPoliciesRequest, ListPoliciesRequest__Output as _sealflow_report_v1_ListPoliciesRequest__Output } from './sealflow/report/v1/ListPoliciesRequest.js';
import type { ListPoliciesResponse as _sealflow_report_v1_ListPoliciesResponse, ListPoliciesResponse__Output as _sealflow_report_v1_ListPoliciesResponse__Output } from './sealflow/report/v1/ListPoliciesResponse.js';
import type { LogHealth as _sealflow_report_v1_LogHealth, LogHealth__Output as _sealflow_report_v1_LogHealth__Output } from './sealflow/report/v1/LogHealth.js';
import type { Policy as _sealflow_report_v1_Policy, Policy__Output as _sealflow_report_v1_Policy__Output } from './sealflow/report/v1/Policy.js';
import type { ReportFormat as _sealflow_report_v1_ReportFormat, ReportFormat__Output as _sealflow_report_v1_ReportFormat__Output } from './sealflow/report/v1/ReportFormat.js';
import type { ReportServiceClient as _sealflow_report_v1_ReportServiceClient, ReportServiceDefinition as _sealflow_report_v1_ReportServiceDefinition } from './sealflow/report/v1/ReportService.js';
import type { SampleRunsRequest as _sealflow_report_v1_SampleRunsRequest, SampleRunsRequest__Output as _sealflow_report_v1_SampleRunsRequest__Output } from './sealflow/report/v1/SampleRunsRequest.js';
import type { SampleRunsResponse as _sealflow_report_v1_SampleRunsResponse, SampleRunsResponse__Output as _sealflow_report_v1_SampleRunsResponse__Output } from './sealflow/report/v1/SampleRunsResponse.js';
import type { SampledRun as _sealflow_report_v1_SampledRun, SampledRun__Output as _sealflow_report_v1_SampledRun__Output } from './sealflow/report/v1/SampledRun.js';
import type { StateCount as _sealflow_report_v1_StateCount, StateCount__Output as _sealflow_report_v1_StateCount__Output } from './sealflow/report/v1/StateCount.js';
import type { UsedModel as _sealflow_report_v1_UsedModel, UsedModel__Output as _sealflow_report_v1_UsedModel__Output } from './sealflow/report/v1/UsedModel.js';
import type { WaitingApproval as _sealflow_report_v1_WaitingApproval, WaitingApproval__Output as _sealflow_report_v1_WaitingApproval__Output } from './sealflow/report/v1/WaitingApproval.js';
import type { WitnessHealth as _sealflow_report_v1_WitnessHealth, WitnessHealth__Output as _sealflow_report_v1_WitnessHealth__Output } from './sealflow/report/v1/WitnessHealth.js';
import type { WorkflowCount as _sealflow_report_v1_WorkflowCount, WorkflowCount__Output as _sealflow_report_v1_WorkflowCount__Output } from './sealflow/report/v1/WorkflowCount.js';
import type { AcceptedOffer as _sealflow_run_v1_AcceptedOffer, AcceptedOffer__Output as _sealflow_run_v1_AcceptedOffer__Output } from './sealflow/run/v1/AcceptedOffer.js';
import type { ApproveStepRequest as _sealflow_run_v1_ApproveStepRequest, ApproveStepRequest__Output as _sealflow_run_v1_ApproveStepRequest__Output } from './sealflow/run/v1/ApproveStepRequest.js';
import type { ApproveStepResponse as _sealflow_run_v1_ApproveStepResponse, ApproveStepResponse__Output as _sealflow_run_v1_ApproveStepResponse__Output } from './sealflow/run/v1/ApproveStepResponse.js';
import type { Assurance as _sealflow_run_v1_Assurance, Assurance__Output as _sealflow_run_v1_Assurance__Output } from './sealflow/run/v1/Assurance.js';
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
import type { RouteDecision as _sealflow_run_v1_RouteDecision, RouteDecision__Output as _sealflow_run_v1_RouteDecision__Output } from './sealflow/run/v1/RouteDecision.js';
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
    report: {
      v1: {
        DayCount: MessageTypeDefinition<_sealflow_report_v1_DayCount, _sealflow_report_v1_DayCount__Output>
        Executor: MessageTypeDefinition<_sealflow_report_v1_Executor, _sealflow_report_v1_Executor__Output>
        GetOverviewRequest: MessageTypeDefinition<_sealflow_report_v1_GetOverviewRequest, _sealflow_report_v1_GetOverviewRequest__Output>
        GetOverviewResponse: MessageTypeDefinition<_sealflow_report_v1_GetOverviewResponse, _sealflow_report_v1_GetOverviewResponse__Output>
        GetPolicyRequest: MessageTypeDefinition<_sealflow_report_v1_GetPolicyRequest, _sealflow_report_v1_GetPolicyRequest__Output>
        GetPolicyResponse: MessageTypeDefinition<_sealflow_report_v1_GetPolicyResponse, _sealflow_report_v1_GetPolicyResponse__Output>
        GetReportRequest: MessageTypeDefinition<_sealflow_report_v1_GetReportRequest, _sealflow_report_v1_GetReportRequest__Output>
        GetReportResponse: MessageTypeDefinition<_sealflow_report_v1_GetReportResponse, _sealflow_report_v1_GetReportResponse__Output>
        IncompleteCount: MessageTypeDefinition<_sealflow_report_v1_IncompleteCount, _sealflow_report_v1_IncompleteCount__Output>
        LevelCount: MessageTypeDefinition<_sealflow_report_v1_LevelCount, _sealflow_report_v1_LevelCount__Output>
        ListApprovalsRequest: MessageTypeDefinition<_sealflow_report_v1_ListApprovalsRequest, _sealflow_report_v1_ListApprovalsRequest__Output>
        ListApprovalsResponse: MessageTypeDefinition<_sealflow_report_v1_ListApprovalsResponse, _sealflow_report_v1_ListApprovalsResponse__Output>
        ListExecutorsRequest: MessageTypeDefinition<_sealflow_report_v1_ListExecutorsRequest, _sealflow_report_v1_ListExecutorsRequest__Output>
        ListExecutorsResponse: MessageTypeDefinition<_sealflow_report_v1_ListExecutorsResponse, _sealflow_report_v1_ListExecutorsResponse__Output>
        ListPoliciesRequest: MessageTypeDefinition<_sealflow_report_v1_ListPoliciesRequest, _sealflow_report_v1_ListPoliciesRequest__Output>
        ListPoliciesResponse: MessageTypeDefinition<_sealflow_report_v1_ListPoliciesResponse, _sealflow_report_v1_ListPoliciesResponse__Output>
        LogHealth: MessageTypeDefinition<_sealflow_report_v1_LogHealth, _sealflow_report_v1_LogHealth__Output>
        Policy: MessageTypeDefinition<_sealflow_report_v1_Policy, _sealflow_report_v1_Policy__Output>
        ReportFormat: MessageTypeDefinition<_sealflow_report_v1_ReportFormat, _sealflow_report_v1_ReportFormat__Output>
        ReportService: SubtypeConstructor<typeof grpc.Client, _sealflow_report_v1_ReportServiceClient> & { service: _sealflow_report_v1_ReportServiceDefinition }
        SampleRunsRequest: MessageTypeDefinition<_sealflow_report_v1_SampleRunsRequest, _sealflow_report_v1_SampleRunsRequest__Output>
        SampleRunsResponse: MessageTypeDefinition<_sealflow_report_v1_SampleRunsResponse, _sealflow_report_v1_SampleRunsResponse__Output>
        SampledRun: MessageTypeDefinition<_sealflow_report_v1_SampledRun, _sealflow_report_v1_SampledRun__Output>
        StateCount: MessageTypeDefinition<_sealflow_report_v1_StateCount, _sealflow_report_v1_StateCount__Output>
        UsedModel: MessageTypeDefinition<_sealflow_report_v1_UsedModel, _sealflow_report_v1_UsedModel__Output>
        WaitingApproval: MessageTypeDefinition<_sealflow_report_v1_WaitingApproval, _sealflow_report_v1_WaitingApproval__Output>
        WitnessHealth: MessageTypeDefinition<_sealflow_report_v1_WitnessHealth, _sealflow_report_v1_WitnessHealth__Output>
        WorkflowCount: MessageTypeDefinition<_sealflow_report_v1_WorkflowCount, _sealflow_report_v1_WorkflowCount__Output>
      }
    }
    run: {
      v1: {
        AcceptedOffer: MessageTypeDefinition<_sealflow_run_v1_AcceptedOffer, _sealflow_run_v1_AcceptedOffer__Output>
        ApproveStepRequest: MessageTypeDefinition<_sealflow_run_v1_ApproveStepRequest, _sealflow_run_v1_ApproveStepRequest__Output>
        ApproveStepResponse: MessageTypeDefinition<_sealflow_run_v1_ApproveStepResponse, _sealflow_run_v1_ApproveStepResponse__Output>
        Assurance: MessageTypeDefinition<_sealflow_run_v1_Assurance, _sealflow_run_v1_Assurance__Output>
        CancelRunRequest: MessageTypeDefinition<_sealflow_run_v1_CancelRunRequest, _sealflow_run_v1_CancelRunRequest__Output>
        CancelRunResponse: MessageTypeDefinition<_sealflow_run_v1_CancelRunResponse, _sealflow_run_v1_CancelRunResponse__Output>
        Confidentiality: EnumTypeDefinition
        CreateRunRequest: MessageTypeDefinition<_sealflow_run_v1_CreateRunRequest, _sealflow_run_v1_CreateRunRequest__Output>
        CreateRunResponse: MessageTypeDefinition<_sealflow_run_v1_CreateRunResponse, _sealflow_run_v1_CreateRunResponse__Output>
        CurrentRun: MessageTypeDefinition<_sealflow_run_v1_CurrentRun, _sealflow_run_v1_CurrentRun__Output>
        GetRunRequest: MessageTypeDefinition<_sealflow_run_v1_GetRunRequest, _sealflow_run_v1_GetRunRequest__Output>
        GetRunResponse: MessageTypeDefinition<_sealflow_run_v1_GetRunResponse, _sealflow_run_v1_GetRunResponse__Output>
        Heartbeat: MessageTypeDefinition<_sealflow_run_v1_Heartbeat, _sealflow_run_v1_Heartbeat__Output>
        Integrity: EnumTypeDefinition
        ListParkedRunsRequest: MessageTypeDefinition<_sealflow_run_v1_ListParkedRunsRequest, _sealflow_run_v1_ListParkedRunsRequest__Output>
        ListParkedRunsResponse: MessageTypeDefinition<_sealflow_run_v1_ListParkedRunsResponse, _sealflow_run_v1_ListParkedRunsResponse__Output>
        ListRunsRequest: MessageTypeDefinition<_sealflow_run_v1_ListRunsRequest, _sealflow_run_v1_ListRunsRequest__Output>
        ListRunsResponse: MessageTypeDefinition<_sealflow_run_v1_ListRunsResponse, _sealflow_run_v1_ListRunsResponse__Output>
        ParkedRun: MessageTypeDefinition<_sealflow_run_v1_ParkedRun, _sealflow_run_v1_ParkedRun__Output>
        PauseRunRequest: MessageTypeDefinition<_sealflow_run_v1_PauseRunRequest, _sealflow_run_v1_PauseRunRequest__Output>
        PauseRunResponse: MessageTypeDefinition<_sealflow_run_v1_PauseRunResponse, _sealflow_run_v1_PauseRunResponse__Output>
        ProofState: EnumTypeDefinition
        Protection: EnumTypeDefinition
        ResumeRunRequest: MessageTypeDefinition<_sealflow_run_v1_ResumeRunRequest, _sealflow_run_v1_ResumeRunRequest__Output>
        ResumeRunResponse: MessageTypeDefinition<_sealflow_run_v1_ResumeRunResponse, _sealflow_run_v1_ResumeRunResponse__Output>
        RetryStepRequest: MessageTypeDefinition<_sealflow_run_v1_RetryStepRequest, _sealflow_run_v1_RetryStepRequest__Output>
        RetryStepResponse: MessageTypeDefinition<_sealflow_run_v1_RetryStepResponse, _sealflow_run_v1_RetryStepResponse__Output>
        RewrapInputRequest: MessageTypeDefinition<_sealflow_run_v1_RewrapInputRequest, _sealflow_run_v1_RewrapInputRequest__Output>
        RewrapInputResponse: MessageTypeDefinition<_sealflow_run_v1_RewrapInputResponse, _sealflow_run_v1_RewrapInputResponse__Output>
        RouteDecision: MessageTypeDefinition<_sealflow_run_v1_RouteDecision, _sealflow_run_v1_RouteDecision__Output>
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

