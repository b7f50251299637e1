// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DownloadBundleRequest as _sealflow_evidence_v1_DownloadBundleRequest, DownloadBundleRequest__Output as _sealflow_evidence_v1_DownloadBundleRequest__Output } from '../../../sealflow/evidence/v1/DownloadBundleRequest.js';
import type { DownloadBundleResponse as _sealflow_evidence_v1_DownloadBundleResponse, DownloadBundleResponse__Output as _sealflow_evidence_v1_DownloadBundleResponse__Output } from '../../../sealflow/evidence/v1/DownloadBundleResponse.js';
import type { GetBundleRequest as _sealflow_evidence_v1_GetBundleRequest, GetBundleRequest__Output as _sealflow_evidence_v1_GetBundleRequest__Output } from '../../../sealflow/evidence/v1/GetBundleRequest.js';
import type { GetBundleResponse as _sealflow_evidence_v1_GetBundleResponse, GetBundleResponse__Output as _sealflow_evidence_v1_GetBundleResponse__Output } from '../../../sealflow/evidence/v1/GetBundleResponse.js';
import type { GetCheckpointRequest as _sealflow_evidence_v1_GetCheckpointRequest, GetCheckpointRequest__Output as _sealflow_evidence_v1_GetCheckpointRequest__Output } from '../../../sealflow/evidence/v1/GetCheckpointRequest.js';
import type { GetCheckpointResponse as _sealflow_evidence_v1_GetCheckpointResponse, GetCheckpointResponse__Output as _sealflow_evidence_v1_GetCheckpointResponse__Output } from '../../../sealflow/evidence/v1/GetCheckpointResponse.js';
import type { GetConsistencyProofRequest as _sealflow_evidence_v1_GetConsistencyProofRequest, GetConsistencyProofRequest__Output as _sealflow_evidence_v1_GetConsistencyProofRequest__Output } from '../../../sealflow/evidence/v1/GetConsistencyProofRequest.js';
import type { GetConsistencyProofResponse as _sealflow_evidence_v1_GetConsistencyProofResponse, GetConsistencyProofResponse__Output as _sealflow_evidence_v1_GetConsistencyProofResponse__Output } from '../../../sealflow/evidence/v1/GetConsistencyProofResponse.js';
import type { GetInclusionProofRequest as _sealflow_evidence_v1_GetInclusionProofRequest, GetInclusionProofRequest__Output as _sealflow_evidence_v1_GetInclusionProofRequest__Output } from '../../../sealflow/evidence/v1/GetInclusionProofRequest.js';
import type { GetInclusionProofResponse as _sealflow_evidence_v1_GetInclusionProofResponse, GetInclusionProofResponse__Output as _sealflow_evidence_v1_GetInclusionProofResponse__Output } from '../../../sealflow/evidence/v1/GetInclusionProofResponse.js';
import type { GetLogProofRequest as _sealflow_evidence_v1_GetLogProofRequest, GetLogProofRequest__Output as _sealflow_evidence_v1_GetLogProofRequest__Output } from '../../../sealflow/evidence/v1/GetLogProofRequest.js';
import type { GetLogProofResponse as _sealflow_evidence_v1_GetLogProofResponse, GetLogProofResponse__Output as _sealflow_evidence_v1_GetLogProofResponse__Output } from '../../../sealflow/evidence/v1/GetLogProofResponse.js';
import type { ListBundlesRequest as _sealflow_evidence_v1_ListBundlesRequest, ListBundlesRequest__Output as _sealflow_evidence_v1_ListBundlesRequest__Output } from '../../../sealflow/evidence/v1/ListBundlesRequest.js';
import type { ListBundlesResponse as _sealflow_evidence_v1_ListBundlesResponse, ListBundlesResponse__Output as _sealflow_evidence_v1_ListBundlesResponse__Output } from '../../../sealflow/evidence/v1/ListBundlesResponse.js';
import type { ListCheckpointsRequest as _sealflow_evidence_v1_ListCheckpointsRequest, ListCheckpointsRequest__Output as _sealflow_evidence_v1_ListCheckpointsRequest__Output } from '../../../sealflow/evidence/v1/ListCheckpointsRequest.js';
import type { ListCheckpointsResponse as _sealflow_evidence_v1_ListCheckpointsResponse, ListCheckpointsResponse__Output as _sealflow_evidence_v1_ListCheckpointsResponse__Output } from '../../../sealflow/evidence/v1/ListCheckpointsResponse.js';
import type { ListEvidenceAccessRequest as _sealflow_evidence_v1_ListEvidenceAccessRequest, ListEvidenceAccessRequest__Output as _sealflow_evidence_v1_ListEvidenceAccessRequest__Output } from '../../../sealflow/evidence/v1/ListEvidenceAccessRequest.js';
import type { ListEvidenceAccessResponse as _sealflow_evidence_v1_ListEvidenceAccessResponse, ListEvidenceAccessResponse__Output as _sealflow_evidence_v1_ListEvidenceAccessResponse__Output } from '../../../sealflow/evidence/v1/ListEvidenceAccessResponse.js';
import type { PreviewRedactionRequest as _sealflow_evidence_v1_PreviewRedactionRequest, PreviewRedactionRequest__Output as _sealflow_evidence_v1_PreviewRedactionRequest__Output } from '../../../sealflow/evidence/v1/PreviewRedactionRequest.js';
import type { PreviewRedactionResponse as _sealflow_evidence_v1_PreviewRedactionResponse, PreviewRedactionResponse__Output as _sealflow_evidence_v1_PreviewRedactionResponse__Output } from '../../../sealflow/evidence/v1/PreviewRedactionResponse.js';
import type { ReappraiseRunsRequest as _sealflow_evidence_v1_ReappraiseRunsRequest, ReappraiseRunsRequest__Output as _sealflow_evidence_v1_ReappraiseRunsRequest__Output } from '../../../sealflow/evidence/v1/ReappraiseRunsRequest.js';
import type { ReappraiseRunsResponse as _sealflow_evidence_v1_ReappraiseRunsResponse, ReappraiseRunsResponse__Output as _sealflow_evidence_v1_ReappraiseRunsResponse__Output } from '../../../sealflow/evidence/v1/ReappraiseRunsResponse.js';
import type { RedactBundleRequest as _sealflow_evidence_v1_RedactBundleRequest, RedactBundleRequest__Output as _sealflow_evidence_v1_RedactBundleRequest__Output } from '../../../sealflow/evidence/v1/RedactBundleRequest.js';
import type { RedactBundleResponse as _sealflow_evidence_v1_RedactBundleResponse, RedactBundleResponse__Output as _sealflow_evidence_v1_RedactBundleResponse__Output } from '../../../sealflow/evidence/v1/RedactBundleResponse.js';

export interface EvidenceServiceClient extends grpc.Client {
  DownloadBundle(argument: _sealflow_evidence_v1_DownloadBundleRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_evidence_v1_DownloadBundleResponse__Output>;
  DownloadBundle(argument: _sealflow_evidence_v1_DownloadBundleRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_evidence_v1_DownloadBundleResponse__Output>;
  downloadBundle(argument: _sealflow_evidence_v1_DownloadBundleRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_evidence_v1_DownloadBundleResponse__Output>;
  downloadBundle(argument: _sealflow_evidence_v1_DownloadBundleRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_evidence_v1_DownloadBundleResponse__Output>;
  
  GetBundle(argument: _sealflow_evidence_v1_GetBundleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetBundleResponse__Output>): grpc.ClientUnaryCall;
  GetBundle(argument: _sealflow_evidence_v1_GetBundleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetBundleResponse__Output>): grpc.ClientUnaryCall;
  GetBundle(argument: _sealflow_evidence_v1_GetBundleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetBundleResponse__Output>): grpc.ClientUnaryCall;
  GetBundle(argument: _sealflow_evidence_v1_GetBundleRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetBundleResponse__Output>): grpc.ClientUnaryCall;
  getBundle(argument: _sealflow_evidence_v1_GetBundleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetBundleResponse__Output>): grpc.ClientUnaryCall;
  getBundle(argument: _sealflow_evidence_v1_GetBundleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetBundleResponse__Output>): grpc.ClientUnaryCall;
  getBundle(argument: _sealflow_evidence_v1_GetBundleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetBundleResponse__Output>): grpc.ClientUnaryCall;
  getBundle(argument: _sealflow_evidence_v1_GetBundleRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetBundleResponse__Output>): grpc.ClientUnaryCall;
  
  GetCheckpoint(argument: _sealflow_evidence_v1_GetCheckpointRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetCheckpointResponse__Output>): grpc.ClientUnaryCall;
  GetCheckpoint(argument: _sealflow_evidence_v1_GetCheckpointRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetCheckpointResponse__Output>): grpc.ClientUnaryCall;
  GetCheckpoint(argument: _sealflow_evidence_v1_GetCheckpointRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetCheckpointResponse__Output>): grpc.ClientUnaryCall;
  GetCheckpoint(argument: _sealflow_evidence_v1_GetCheckpointRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetCheckpointResponse__Output>): grpc.ClientUnaryCall;
  getCheckpoint(argument: _sealflow_evidence_v1_GetCheckpointRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetCheckpointResponse__Output>): grpc.ClientUnaryCall;
  getCheckpoint(argument: _sealflow_evidence_v1_GetCheckpointRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetCheckpointResponse__Output>): grpc.ClientUnaryCall;
  getCheckpoint(argument: _sealflow_evidence_v1_GetCheckpointRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetCheckpointResponse__Output>): grpc.ClientUnaryCall;
  getCheckpoint(argument: _sealflow_evidence_v1_GetCheckpointRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetCheckpointResponse__Output>): grpc.ClientUnaryCall;
  
  GetConsistencyProof(argument: _sealflow_evidence_v1_GetConsistencyProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetConsistencyProofResponse__Output>): grpc.ClientUnaryCall;
  GetConsistencyProof(argument: _sealflow_evidence_v1_GetConsistencyProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetConsistencyProofResponse__Output>): grpc.ClientUnaryCall;
  GetConsistencyProof(argument: _sealflow_evidence_v1_GetConsistencyProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetConsistencyProofResponse__Output>): grpc.ClientUnaryCall;
  GetConsistencyProof(argument: _sealflow_evidence_v1_GetConsistencyProofRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetConsistencyProofResponse__Output>): grpc.ClientUnaryCall;
  getConsistencyProof(argument: _sealflow_evidence_v1_GetConsistencyProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetConsistencyProofResponse__Output>): grpc.ClientUnaryCall;
  getConsistencyProof(argument: _sealflow_evidence_v1_GetConsistencyProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetConsistencyProofResponse__Output>): grpc.ClientUnaryCall;
  getConsistencyProof(argument: _sealflow_evidence_v1_GetConsistencyProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetConsistencyProofResponse__Output>): grpc.ClientUnaryCall;
  getConsistencyProof(argument: _sealflow_evidence_v1_GetConsistencyProofRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetConsistencyProofResponse__Output>): grpc.ClientUnaryCall;
  
  GetInclusionProof(argument: _sealflow_evidence_v1_GetInclusionProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  GetInclusionProof(argument: _sealflow_evidence_v1_GetInclusionProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  GetInclusionProof(argument: _sealflow_evidence_v1_GetInclusionProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  GetInclusionProof(argument: _sealflow_evidence_v1_GetInclusionProofRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  getInclusionProof(argument: _sealflow_evidence_v1_GetInclusionProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  getInclusionProof(argument: _sealflow_evidence_v1_GetInclusionProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  getInclusionProof(argument: _sealflow_evidence_v1_GetInclusionProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  getInclusionProof(argument: _sealflow_evidence_v1_GetInclusionProofRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  
  GetLogProof(argument: _sealflow_evidence_v1_GetLogProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetLogProofResponse__Output>): grpc.ClientUnaryCall;
  GetLogProof(argument: _sealflow_evidence_v1_GetLogProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetLogProofResponse__Output>): grpc.ClientUnaryCall;
  GetLogProof(argument: _sealflow_evidence_v1_GetLogProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetLogProofResponse__Output>): grpc.ClientUnaryCall;
  GetLogProof(argument: _sealflow_evidence_v1_GetLogProofRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetLogProofResponse__Output>): grpc.ClientUnaryCall;
  getLogProof(argument: _sealflow_evidence_v1_GetLogProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetLogProofResponse__Output>): grpc.ClientUnaryCall;
  getLogProof(argument: _sealflow_evidence_v1_GetLogProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_GetLogProofResponse__Output>): grpc.ClientUnaryCall;
  getLogProof(argument: _sealflow_evidence_v1_GetLogProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_GetLogProofResponse__Output>): grpc.ClientUnaryCall;
  getLogProof(argument: _sealflow_evidence_v1_GetLogProofRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_GetLogProofResponse__Output>): grpc.ClientUnaryCall;
  
  ListBundles(argument: _sealflow_evidence_v1_ListBundlesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListBundlesResponse__Output>): grpc.ClientUnaryCall;
  ListBundles(argument: _sealflow_evidence_v1_ListBundlesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_ListBundlesResponse__Output>): grpc.ClientUnaryCall;
  ListBundles(argument: _sealflow_evidence_v1_ListBundlesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListBundlesResponse__Output>): grpc.ClientUnaryCall;
  ListBundles(argument: _sealflow_evidence_v1_ListBundlesRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_ListBundlesResponse__Output>): grpc.ClientUnaryCall;
  listBundles(argument: _sealflow_evidence_v1_ListBundlesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListBundlesResponse__Output>): grpc.ClientUnaryCall;
  listBundles(argument: _sealflow_evidence_v1_ListBundlesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_ListBundlesResponse__Output>): grpc.ClientUnaryCall;
  listBundles(argument: _sealflow_evidence_v1_ListBundlesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListBundlesResponse__Output>): grpc.ClientUnaryCall;
  listBundles(argument: _sealflow_evidence_v1_ListBundlesRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_ListBundlesResponse__Output>): grpc.ClientUnaryCall;
  
  ListCheckpoints(argument: _sealflow_evidence_v1_ListCheckpointsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListCheckpointsResponse__Output>): grpc.ClientUnaryCall;
  ListCheckpoints(argument: _sealflow_evidence_v1_ListCheckpointsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_ListCheckpointsResponse__Output>): grpc.ClientUnaryCall;
  ListCheckpoints(argument: _sealflow_evidence_v1_ListCheckpointsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListCheckpointsResponse__Output>): grpc.ClientUnaryCall;
  ListCheckpoints(argument: _sealflow_evidence_v1_ListCheckpointsRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_ListCheckpointsResponse__Output>): grpc.ClientUnaryCall;
  listCheckpoints(argument: _sealflow_evidence_v1_ListCheckpointsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListCheckpointsResponse__Output>): grpc.ClientUnaryCall;
  listCheckpoints(argument: _sealflow_evidence_v1_ListCheckpointsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_ListCheckpointsResponse__Output>): grpc.ClientUnaryCall;
  listCheckpoints(argument: _sealflow_evidence_v1_ListCheckpointsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListCheckpointsResponse__Output>): grpc.ClientUnaryCall;
  listCheckpoints(argument: _sealflow_evidence_v1_ListCheckpointsRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_ListCheckpointsResponse__Output>): grpc.ClientUnaryCall;
  
  ListEvidenceAccess(argument: _sealflow_evidence_v1_ListEvidenceAccessRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListEvidenceAccessResponse__Output>): grpc.ClientUnaryCall;
  ListEvidenceAccess(argument: _sealflow_evidence_v1_ListEvidenceAccessRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_ListEvidenceAccessResponse__Output>): grpc.ClientUnaryCall;
  ListEvidenceAccess(argument: _sealflow_evidence_v1_ListEvidenceAccessRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListEvidenceAccessResponse__Output>): grpc.ClientUnaryCall;
  ListEvidenceAccess(argument: _sealflow_evidence_v1_ListEvidenceAccessRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_ListEvidenceAccessResponse__Output>): grpc.ClientUnaryCall;
  listEvidenceAccess(argument: _sealflow_evidence_v1_ListEvidenceAccessRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListEvidenceAccessResponse__Output>): grpc.ClientUnaryCall;
  listEvidenceAccess(argument: _sealflow_evidence_v1_ListEvidenceAccessRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_ListEvidenceAccessResponse__Output>): grpc.ClientUnaryCall;
  listEvidenceAccess(argument: _sealflow_evidence_v1_ListEvidenceAccessRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ListEvidenceAccessResponse__Output>): grpc.ClientUnaryCall;
  listEvidenceAccess(argument: _sealflow_evidence_v1_ListEvidenceAccessRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_ListEvidenceAccessResponse__Output>): grpc.ClientUnaryCall;
  
  PreviewRedaction(argument: _sealflow_evidence_v1_PreviewRedactionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_PreviewRedactionResponse__Output>): grpc.ClientUnaryCall;
  PreviewRedaction(argument: _sealflow_evidence_v1_PreviewRedactionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_PreviewRedactionResponse__Output>): grpc.ClientUnaryCall;
  PreviewRedaction(argument: _sealflow_evidence_v1_PreviewRedactionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_PreviewRedactionResponse__Output>): grpc.ClientUnaryCall;
  PreviewRedaction(argument: _sealflow_evidence_v1_PreviewRedactionRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_PreviewRedactionResponse__Output>): grpc.ClientUnaryCall;
  previewRedaction(argument: _sealflow_evidence_v1_PreviewRedactionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_PreviewRedactionResponse__Output>): grpc.ClientUnaryCall;
  previewRedaction(argument: _sealflow_evidence_v1_PreviewRedactionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_PreviewRedactionResponse__Output>): grpc.ClientUnaryCall;
  previewRedaction(argument: _sealflow_evidence_v1_PreviewRedactionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_PreviewRedactionResponse__Output>): grpc.ClientUnaryCall;
  previewRedaction(argument: _sealflow_evidence_v1_PreviewRedactionRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_PreviewRedactionResponse__Output>): grpc.ClientUnaryCall;
  
  ReappraiseRuns(argument: _sealflow_evidence_v1_ReappraiseRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ReappraiseRunsResponse__Output>): grpc.ClientUnaryCall;
  ReappraiseRuns(argument: _sealflow_evidence_v1_ReappraiseRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_ReappraiseRunsResponse__Output>): grpc.ClientUnaryCall;
  ReappraiseRuns(argument: _sealflow_evidence_v1_ReappraiseRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ReappraiseRunsResponse__Output>): grpc.ClientUnaryCall;
  ReappraiseRuns(argument: _sealflow_evidence_v1_ReappraiseRunsRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_ReappraiseRunsResponse__Output>): grpc.ClientUnaryCall;
  reappraiseRuns(argument: _sealflow_evidence_v1_ReappraiseRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ReappraiseRunsResponse__Output>): grpc.ClientUnaryCall;
  reappraiseRuns(argument: _sealflow_evidence_v1_ReappraiseRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_evidence_v1_ReappraiseRunsResponse__Output>): grpc.ClientUnaryCall;
  reappraiseRuns(argument: _sealflow_evidence_v1_ReappraiseRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_evidence_v1_ReappraiseRunsResponse__Output>): grpc.ClientUnaryCall;
  reappraiseRuns(argument: _sealflow_evidence_v1_ReappraiseRunsRequest, callback: grpc.requestCallback<_sealflow_evidence_v1_ReappraiseRunsResponse__Output>): grpc.ClientUnaryCall;
  
  RedactBundle(argument: _sealflow_evidence_v1_RedactBundleRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_evidence_v1_RedactBundleResponse__Output>;
  RedactBundle(argument: _sealflow_evidence_v1_RedactBundleRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_evidence_v1_RedactBundleResponse__Output>;
  redactBundle(argument: _sealflow_evidence_v1_RedactBundleRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_evidence_v1_RedactBundleResponse__Output>;
  redactBundle(argument: _sealflow_evidence_v1_RedactBundleRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_evidence_v1_RedactBundleResponse__Output>;
  
}

export interface EvidenceServiceHandlers extends grpc.UntypedServiceImplementation {
  DownloadBundle: grpc.handleServerStreamingCall<_sealflow_evidence_v1_DownloadBundleRequest__Output, _sealflow_evidence_v1_DownloadBundleResponse>;
  
  GetBundle: grpc.handleUnaryCall<_sealflow_evidence_v1_GetBundleRequest__Output, _sealflow_evidence_v1_GetBundleResponse>;
  
  GetCheckpoint: grpc.handleUnaryCall<_sealflow_evidence_v1_GetCheckpointRequest__Output, _sealflow_evidence_v1_GetCheckpointResponse>;
  
  GetConsistencyProof: grpc.handleUnaryCall<_sealflow_evidence_v1_GetConsistencyProofRequest__Output, _sealflow_evidence_v1_GetConsistencyProofResponse>;
  
  GetInclusionProof: grpc.handleUnaryCall<_sealflow_evidence_v1_GetInclusionProofRequest__Output, _sealflow_evidence_v1_GetInclusionProofResponse>;
  
  GetLogProof: grpc.handleUnaryCall<_sealflow_evidence_v1_GetLogProofRequest__Output, _sealflow_evidence_v1_GetLogProofResponse>;
  
  ListBundles: grpc.handleUnaryCall<_sealflow_evidence_v1_ListBundlesRequest__Output, _sealflow_evidence_v1_ListBundlesResponse>;
  
  ListCheckpoints: grpc.handleUnaryCall<_sealflow_evidence_v1_ListCheckpointsRequest__Output, _sealflow_evidence_v1_ListCheckpointsResponse>;
  
  ListEvidenceAccess: grpc.handleUnaryCall<_sealflow_evidence_v1_ListEvidenceAccessRequest__Output, _sealflow_evidence_v1_ListEvidenceAccessResponse>;
  
  PreviewRedaction: grpc.handleUnaryCall<_sealflow_evidence_v1_PreviewRedactionRequest__Output, _sealflow_evidence_v1_PreviewRedactionResponse>;
  
  ReappraiseRuns: grpc.handleUnaryCall<_sealflow_evidence_v1_ReappraiseRunsRequest__Output, _sealflow_evidence_v1_ReappraiseRunsResponse>;
  
  RedactBundle: grpc.handleServerStreamingCall<_sealflow_evidence_v1_RedactBundleRequest__Output, _sealflow_evidence_v1_RedactBundleResponse>;
  
}

export interface EvidenceServiceDefinition extends grpc.ServiceDefinition {
  DownloadBundle: MethodDefinition<_sealflow_evidence_v1_DownloadBundleRequest, _sealflow_evidence_v1_DownloadBundleResponse, _sealflow_evidence_v1_DownloadBundleRequest__Output, _sealflow_evidence_v1_DownloadBundleResponse__Output>
  GetBundle: MethodDefinition<_sealflow_evidence_v1_GetBundleRequest, _sealflow_evidence_v1_GetBundleResponse, _sealflow_evidence_v1_GetBundleRequest__Output, _sealflow_evidence_v1_GetBundleResponse__Output>
  GetCheckpoint: MethodDefinition<_sealflow_evidence_v1_GetCheckpointRequest, _sealflow_evidence_v1_GetCheckpointResponse, _sealflow_evidence_v1_GetCheckpointRequest__Output, _sealflow_evidence_v1_GetCheckpointResponse__Output>
  GetConsistencyProof: MethodDefinition<_sealflow_evidence_v1_GetConsistencyProofRequest, _sealflow_evidence_v1_GetConsistencyProofResponse, _sealflow_evidence_v1_GetConsistencyProofRequest__Output, _sealflow_evidence_v1_GetConsistencyProofResponse__Output>
  GetInclusionProof: MethodDefinition<_sealflow_evidence_v1_GetInclusionProofRequest, _sealflow_evidence_v1_GetInclusionProofResponse, _sealflow_evidence_v1_GetInclusionProofRequest__Output, _sealflow_evidence_v1_GetInclusionProofResponse__Output>
  GetLogProof: MethodDefinition<_sealflow_evidence_v1_GetLogProofRequest, _sealflow_evidence_v1_GetLogProofResponse, _sealflow_evidence_v1_GetLogProofRequest__Output, _sealflow_evidence_v1_GetLogProofResponse__Output>
  ListBundles: MethodDefinition<_sealflow_evidence_v1_ListBundlesRequest, _sealflow_evidence_v1_ListBundlesResponse, _sealflow_evidence_v1_ListBundlesRequest__Output, _sealflow_evidence_v1_ListBundlesResponse__Output>
  ListCheckpoints: MethodDefinition<_sealflow_evidence_v1_ListCheckpointsRequest, _sealflow_evidence_v1_ListCheckpointsResponse, _sealflow_evidence_v1_ListCheckpointsRequest__Output, _sealflow_evidence_v1_ListCheckpointsResponse__Output>
  ListEvidenceAccess: MethodDefinition<_sealflow_evidence_v1_ListEvidenceAccessRequest, _sealflow_evidence_v1_ListEvidenceAccessResponse, _sealflow_evidence_v1_ListEvidenceAccessRequest__Output, _sealflow_evidence_v1_ListEvidenceAccessResponse__Output>
  PreviewRedaction: MethodDefinition<_sealflow_evidence_v1_PreviewRedactionRequest, _sealflow_evidence_v1_PreviewRedactionResponse, _sealflow_evidence_v1_PreviewRedactionRequest__Output, _sealflow_evidence_v1_PreviewRedactionResponse__Output>
  ReappraiseRuns: MethodDefinition<_sealflow_evidence_v1_ReappraiseRunsRequest, _sealflow_evidence_v1_ReappraiseRunsResponse, _sealflow_evidence_v1_ReappraiseRunsRequest__Output, _sealflow_evidence_v1_ReappraiseRunsResponse__Output>
  RedactBundle: MethodDefinition<_sealflow_evidence_v1_RedactBundleRequest, _sealflow_evidence_v1_RedactBundleResponse, _sealflow_evidence_v1_RedactBundleRequest__Output, _sealflow_evidence_v1_RedactBundleResponse__Output>
}
