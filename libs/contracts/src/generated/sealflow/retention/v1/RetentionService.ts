// Original file: /proto/sealflow/retention/v1/retention.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { LiftHoldRequest as _sealflow_retention_v1_LiftHoldRequest, LiftHoldRequest__Output as _sealflow_retention_v1_LiftHoldRequest__Output } from '../../../sealflow/retention/v1/LiftHoldRequest.js';
import type { LiftHoldResponse as _sealflow_retention_v1_LiftHoldResponse, LiftHoldResponse__Output as _sealflow_retention_v1_LiftHoldResponse__Output } from '../../../sealflow/retention/v1/LiftHoldResponse.js';
import type { ListHoldsRequest as _sealflow_retention_v1_ListHoldsRequest, ListHoldsRequest__Output as _sealflow_retention_v1_ListHoldsRequest__Output } from '../../../sealflow/retention/v1/ListHoldsRequest.js';
import type { ListHoldsResponse as _sealflow_retention_v1_ListHoldsResponse, ListHoldsResponse__Output as _sealflow_retention_v1_ListHoldsResponse__Output } from '../../../sealflow/retention/v1/ListHoldsResponse.js';
import type { ListRetentionRecordsRequest as _sealflow_retention_v1_ListRetentionRecordsRequest, ListRetentionRecordsRequest__Output as _sealflow_retention_v1_ListRetentionRecordsRequest__Output } from '../../../sealflow/retention/v1/ListRetentionRecordsRequest.js';
import type { ListRetentionRecordsResponse as _sealflow_retention_v1_ListRetentionRecordsResponse, ListRetentionRecordsResponse__Output as _sealflow_retention_v1_ListRetentionRecordsResponse__Output } from '../../../sealflow/retention/v1/ListRetentionRecordsResponse.js';
import type { ListRetentionRequest as _sealflow_retention_v1_ListRetentionRequest, ListRetentionRequest__Output as _sealflow_retention_v1_ListRetentionRequest__Output } from '../../../sealflow/retention/v1/ListRetentionRequest.js';
import type { ListRetentionResponse as _sealflow_retention_v1_ListRetentionResponse, ListRetentionResponse__Output as _sealflow_retention_v1_ListRetentionResponse__Output } from '../../../sealflow/retention/v1/ListRetentionResponse.js';
import type { PlaceHoldRequest as _sealflow_retention_v1_PlaceHoldRequest, PlaceHoldRequest__Output as _sealflow_retention_v1_PlaceHoldRequest__Output } from '../../../sealflow/retention/v1/PlaceHoldRequest.js';
import type { PlaceHoldResponse as _sealflow_retention_v1_PlaceHoldResponse, PlaceHoldResponse__Output as _sealflow_retention_v1_PlaceHoldResponse__Output } from '../../../sealflow/retention/v1/PlaceHoldResponse.js';
import type { SetRetentionRequest as _sealflow_retention_v1_SetRetentionRequest, SetRetentionRequest__Output as _sealflow_retention_v1_SetRetentionRequest__Output } from '../../../sealflow/retention/v1/SetRetentionRequest.js';
import type { SetRetentionResponse as _sealflow_retention_v1_SetRetentionResponse, SetRetentionResponse__Output as _sealflow_retention_v1_SetRetentionResponse__Output } from '../../../sealflow/retention/v1/SetRetentionResponse.js';

export interface RetentionServiceClient extends grpc.Client {
  LiftHold(argument: _sealflow_retention_v1_LiftHoldRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_LiftHoldResponse__Output>): grpc.ClientUnaryCall;
  LiftHold(argument: _sealflow_retention_v1_LiftHoldRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_LiftHoldResponse__Output>): grpc.ClientUnaryCall;
  LiftHold(argument: _sealflow_retention_v1_LiftHoldRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_LiftHoldResponse__Output>): grpc.ClientUnaryCall;
  LiftHold(argument: _sealflow_retention_v1_LiftHoldRequest, callback: grpc.requestCallback<_sealflow_retention_v1_LiftHoldResponse__Output>): grpc.ClientUnaryCall;
  liftHold(argument: _sealflow_retention_v1_LiftHoldRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_LiftHoldResponse__Output>): grpc.ClientUnaryCall;
  liftHold(argument: _sealflow_retention_v1_LiftHoldRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_LiftHoldResponse__Output>): grpc.ClientUnaryCall;
  liftHold(argument: _sealflow_retention_v1_LiftHoldRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_LiftHoldResponse__Output>): grpc.ClientUnaryCall;
  liftHold(argument: _sealflow_retention_v1_LiftHoldRequest, callback: grpc.requestCallback<_sealflow_retention_v1_LiftHoldResponse__Output>): grpc.ClientUnaryCall;
  
  ListHolds(argument: _sealflow_retention_v1_ListHoldsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListHoldsResponse__Output>): grpc.ClientUnaryCall;
  ListHolds(argument: _sealflow_retention_v1_ListHoldsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_ListHoldsResponse__Output>): grpc.ClientUnaryCall;
  ListHolds(argument: _sealflow_retention_v1_ListHoldsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListHoldsResponse__Output>): grpc.ClientUnaryCall;
  ListHolds(argument: _sealflow_retention_v1_ListHoldsRequest, callback: grpc.requestCallback<_sealflow_retention_v1_ListHoldsResponse__Output>): grpc.ClientUnaryCall;
  listHolds(argument: _sealflow_retention_v1_ListHoldsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListHoldsResponse__Output>): grpc.ClientUnaryCall;
  listHolds(argument: _sealflow_retention_v1_ListHoldsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_ListHoldsResponse__Output>): grpc.ClientUnaryCall;
  listHolds(argument: _sealflow_retention_v1_ListHoldsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListHoldsResponse__Output>): grpc.ClientUnaryCall;
  listHolds(argument: _sealflow_retention_v1_ListHoldsRequest, callback: grpc.requestCallback<_sealflow_retention_v1_ListHoldsResponse__Output>): grpc.ClientUnaryCall;
  
  ListRetention(argument: _sealflow_retention_v1_ListRetentionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionResponse__Output>): grpc.ClientUnaryCall;
  ListRetention(argument: _sealflow_retention_v1_ListRetentionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionResponse__Output>): grpc.ClientUnaryCall;
  ListRetention(argument: _sealflow_retention_v1_ListRetentionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionResponse__Output>): grpc.ClientUnaryCall;
  ListRetention(argument: _sealflow_retention_v1_ListRetentionRequest, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionResponse__Output>): grpc.ClientUnaryCall;
  listRetention(argument: _sealflow_retention_v1_ListRetentionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionResponse__Output>): grpc.ClientUnaryCall;
  listRetention(argument: _sealflow_retention_v1_ListRetentionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionResponse__Output>): grpc.ClientUnaryCall;
  listRetention(argument: _sealflow_retention_v1_ListRetentionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionResponse__Output>): grpc.ClientUnaryCall;
  listRetention(argument: _sealflow_retention_v1_ListRetentionRequest, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionResponse__Output>): grpc.ClientUnaryCall;
  
  ListRetentionRecords(argument: _sealflow_retention_v1_ListRetentionRecordsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionRecordsResponse__Output>): grpc.ClientUnaryCall;
  ListRetentionRecords(argument: _sealflow_retention_v1_ListRetentionRecordsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionRecordsResponse__Output>): grpc.ClientUnaryCall;
  ListRetentionRecords(argument: _sealflow_retention_v1_ListRetentionRecordsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionRecordsResponse__Output>): grpc.ClientUnaryCall;
  ListRetentionRecords(argument: _sealflow_retention_v1_ListRetentionRecordsRequest, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionRecordsResponse__Output>): grpc.ClientUnaryCall;
  listRetentionRecords(argument: _sealflow_retention_v1_ListRetentionRecordsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionRecordsResponse__Output>): grpc.ClientUnaryCall;
  listRetentionRecords(argument: _sealflow_retention_v1_ListRetentionRecordsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionRecordsResponse__Output>): grpc.ClientUnaryCall;
  listRetentionRecords(argument: _sealflow_retention_v1_ListRetentionRecordsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionRecordsResponse__Output>): grpc.ClientUnaryCall;
  listRetentionRecords(argument: _sealflow_retention_v1_ListRetentionRecordsRequest, callback: grpc.requestCallback<_sealflow_retention_v1_ListRetentionRecordsResponse__Output>): grpc.ClientUnaryCall;
  
  PlaceHold(argument: _sealflow_retention_v1_PlaceHoldRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_PlaceHoldResponse__Output>): grpc.ClientUnaryCall;
  PlaceHold(argument: _sealflow_retention_v1_PlaceHoldRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_PlaceHoldResponse__Output>): grpc.ClientUnaryCall;
  PlaceHold(argument: _sealflow_retention_v1_PlaceHoldRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_PlaceHoldResponse__Output>): grpc.ClientUnaryCall;
  PlaceHold(argument: _sealflow_retention_v1_PlaceHoldRequest, callback: grpc.requestCallback<_sealflow_retention_v1_PlaceHoldResponse__Output>): grpc.ClientUnaryCall;
  placeHold(argument: _sealflow_retention_v1_PlaceHoldRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_PlaceHoldResponse__Output>): grpc.ClientUnaryCall;
  placeHold(argument: _sealflow_retention_v1_PlaceHoldRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_PlaceHoldResponse__Output>): grpc.ClientUnaryCall;
  placeHold(argument: _sealflow_retention_v1_PlaceHoldRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_PlaceHoldResponse__Output>): grpc.ClientUnaryCall;
  placeHold(argument: _sealflow_retention_v1_PlaceHoldRequest, callback: grpc.requestCallback<_sealflow_retention_v1_PlaceHoldResponse__Output>): grpc.ClientUnaryCall;
  
  SetRetention(argument: _sealflow_retention_v1_SetRetentionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_SetRetentionResponse__Output>): grpc.ClientUnaryCall;
  SetRetention(argument: _sealflow_retention_v1_SetRetentionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_SetRetentionResponse__Output>): grpc.ClientUnaryCall;
  SetRetention(argument: _sealflow_retention_v1_SetRetentionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_SetRetentionResponse__Output>): grpc.ClientUnaryCall;
  SetRetention(argument: _sealflow_retention_v1_SetRetentionRequest, callback: grpc.requestCallback<_sealflow_retention_v1_SetRetentionResponse__Output>): grpc.ClientUnaryCall;
  setRetention(argument: _sealflow_retention_v1_SetRetentionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_SetRetentionResponse__Output>): grpc.ClientUnaryCall;
  setRetention(argument: _sealflow_retention_v1_SetRetentionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_retention_v1_SetRetentionResponse__Output>): grpc.ClientUnaryCall;
  setRetention(argument: _sealflow_retention_v1_SetRetentionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_retention_v1_SetRetentionResponse__Output>): grpc.ClientUnaryCall;
  setRetention(argument: _sealflow_retention_v1_SetRetentionRequest, callback: grpc.requestCallback<_sealflow_retention_v1_SetRetentionResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface RetentionServiceHandlers extends grpc.UntypedServiceImplementation {
  LiftHold: grpc.handleUnaryCall<_sealflow_retention_v1_LiftHoldRequest__Output, _sealflow_retention_v1_LiftHoldResponse>;
  
  ListHolds: grpc.handleUnaryCall<_sealflow_retention_v1_ListHoldsRequest__Output, _sealflow_retention_v1_ListHoldsResponse>;
  
  ListRetention: grpc.handleUnaryCall<_sealflow_retention_v1_ListRetentionRequest__Output, _sealflow_retention_v1_ListRetentionResponse>;
  
  ListRetentionRecords: grpc.handleUnaryCall<_sealflow_retention_v1_ListRetentionRecordsRequest__Output, _sealflow_retention_v1_ListRetentionRecordsResponse>;
  
  PlaceHold: grpc.handleUnaryCall<_sealflow_retention_v1_PlaceHoldRequest__Output, _sealflow_retention_v1_PlaceHoldResponse>;
  
  SetRetention: grpc.handleUnaryCall<_sealflow_retention_v1_SetRetentionRequest__Output, _sealflow_retention_v1_SetRetentionResponse>;
  
}

export interface RetentionServiceDefinition extends grpc.ServiceDefinition {
  LiftHold: MethodDefinition<_sealflow_retention_v1_LiftHoldRequest, _sealflow_retention_v1_LiftHoldResponse, _sealflow_retention_v1_LiftHoldRequest__Output, _sealflow_retention_v1_LiftHoldResponse__Output>
  ListHolds: MethodDefinition<_sealflow_retention_v1_ListHoldsRequest, _sealflow_retention_v1_ListHoldsResponse, _sealflow_retention_v1_ListHoldsRequest__Output, _sealflow_retention_v1_ListHoldsResponse__Output>
  ListRetention: MethodDefinition<_sealflow_retention_v1_ListRetentionRequest, _sealflow_retention_v1_ListRetentionResponse, _sealflow_retention_v1_ListRetentionRequest__Output, _sealflow_retention_v1_ListRetentionResponse__Output>
  ListRetentionRecords: MethodDefinition<_sealflow_retention_v1_ListRetentionRecordsRequest, _sealflow_retention_v1_ListRetentionRecordsResponse, _sealflow_retention_v1_ListRetentionRecordsRequest__Output, _sealflow_retention_v1_ListRetentionRecordsResponse__Output>
  PlaceHold: MethodDefinition<_sealflow_retention_v1_PlaceHoldRequest, _sealflow_retention_v1_PlaceHoldResponse, _sealflow_retention_v1_PlaceHoldRequest__Output, _sealflow_retention_v1_PlaceHoldResponse__Output>
  SetRetention: MethodDefinition<_sealflow_retention_v1_SetRetentionRequest, _sealflow_retention_v1_SetRetentionResponse, _sealflow_retention_v1_SetRetentionRequest__Output, _sealflow_retention_v1_SetRetentionResponse__Output>
}
