// Messages and handlers of the contract. Generated code is visible through this file only.

export type * from './attestation-types.js';
export type * from './conversation-types.js';
export type { Duration, Duration__Output } from './generated/google/protobuf/Duration.js';
export type { Timestamp, Timestamp__Output } from './generated/google/protobuf/Timestamp.js';
export type { Blob, Blob__Output } from './generated/sealflow/blob/v1/Blob.js';
export type { BlobServiceHandlers } from './generated/sealflow/blob/v1/BlobService.js';
export type {
  DeleteBlobRequest,
  DeleteBlobRequest__Output,
} from './generated/sealflow/blob/v1/DeleteBlobRequest.js';
export type {
  DeleteBlobResponse,
  DeleteBlobResponse__Output,
} from './generated/sealflow/blob/v1/DeleteBlobResponse.js';
export type {
  ListBlobsRequest,
  ListBlobsRequest__Output,
} from './generated/sealflow/blob/v1/ListBlobsRequest.js';
export type {
  ListBlobsResponse,
  ListBlobsResponse__Output,
} from './generated/sealflow/blob/v1/ListBlobsResponse.js';
export type {
  QueryWriteStatusRequest,
  QueryWriteStatusRequest__Output,
} from './generated/sealflow/blob/v1/QueryWriteStatusRequest.js';
export type {
  QueryWriteStatusResponse,
  QueryWriteStatusResponse__Output,
} from './generated/sealflow/blob/v1/QueryWriteStatusResponse.js';
export type {
  ReadBlobRequest,
  ReadBlobRequest__Output,
} from './generated/sealflow/blob/v1/ReadBlobRequest.js';
export type {
  ReadBlobResponse,
  ReadBlobResponse__Output,
} from './generated/sealflow/blob/v1/ReadBlobResponse.js';
export type {
  StatBlobRequest,
  StatBlobRequest__Output,
} from './generated/sealflow/blob/v1/StatBlobRequest.js';
export type {
  StatBlobResponse,
  StatBlobResponse__Output,
} from './generated/sealflow/blob/v1/StatBlobResponse.js';
export type {
  WriteBlobRequest,
  WriteBlobRequest__Output,
} from './generated/sealflow/blob/v1/WriteBlobRequest.js';
export type {
  WriteBlobResponse,
  WriteBlobResponse__Output,
} from './generated/sealflow/blob/v1/WriteBlobResponse.js';
export type { BundleSummary, BundleSummary__Output } from './generated/sealflow/evidence/v1/BundleSummary.js';
export type {
  DownloadBundleRequest,
  DownloadBundleRequest__Output,
} from './generated/sealflow/evidence/v1/DownloadBundleRequest.js';
export type {
  DownloadBundleResponse,
  DownloadBundleResponse__Output,
} from './generated/sealflow/evidence/v1/DownloadBundleResponse.js';
export type {
  EvidenceAccess,
  EvidenceAccess__Output,
} from './generated/sealflow/evidence/v1/EvidenceAccess.js';
export type { EvidenceServiceHandlers } from './generated/sealflow/evidence/v1/EvidenceService.js';
export type {
  GetBundleRequest,
  GetBundleRequest__Output,
} from './generated/sealflow/evidence/v1/GetBundleRequest.js';
export type {
  GetBundleResponse,
  GetBundleResponse__Output,
} from './generated/sealflow/evidence/v1/GetBundleResponse.js';
export type {
  GetCheckpointRequest,
  GetCheckpointRequest__Output,
} from './generated/sealflow/evidence/v1/GetCheckpointRequest.js';
export type {
  GetCheckpointResponse,
  GetCheckpointResponse__Output,
} from './generated/sealflow/evidence/v1/GetCheckpointResponse.js';
export type {
  GetLogProofRequest,
  GetLogProofRequest__Output,
} from './generated/sealflow/evidence/v1/GetLogProofRequest.js';
export type {
  GetLogProofResponse,
  GetLogProofResponse__Output,
} from './generated/sealflow/evidence/v1/GetLogProofResponse.js';
export type {
  ListBundlesRequest,
  ListBundlesRequest__Output,
} from './generated/sealflow/evidence/v1/ListBundlesRequest.js';
export type {
  ListBundlesResponse,
  ListBundlesResponse__Output,
} from './generated/sealflow/evidence/v1/ListBundlesResponse.js';
export type {
  ListEvidenceAccessRequest,
  ListEvidenceAccessRequest__Output,
} from './generated/sealflow/evidence/v1/ListEvidenceAccessRequest.js';
export type {
  ListEvidenceAccessResponse,
  ListEvidenceAccessResponse__Output,
} from './generated/sealflow/evidence/v1/ListEvidenceAccessResponse.js';
export type {
  ReappraisedRun,
  ReappraisedRun__Output,
} from './generated/sealflow/evidence/v1/ReappraisedRun.js';
export type {
  ReappraiseRunsRequest,
  ReappraiseRunsRequest__Output,
} from './generated/sealflow/evidence/v1/ReappraiseRunsRequest.js';
export type {
  ReappraiseRunsResponse,
  ReappraiseRunsResponse__Output,
} from './generated/sealflow/evidence/v1/ReappraiseRunsResponse.js';
export type { AcceptedOffer, AcceptedOffer__Output } from './generated/sealflow/run/v1/AcceptedOffer.js';
export type {
  ApproveStepRequest,
  ApproveStepRequest__Output,
} from './generated/sealflow/run/v1/ApproveStepRequest.js';
export type {
  ApproveStepResponse,
  ApproveStepResponse__Output,
} from './generated/sealflow/run/v1/ApproveStepResponse.js';
export type { Assurance, Assurance__Output } from './generated/sealflow/run/v1/Assurance.js';
export type {
  CancelRunRequest,
  CancelRunRequest__Output,
} from './generated/sealflow/run/v1/CancelRunRequest.js';
export type {
  CancelRunResponse,
  CancelRunResponse__Output,
} from './generated/sealflow/run/v1/CancelRunResponse.js';
export type {
  Confidentiality,
  Confidentiality__Output,
} from './generated/sealflow/run/v1/Confidentiality.js';
export type {
  CreateRunRequest,
  CreateRunRequest__Output,
} from './generated/sealflow/run/v1/CreateRunRequest.js';
export type {
  CreateRunResponse,
  CreateRunResponse__Output,
} from './generated/sealflow/run/v1/CreateRunResponse.js';
export type { CurrentRun, CurrentRun__Output } from './generated/sealflow/run/v1/CurrentRun.js';
export type { GetRunRequest, GetRunRequest__Output } from './generated/sealflow/run/v1/GetRunRequest.js';
export type { GetRunResponse, GetRunResponse__Output } from './generated/sealflow/run/v1/GetRunResponse.js';
export type { Heartbeat, Heartbeat__Output } from './generated/sealflow/run/v1/Heartbeat.js';
export type { Integrity, Integrity__Output } from './generated/sealflow/run/v1/Integrity.js';
export type {
  ListParkedRunsRequest,
  ListParkedRunsRequest__Output,
} from './generated/sealflow/run/v1/ListParkedRunsRequest.js';
export type {
  ListParkedRunsResponse,
  ListParkedRunsResponse__Output,
} from './generated/sealflow/run/v1/ListParkedRunsResponse.js';
export type {
  ListRunsRequest,
  ListRunsRequest__Output,
} from './generated/sealflow/run/v1/ListRunsRequest.js';
export type {
  ListRunsResponse,
  ListRunsResponse__Output,
} from './generated/sealflow/run/v1/ListRunsResponse.js';
export type {
  ParkedRun,
  ParkedRun__Output,
} from './generated/sealflow/run/v1/ParkedRun.js';
export type {
  PauseRunRequest,
  PauseRunRequest__Output,
} from './generated/sealflow/run/v1/PauseRunRequest.js';
export type {
  PauseRunResponse,
  PauseRunResponse__Output,
} from './generated/sealflow/run/v1/PauseRunResponse.js';
export type { ProofState, ProofState__Output } from './generated/sealflow/run/v1/ProofState.js';
export type { Protection, Protection__Output } from './generated/sealflow/run/v1/Protection.js';
export type {
  ResumeRunRequest,
  ResumeRunRequest__Output,
} from './generated/sealflow/run/v1/ResumeRunRequest.js';
export type {
  ResumeRunResponse,
  ResumeRunResponse__Output,
} from './generated/sealflow/run/v1/ResumeRunResponse.js';
export type {
  RetryStepRequest,
  RetryStepRequest__Output,
} from './generated/sealflow/run/v1/RetryStepRequest.js';
export type {
  RetryStepResponse,
  RetryStepResponse__Output,
} from './generated/sealflow/run/v1/RetryStepResponse.js';
export type {
  RewrapInputRequest,
  RewrapInputRequest__Output,
} from './generated/sealflow/run/v1/RewrapInputRequest.js';
export type {
  RewrapInputResponse,
  RewrapInputResponse__Output,
} from './generated/sealflow/run/v1/RewrapInputResponse.js';
export type {
  _sealflow_run_v1_RouteDecision_Rejected,
  _sealflow_run_v1_RouteDecision_Rejected__Output,
  RouteDecision,
  RouteDecision__Output,
} from './generated/sealflow/run/v1/RouteDecision.js';
export type { Run, Run__Output } from './generated/sealflow/run/v1/Run.js';
export type { RunServiceHandlers } from './generated/sealflow/run/v1/RunService.js';
export type { RunState, RunState__Output } from './generated/sealflow/run/v1/RunState.js';
export type { SealedInput, SealedInput__Output } from './generated/sealflow/run/v1/SealedInput.js';
export type { SealedOutput, SealedOutput__Output } from './generated/sealflow/run/v1/SealedOutput.js';
export type {
  SettlementState,
  SettlementState__Output,
} from './generated/sealflow/run/v1/SettlementState.js';
export type { Step, Step__Output } from './generated/sealflow/run/v1/Step.js';
export type {
  StepAttempt,
  StepAttempt__Output,
} from './generated/sealflow/run/v1/StepAttempt.js';
export type { StepState, StepState__Output } from './generated/sealflow/run/v1/StepState.js';
export type {
  UnparkRunRequest,
  UnparkRunRequest__Output,
} from './generated/sealflow/run/v1/UnparkRunRequest.js';
export type {
  UnparkRunResponse,
  UnparkRunResponse__Output,
} from './generated/sealflow/run/v1/UnparkRunResponse.js';
export type { WaitRunRequest, WaitRunRequest__Output } from './generated/sealflow/run/v1/WaitRunRequest.js';
export type {
  WaitRunResponse,
  WaitRunResponse__Output,
} from './generated/sealflow/run/v1/WaitRunResponse.js';
export type {
  WatchRunRequest,
  WatchRunRequest__Output,
} from './generated/sealflow/run/v1/WatchRunRequest.js';
export type {
  WatchRunResponse,
  WatchRunResponse__Output,
} from './generated/sealflow/run/v1/WatchRunResponse.js';
export type { ApiKey, ApiKey__Output } from './generated/sealflow/tenant/v1/ApiKey.js';
export type {
  CreateApiKeyRequest,
  CreateApiKeyRequest__Output,
} from './generated/sealflow/tenant/v1/CreateApiKeyRequest.js';
export type {
  CreateApiKeyResponse,
  CreateApiKeyResponse__Output,
} from './generated/sealflow/tenant/v1/CreateApiKeyResponse.js';
export type {
  CreateTenantRequest,
  CreateTenantRequest__Output,
} from './generated/sealflow/tenant/v1/CreateTenantRequest.js';
export type {
  CreateTenantResponse,
  CreateTenantResponse__Output,
} from './generated/sealflow/tenant/v1/CreateTenantResponse.js';
export type {
  GetUsageRequest,
  GetUsageRequest__Output,
} from './generated/sealflow/tenant/v1/GetUsageRequest.js';
export type {
  GetUsageResponse,
  GetUsageResponse__Output,
} from './generated/sealflow/tenant/v1/GetUsageResponse.js';
export type {
  ListApiKeysRequest,
  ListApiKeysRequest__Output,
} from './generated/sealflow/tenant/v1/ListApiKeysRequest.js';
export type {
  ListApiKeysResponse,
  ListApiKeysResponse__Output,
} from './generated/sealflow/tenant/v1/ListApiKeysResponse.js';
export type {
  ListTenantsRequest,
  ListTenantsRequest__Output,
} from './generated/sealflow/tenant/v1/ListTenantsRequest.js';
export type {
  ListTenantsResponse,
  ListTenantsResponse__Output,
} from './generated/sealflow/tenant/v1/ListTenantsResponse.js';
export type {
  ListUsageRequest,
  ListUsageRequest__Output,
} from './generated/sealflow/tenant/v1/ListUsageRequest.js';
export type {
  ListUsageResponse,
  ListUsageResponse__Output,
} from './generated/sealflow/tenant/v1/ListUsageResponse.js';
export type { Quota, Quota__Output } from './generated/sealflow/tenant/v1/Quota.js';
export type {
  RevokeApiKeyRequest,
  RevokeApiKeyRequest__Output,
} from './generated/sealflow/tenant/v1/RevokeApiKeyRequest.js';
export type {
  RevokeApiKeyResponse,
  RevokeApiKeyResponse__Output,
} from './generated/sealflow/tenant/v1/RevokeApiKeyResponse.js';
export type { Tenant, Tenant__Output } from './generated/sealflow/tenant/v1/Tenant.js';
export type { TenantServiceHandlers } from './generated/sealflow/tenant/v1/TenantService.js';
export type {
  UpdateQuotaRequest,
  UpdateQuotaRequest__Output,
} from './generated/sealflow/tenant/v1/UpdateQuotaRequest.js';
export type {
  UpdateQuotaResponse,
  UpdateQuotaResponse__Output,
} from './generated/sealflow/tenant/v1/UpdateQuotaResponse.js';
export type { UsageDay, UsageDay__Output } from './generated/sealflow/tenant/v1/UsageDay.js';
export type { Accepted, Accepted__Output } from './generated/sealflow/worker/v1/Accepted.js';
export type { Challenge, Challenge__Output } from './generated/sealflow/worker/v1/Challenge.js';
export type { Complete, Complete__Output } from './generated/sealflow/worker/v1/Complete.js';
export type {
  ConnectRequest,
  ConnectRequest__Output,
} from './generated/sealflow/worker/v1/ConnectRequest.js';
export type {
  ConnectResponse,
  ConnectResponse__Output,
} from './generated/sealflow/worker/v1/ConnectResponse.js';
export type { Drain, Drain__Output } from './generated/sealflow/worker/v1/Drain.js';
export type { Fail, Fail__Output } from './generated/sealflow/worker/v1/Fail.js';
export type { Lease, Lease__Output } from './generated/sealflow/worker/v1/Lease.js';
export type { LeaseInput, LeaseInput__Output } from './generated/sealflow/worker/v1/LeaseInput.js';
export type { LeaseOutput, LeaseOutput__Output } from './generated/sealflow/worker/v1/LeaseOutput.js';
export type { Offer, Offer__Output } from './generated/sealflow/worker/v1/Offer.js';
export type { OfferRequest, OfferRequest__Output } from './generated/sealflow/worker/v1/OfferRequest.js';
export type { Progress, Progress__Output } from './generated/sealflow/worker/v1/Progress.js';
export type { Register, Register__Output } from './generated/sealflow/worker/v1/Register.js';
export type { Renew, Renew__Output } from './generated/sealflow/worker/v1/Renew.js';
export type { Revoke, Revoke__Output } from './generated/sealflow/worker/v1/Revoke.js';
export type { TaskResult, TaskResult__Output } from './generated/sealflow/worker/v1/TaskResult.js';
export type { WorkerServiceHandlers } from './generated/sealflow/worker/v1/WorkerService.js';
export type * from './ledger-types.js';
export type * from './workflow-types.js';
