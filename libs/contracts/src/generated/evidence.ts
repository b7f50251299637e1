import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { BundleSummary as _sealflow_evidence_v1_BundleSummary, BundleSummary__Output as _sealflow_evidence_v1_BundleSummary__Output } from './sealflow/evidence/v1/BundleSummary.js';
import type { DownloadBundleRequest as _sealflow_evidence_v1_DownloadBundleRequest, DownloadBundleRequest__Output as _sealflow_evidence_v1_DownloadBundleRequest__Output } from './sealflow/evidence/v1/DownloadBundleRequest.js';
import type { DownloadBundleResponse as _sealflow_evidence_v1_DownloadBundleResponse, DownloadBundleResponse__Output as _sealflow_evidence_v1_DownloadBundleResponse__Output } from './sealflow/evidence/v1/DownloadBundleResponse.js';
import type { EvidenceAccess as _sealflow_evidence_v1_EvidenceAccess, EvidenceAccess__Output as _sealflow_evidence_v1_EvidenceAccess__Output } from './sealflow/evidence/v1/EvidenceAccess.js';
import type { EvidenceServiceClient as _sealflow_evidence_v1_EvidenceServiceClient, EvidenceServiceDefinition as _sealflow_evidence_v1_EvidenceServiceDefinition } from './sealflow/evidence/v1/EvidenceService.js';
import type { GetBundleRequest as _sealflow_evidence_v1_GetBundleRequest, GetBundleRequest__Output as _sealflow_evidence_v1_GetBundleRequest__Output } from './sealflow/evidence/v1/GetBundleRequest.js';
import type { GetBundleResponse as _sealflow_evidence_v1_GetBundleResponse, GetBundleResponse__Output as _sealflow_evidence_v1_GetBundleResponse__Output } from './sealflow/evidence/v1/GetBundleResponse.js';
import type { GetCheckpointRequest as _sealflow_evidence_v1_GetCheckpointRequest, GetCheckpointRequest__Output as _sealflow_evidence_v1_GetCheckpointRequest__Output } from './sealflow/evidence/v1/GetCheckpointRequest.js';
import type { GetCheckpointResponse as _sealflow_evidence_v1_GetCheckpointResponse, GetCheckpointResponse__Output as _sealflow_evidence_v1_GetCheckpointResponse__Output } from './sealflow/evidence/v1/GetCheckpointResponse.js';
import type { GetConsistencyProofRequest as _sealflow_evidence_v1_GetConsistencyProofRequest, GetConsistencyProofRequest__Output as _sealflow_evidence_v1_GetConsistencyProofRequest__Output } from './sealflow/evidence/v1/GetConsistencyProofRequest.js';
import type { GetConsistencyProofResponse as _sealflow_evidence_v1_GetConsistencyProofResponse, GetConsistencyProofResponse__Output as _sealflow_evidence_v1_GetConsistencyProofResponse__Output } from './sealflow/evidence/v1/GetConsistencyProofResponse.js';
import type { GetInclusionProofRequest as _sealflow_evidence_v1_GetInclusionProofRequest, GetInclusionProofRequest__Output as _sealflow_evidence_v1_GetInclusionProofRequest__Output } from './sealflow/evidence/v1/GetInclusionProofRequest.js';
import type { GetInclusionProofResponse as _sealflow_evidence_v1_GetInclusionProofResponse, GetInclusionProofResponse__Output as _sealflow_evidence_v1_GetInclusionProofResponse__Output } from './sealflow/evidence/v1/GetInclusionProofResponse.js';
import type { GetLogProofRequest as _sealflow_evidence_v1_GetLogProofRequest, GetLogProofRequest__Output as _sealflow_evidence_v1_GetLogProofRequest__Output } from './sealflow/evidence/v1/GetLogProofRequest.js';
import type { GetLogProofResponse as _sealflow_evidence_v1_GetLogProofResponse, GetLogProofResponse__Output as _sealflow_evidence_v1_GetLogProofResponse__Output } from './sealflow/evidence/v1/GetLogProofResponse.js';
import type { ListBundlesRequest as _sealflow_evidence_v1_ListBundlesRequest, ListBundlesRequest__Output as _sealflow_evidence_v1_ListBundlesRequest__Output } from './sealflow/evidence/v1/ListBundlesRequest.js';
import type { ListBundlesResponse as _sealflow_evidence_v1_ListBundlesResponse, ListBundlesResponse__Output as _sealflow_evidence_v1_ListBundlesResponse__Output } from './sealflow/evidence/v1/ListBundlesResponse.js';
import type { ListCheckpointsRequest as _sealflow_evidence_v1_ListCheckpointsRequest, ListCheckpointsRequest__Output as _sealflow_evidence_v1_ListCheckpointsRequest__Output } from './sealflow/evidence/v1/ListCheckpointsRequest.js';
import type { ListCheckpointsResponse as _sealflow_evidence_v1_ListCheckpointsResponse, ListCheckpointsResponse__Output as _sealflow_evidence_v1_ListCheckpointsResponse__Output } from './sealflow/evidence/v1/ListCheckpointsResponse.js';
import type { ListEvidenceAccessRequest as _sealflow_evidence_v1_ListEvidenceAccessRequest, ListEvidenceAccessRequest__Output as _sealflow_evidence_v1_ListEvidenceAccessRequest__Output } from './sealflow/evidence/v1/ListEvidenceAccessRequest.js';
import type { ListEvidenceAccessResponse as _sealflow_evidence_v1_ListEvidenceAccessResponse, ListEvidenceAccessResponse__Output as _sealflow_evidence_v1_ListEvidenceAccessResponse__Output } from './sealflow/evidence/v1/ListEvidenceAccessResponse.js';
import type { LogCheckpoint as _sealflow_evidence_v1_LogCheckpoint, LogCheckpoint__Output as _sealflow_evidence_v1_LogCheckpoint__Output } from './sealflow/evidence/v1/LogCheckpoint.js';
import type { PreviewRedactionRequest as _sealflow_evidence_v1_PreviewRedactionRequest, PreviewRedactionRequest__Output as _sealflow_evidence_v1_PreviewRedactionRequest__Output } from './sealflow/evidence/v1/PreviewRedactionRequest.js';
import type { PreviewRedactionResponse as _sealflow_evidence_v1_PreviewRedactionResponse, PreviewRedactionResponse__Output as _sealflow_evidence_v1_PreviewRedactionResponse__Output } from './sealflow/evidence/v1/PreviewRedactionResponse.js';
import type { ReappraisalMatch as _sealflow_evidence_v1_ReappraisalMatch, ReappraisalMatch__Output as _sealflow_evidence_v1_ReappraisalMatch__Output } from './sealflow/evidence/v1/ReappraisalMatch.js';
import type { ReappraiseRunsRequest as _sealflow_evidence_v1_ReappraiseRunsRequest, ReappraiseRunsRequest__Output as _sealflow_evidence_v1_ReappraiseRunsRequest__Output } from './sealflow/evidence/v1/ReappraiseRunsRequest.js';
import type { ReappraiseRunsResponse as _sealflow_evidence_v1_ReappraiseRunsResponse, ReappraiseRunsResponse__Output as _sealflow_evidence_v1_ReappraiseRunsResponse__Output } from './sealflow/evidence/v1/ReappraiseRunsResponse.js';
import type { ReappraisedRun as _sealflow_evidence_v1_ReappraisedRun, ReappraisedRun__Output as _sealflow_evidence_v1_ReappraisedRun__Output } from './sealflow/evidence/v1/ReappraisedRun.js';
import type { RedactBundleRequest as _sealflow_evidence_v1_RedactBundleRequest, RedactBundleRequest__Output as _sealflow_evidence_v1_RedactBundleRequest__Output } from './sealflow/evidence/v1/RedactBundleRequest.js';
import type { RedactBundleResponse as _sealflow_evidence_v1_RedactBundleResponse, RedactBundleResponse__Output as _sealflow_evidence_v1_RedactBundleResponse__Output } from './sealflow/evidence/v1/RedactBundleResponse.js';

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
    evidence: {
      v1: {
        BundleSummary: MessageTypeDefinition<_sealflow_evidence_v1_BundleSummary, _sealflow_evidence_v1_BundleSummary__Output>
        DownloadBundleRequest: MessageTypeDefinition<_sealflow_evidence_v1_DownloadBundleRequest, _sealflow_evidence_v1_DownloadBundleRequest__Output>
        DownloadBundleResponse: MessageTypeDefinition<_sealflow_evidence_v1_DownloadBundleResponse, _sealflow_evidence_v1_DownloadBundleResponse__Output>
        EvidenceAccess: MessageTypeDefinition<_sealflow_evidence_v1_EvidenceAccess, _sealflow_evidence_v1_EvidenceAccess__Output>
        EvidenceService: SubtypeConstructor<typeof grpc.Client, _sealflow_evidence_v1_EvidenceServiceClient> & { service: _sealflow_evidence_v1_EvidenceServiceDefinition }
        GetBundleRequest: MessageTypeDefinition<_sealflow_evidence_v1_GetBundleRequest, _sealflow_evidence_v1_GetBundleRequest__Output>
        GetBundleResponse: MessageTypeDefinition<_sealflow_evidence_v1_GetBundleResponse, _sealflow_evidence_v1_GetBundleResponse__Output>
        GetCheckpointRequest: MessageTypeDefinition<_sealflow_evidence_v1_GetCheckpointRequest, _sealflow_evidence_v1_GetCheckpointRequest__Output>
        GetCheckpointResponse: MessageTypeDefinition<_sealflow_evidence_v1_GetCheckpointResponse, _sealflow_evidence_v1_GetCheckpointResponse__Output>
        GetConsistencyProofRequest: MessageTypeDefinition<_sealflow_evidence_v1_GetConsistencyProofRequest, _sealflow_evidence_v1_GetConsistencyProofRequest__Output>
        GetConsistencyProofResponse: MessageTypeDefinition<_sealflow_evidence_v1_GetConsistencyProofResponse, _sealflow_evidence_v1_GetConsistencyProofResponse__Output>
        GetInclusionProofRequest: MessageTypeDefinition<_sealflow_evidence_v1_GetInclusionProofRequest, _sealflow_evidence_v1_GetInclusionProofRequest__Output>
        GetInclusionProofResponse: MessageTypeDefinition<_sealflow_evidence_v1_GetInclusionProofResponse, _sealflow_evidence_v1_GetInclusionProofResponse__Output>
        GetLogProofRequest: MessageTypeDefinition<_sealflow_evidence_v1_GetLogProofRequest, _sealflow_evidence_v1_GetLogProofRequest__Output>
        GetLogProofResponse: MessageTypeDefinition<_sealflow_evidence_v1_GetLogProofResponse, _sealflow_evidence_v1_GetLogProofResponse__Output>
        ListBundlesRequest: MessageTypeDefinition<_sealflow_evidence_v1_ListBundlesRequest, _sealflow_evidence_v1_ListBundlesRequest__Output>
        ListBundlesResponse: MessageTypeDefinition<_sealflow_evidence_v1_ListBundlesResponse, _sealflow_evidence_v1_ListBundlesResponse__Output>
        ListCheckpointsRequest: MessageTypeDefinition<_sealflow_evidence_v1_ListCheckpointsRequest, _sealflow_evidence_v1_ListCheckpointsRequest__Output>
        ListCheckpointsResponse: MessageTypeDefinition<_sealflow_evidence_v1_ListCheckpointsResponse, _sealflow_evidence_v1_ListCheckpointsResponse__Output>
        ListEvidenceAccessRequest: MessageTypeDefinition<_sealflow_evidence_v1_ListEvidenceAccessRequest, _sealflow_evidence_v1_ListEvidenceAccessRequest__Output>
        ListEvidenceAccessResponse: MessageTypeDefinition<_sealflow_evidence_v1_ListEvidenceAccessResponse, _sealflow_evidence_v1_ListEvidenceAccessResponse__Output>
        LogCheckpoint: MessageTypeDefinition<_sealflow_evidence_v1_LogCheckpoint, _sealflow_evidence_v1_LogCheckpoint__Output>
        PreviewRedactionRequest: MessageTypeDefinition<_sealflow_evidence_v1_PreviewRedactionRequest, _sealflow_evidence_v1_PreviewRedactionRequest__Output>
        PreviewRedactionResponse: MessageTypeDefinition<_sealflow_evidence_v1_PreviewRedactionResponse, _sealflow_evidence_v1_PreviewRedactionResponse__Output>
        ReappraisalFate: EnumTypeDefinition
        ReappraisalMatch: MessageTypeDefinition<_sealflow_evidence_v1_ReappraisalMatch, _sealflow_evidence_v1_ReappraisalMatch__Output>
        ReappraiseRunsRequest: MessageTypeDefinition<_sealflow_evidence_v1_ReappraiseRunsRequest, _sealflow_evidence_v1_ReappraiseRunsRequest__Output>
        ReappraiseRunsResponse: MessageTypeDefinition<_sealflow_evidence_v1_ReappraiseRunsResponse, _sealflow_evidence_v1_ReappraiseRunsResponse__Output>
        ReappraisedRun: MessageTypeDefinition<_sealflow_evidence_v1_ReappraisedRun, _sealflow_evidence_v1_ReappraisedRun__Output>
        RedactBundleRequest: MessageTypeDefinition<_sealflow_evidence_v1_RedactBundleRequest, _sealflow_evidence_v1_RedactBundleRequest__Output>
        RedactBundleResponse: MessageTypeDefinition<_sealflow_evidence_v1_RedactBundleResponse, _sealflow_evidence_v1_RedactBundleResponse__Output>
      }
    }
  }
}

