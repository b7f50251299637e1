export type {
  GetConsistencyProofRequest,
  GetConsistencyProofRequest__Output,
} from './generated/sealflow/evidence/v1/GetConsistencyProofRequest.js';
export type {
  GetConsistencyProofResponse,
  GetConsistencyProofResponse__Output,
} from './generated/sealflow/evidence/v1/GetConsistencyProofResponse.js';
export type {
  GetInclusionProofRequest,
  GetInclusionProofRequest__Output,
} from './generated/sealflow/evidence/v1/GetInclusionProofRequest.js';
export type {
  GetInclusionProofResponse,
  GetInclusionProofResponse__Output,
} from './generated/sealflow/evidence/v1/GetInclusionProofResponse.js';
export type {
  ListCheckpointsRequest,
  ListCheckpointsRequest__Output,
} from './generated/sealflow/evidence/v1/ListCheckpointsRequest.js';
export type {
  ListCheckpointsResponse,
  ListCheckpointsResponse__Output,
} from './generated/sealflow/evidence/v1/ListCheckpointsResponse.js';
export type {
  LogCheckpoint,
  LogCheckpoint__Output,
} from './generated/sealflow/evidence/v1/LogCheckpoint.js';
export type {
  PreviewRedactionRequest,
  PreviewRedactionRequest__Output,
} from './generated/sealflow/evidence/v1/PreviewRedactionRequest.js';
export type {
  PreviewRedactionResponse,
  PreviewRedactionResponse__Output,
} from './generated/sealflow/evidence/v1/PreviewRedactionResponse.js';
export type {
  RedactBundleRequest,
  RedactBundleRequest__Output,
} from './generated/sealflow/evidence/v1/RedactBundleRequest.js';
export type {
  RedactBundleResponse,
  RedactBundleResponse__Output,
} from './generated/sealflow/evidence/v1/RedactBundleResponse.js';
export type {
  LedgerSummary,
  LedgerSummary__Output,
} from './generated/sealflow/ledger/v1/LedgerSummary.js';
export type {
  ListLedgersRequest,
  ListLedgersRequest__Output,
} from './generated/sealflow/ledger/v1/ListLedgersRequest.js';
export type {
  ListLedgersResponse,
  ListLedgersResponse__Output,
} from './generated/sealflow/ledger/v1/ListLedgersResponse.js';
export type {
  DayCount,
  DayCount__Output,
} from './generated/sealflow/report/v1/DayCount.js';
export type {
  Executor,
  Executor__Output,
} from './generated/sealflow/report/v1/Executor.js';
export type {
  GetOverviewRequest,
  GetOverviewRequest__Output,
} from './generated/sealflow/report/v1/GetOverviewRequest.js';
export type {
  GetOverviewResponse,
  GetOverviewResponse__Output,
} from './generated/sealflow/report/v1/GetOverviewResponse.js';
export type {
  GetPolicyRequest,
  GetPolicyRequest__Output,
} from './generated/sealflow/report/v1/GetPolicyRequest.js';
export type {
  GetPolicyResponse,
  GetPolicyResponse__Output,
} from './generated/sealflow/report/v1/GetPolicyResponse.js';
export type {
  GetReportRequest,
  GetReportRequest__Output,
} from './generated/sealflow/report/v1/GetReportRequest.js';
export type {
  GetReportResponse,
  GetReportResponse__Output,
} from './generated/sealflow/report/v1/GetReportResponse.js';
export type {
  IncompleteCount,
  IncompleteCount__Output,
} from './generated/sealflow/report/v1/IncompleteCount.js';
export type {
  LevelCount,
  LevelCount__Output,
} from './generated/sealflow/report/v1/LevelCount.js';
export type {
  ListApprovalsRequest,
  ListApprovalsRequest__Output,
} from './generated/sealflow/report/v1/ListApprovalsRequest.js';
export type {
  ListApprovalsResponse,
  ListApprovalsResponse__Output,
} from './generated/sealflow/report/v1/ListApprovalsResponse.js';
export type {
  ListExecutorsRequest,
  ListExecutorsRequest__Output,
} from './generated/sealflow/report/v1/ListExecutorsRequest.js';
export type {
  ListExecutorsResponse,
  ListExecutorsResponse__Output,
} from './generated/sealflow/report/v1/ListExecutorsResponse.js';
export type {
  ListPoliciesRequest,
  ListPoliciesRequest__Output,
} from './generated/sealflow/report/v1/ListPoliciesRequest.js';
export type {
  ListPoliciesResponse,
  ListPoliciesResponse__Output,
} from './generated/sealflow/report/v1/ListPoliciesResponse.js';
export type {
  LogHealth,
  LogHealth__Output,
} from './generated/sealflow/report/v1/LogHealth.js';
export type {
  Policy,
  Policy__Output,
} from './generated/sealflow/report/v1/Policy.js';
export type { ReportFormat, ReportFormat__Output } from './generated/sealflow/report/v1/ReportFormat.js';
export type {
  SampledRun,
  SampledRun__Output,
} from './generated/sealflow/report/v1/SampledRun.js';
export type {
  SampleRunsRequest,
  SampleRunsRequest__Output,
} from './generated/sealflow/report/v1/SampleRunsRequest.js';
export type {
  SampleRunsResponse,
  SampleRunsResponse__Output,
} from './generated/sealflow/report/v1/SampleRunsResponse.js';
export type {
  StateCount,
  StateCount__Output,
} from './generated/sealflow/report/v1/StateCount.js';
export type {
  UsedModel,
  UsedModel__Output,
} from './generated/sealflow/report/v1/UsedModel.js';
export type {
  WaitingApproval,
  WaitingApproval__Output,
} from './generated/sealflow/report/v1/WaitingApproval.js';
export type {
  WitnessHealth,
  WitnessHealth__Output,
} from './generated/sealflow/report/v1/WitnessHealth.js';
export type {
  WorkflowCount,
  WorkflowCount__Output,
} from './generated/sealflow/report/v1/WorkflowCount.js';
