import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { LegalHold as _sealflow_retention_v1_LegalHold, LegalHold__Output as _sealflow_retention_v1_LegalHold__Output } from './sealflow/retention/v1/LegalHold.js';
import type { LiftHoldRequest as _sealflow_retention_v1_LiftHoldRequest, LiftHoldRequest__Output as _sealflow_retention_v1_LiftHoldRequest__Output } from './sealflow/retention/v1/LiftHoldRequest.js';
import type { LiftHoldResponse as _sealflow_retention_v1_LiftHoldResponse, LiftHoldResponse__Output as _sealflow_retention_v1_LiftHoldResponse__Output } from './sealflow/retention/v1/LiftHoldResponse.js';
import type { ListHoldsRequest as _sealflow_retention_v1_ListHoldsRequest, ListHoldsRequest__Output as _sealflow_retention_v1_ListHoldsRequest__Output } from './sealflow/retention/v1/ListHoldsRequest.js';
import type { ListHoldsResponse as _sealflow_retention_v1_ListHoldsResponse, ListHoldsResponse__Output as _sealflow_retention_v1_ListHoldsResponse__Output } from './sealflow/retention/v1/ListHoldsResponse.js';
import type { ListRetentionRecordsRequest as _sealflow_retention_v1_ListRetentionRecordsRequest, ListRetentionRecordsRequest__Output as _sealflow_retention_v1_ListRetentionRecordsRequest__Output } from './sealflow/retention/v1/ListRetentionRecordsRequest.js';
import type { ListRetentionRecordsResponse as _sealflow_retention_v1_ListRetentionRecordsResponse, ListRetentionRecordsResponse__Output as _sealflow_retention_v1_ListRetentionRecordsResponse__Output } from './sealflow/retention/v1/ListRetentionRecordsResponse.js';
import type { ListRetentionRequest as _sealflow_retention_v1_ListRetentionRequest, ListRetentionRequest__Output as _sealflow_retention_v1_ListRetentionRequest__Output } from './sealflow/retention/v1/ListRetentionRequest.js';
import type { ListRetentionResponse as _sealflow_retention_v1_ListRetentionResponse, ListRetentionResponse__Output as _sealflow_retention_v1_ListRetentionResponse__Output } from './sealflow/retention/v1/ListRetentionResponse.js';
import type { PlaceHoldRequest as _sealflow_retention_v1_PlaceHoldRequest, PlaceHoldRequest__Output as _sealflow_retention_v1_PlaceHoldRequest__Output } from './sealflow/retention/v1/PlaceHoldRequest.js';
import type { PlaceHoldResponse as _sealflow_retention_v1_PlaceHoldResponse, PlaceHoldResponse__Output as _sealflow_retention_v1_PlaceHoldResponse__Output } from './sealflow/retention/v1/PlaceHoldResponse.js';
import type { RetentionRecord as _sealflow_retention_v1_RetentionRecord, RetentionRecord__Output as _sealflow_retention_v1_RetentionRecord__Output } from './sealflow/retention/v1/RetentionRecord.js';
import type { RetentionRule as _sealflow_retention_v1_RetentionRule, RetentionRule__Output as _sealflow_retention_v1_RetentionRule__Output } from './sealflow/retention/v1/RetentionRule.js';
import type { RetentionServiceClient as _sealflow_retention_v1_RetentionServiceClient, RetentionServiceDefinition as _sealflow_retention_v1_RetentionServiceDefinition } from './sealflow/retention/v1/RetentionService.js';
import type { SetRetentionRequest as _sealflow_retention_v1_SetRetentionRequest, SetRetentionRequest__Output as _sealflow_retention_v1_SetRetentionRequest__Output } from './sealflow/retention/v1/SetRetentionRequest.js';
import type { SetRetentionResponse as _sealflow_retention_v1_SetRetentionResponse, SetRetentionResponse__Output as _sealflow_retention_v1_SetRetentionResponse__Output } from './sealflow/retention/v1/SetRetentionResponse.js';

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
    retention: {
      v1: {
        LegalHold: MessageTypeDefinition<_sealflow_retention_v1_LegalHold, _sealflow_retention_v1_LegalHold__Output>
        LiftHoldRequest: MessageTypeDefinition<_sealflow_retention_v1_LiftHoldRequest, _sealflow_retention_v1_LiftHoldRequest__Output>
        LiftHoldResponse: MessageTypeDefinition<_sealflow_retention_v1_LiftHoldResponse, _sealflow_retention_v1_LiftHoldResponse__Output>
        ListHoldsRequest: MessageTypeDefinition<_sealflow_retention_v1_ListHoldsRequest, _sealflow_retention_v1_ListHoldsRequest__Output>
        ListHoldsResponse: MessageTypeDefinition<_sealflow_retention_v1_ListHoldsResponse, _sealflow_retention_v1_ListHoldsResponse__Output>
        ListRetentionRecordsRequest: MessageTypeDefinition<_sealflow_retention_v1_ListRetentionRecordsRequest, _sealflow_retention_v1_ListRetentionRecordsRequest__Output>
        ListRetentionRecordsResponse: MessageTypeDefinition<_sealflow_retention_v1_ListRetentionRecordsResponse, _sealflow_retention_v1_ListRetentionRecordsResponse__Output>
        ListRetentionRequest: MessageTypeDefinition<_sealflow_retention_v1_ListRetentionRequest, _sealflow_retention_v1_ListRetentionRequest__Output>
        ListRetentionResponse: MessageTypeDefinition<_sealflow_retention_v1_ListRetentionResponse, _sealflow_retention_v1_ListRetentionResponse__Output>
        PlaceHoldRequest: MessageTypeDefinition<_sealflow_retention_v1_PlaceHoldRequest, _sealflow_retention_v1_PlaceHoldRequest__Output>
        PlaceHoldResponse: MessageTypeDefinition<_sealflow_retention_v1_PlaceHoldResponse, _sealflow_retention_v1_PlaceHoldResponse__Output>
        RetentionRecord: MessageTypeDefinition<_sealflow_retention_v1_RetentionRecord, _sealflow_retention_v1_RetentionRecord__Output>
        RetentionRule: MessageTypeDefinition<_sealflow_retention_v1_RetentionRule, _sealflow_retention_v1_RetentionRule__Output>
        RetentionService: SubtypeConstructor<typeof grpc.Client, _sealflow_retention_v1_RetentionServiceClient> & { service: _sealflow_retention_v1_RetentionServiceDefinition }
        SetRetentionRequest: MessageTypeDefinition<_sealflow_retention_v1_SetRetentionRequest, _sealflow_retention_v1_SetRetentionRequest__Output>
        SetRetentionResponse: MessageTypeDefinition<_sealflow_retention_v1_SetRetentionResponse, _sealflow_retention_v1_SetRetentionResponse__Output>
      }
    }
  }
}

