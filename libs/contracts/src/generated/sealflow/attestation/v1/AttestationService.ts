// Original file: /proto/sealflow/attestation/v1/attestation.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetWorkerOffersRequest as _sealflow_attestation_v1_GetWorkerOffersRequest, GetWorkerOffersRequest__Output as _sealflow_attestation_v1_GetWorkerOffersRequest__Output } from '../../../sealflow/attestation/v1/GetWorkerOffersRequest.js';
import type { GetWorkerOffersResponse as _sealflow_attestation_v1_GetWorkerOffersResponse, GetWorkerOffersResponse__Output as _sealflow_attestation_v1_GetWorkerOffersResponse__Output } from '../../../sealflow/attestation/v1/GetWorkerOffersResponse.js';
import type { ListWorkersRequest as _sealflow_attestation_v1_ListWorkersRequest, ListWorkersRequest__Output as _sealflow_attestation_v1_ListWorkersRequest__Output } from '../../../sealflow/attestation/v1/ListWorkersRequest.js';
import type { ListWorkersResponse as _sealflow_attestation_v1_ListWorkersResponse, ListWorkersResponse__Output as _sealflow_attestation_v1_ListWorkersResponse__Output } from '../../../sealflow/attestation/v1/ListWorkersResponse.js';

export interface AttestationServiceClient extends grpc.Client {
  GetWorkerOffers(argument: _sealflow_attestation_v1_GetWorkerOffersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_GetWorkerOffersResponse__Output>): grpc.ClientUnaryCall;
  GetWorkerOffers(argument: _sealflow_attestation_v1_GetWorkerOffersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_attestation_v1_GetWorkerOffersResponse__Output>): grpc.ClientUnaryCall;
  GetWorkerOffers(argument: _sealflow_attestation_v1_GetWorkerOffersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_GetWorkerOffersResponse__Output>): grpc.ClientUnaryCall;
  GetWorkerOffers(argument: _sealflow_attestation_v1_GetWorkerOffersRequest, callback: grpc.requestCallback<_sealflow_attestation_v1_GetWorkerOffersResponse__Output>): grpc.ClientUnaryCall;
  getWorkerOffers(argument: _sealflow_attestation_v1_GetWorkerOffersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_GetWorkerOffersResponse__Output>): grpc.ClientUnaryCall;
  getWorkerOffers(argument: _sealflow_attestation_v1_GetWorkerOffersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_attestation_v1_GetWorkerOffersResponse__Output>): grpc.ClientUnaryCall;
  getWorkerOffers(argument: _sealflow_attestation_v1_GetWorkerOffersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_GetWorkerOffersResponse__Output>): grpc.ClientUnaryCall;
  getWorkerOffers(argument: _sealflow_attestation_v1_GetWorkerOffersRequest, callback: grpc.requestCallback<_sealflow_attestation_v1_GetWorkerOffersResponse__Output>): grpc.ClientUnaryCall;
  
  ListWorkers(argument: _sealflow_attestation_v1_ListWorkersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkers(argument: _sealflow_attestation_v1_ListWorkersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_attestation_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkers(argument: _sealflow_attestation_v1_ListWorkersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkers(argument: _sealflow_attestation_v1_ListWorkersRequest, callback: grpc.requestCallback<_sealflow_attestation_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  listWorkers(argument: _sealflow_attestation_v1_ListWorkersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  listWorkers(argument: _sealflow_attestation_v1_ListWorkersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_attestation_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  listWorkers(argument: _sealflow_attestation_v1_ListWorkersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  listWorkers(argument: _sealflow_attestation_v1_ListWorkersRequest, callback: grpc.requestCallback<_sealflow_attestation_v1_ListWorkersResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AttestationServiceHandlers extends grpc.UntypedServiceImplementation {
  GetWorkerOffers: grpc.handleUnaryCall<_sealflow_attestation_v1_GetWorkerOffersRequest__Output, _sealflow_attestation_v1_GetWorkerOffersResponse>;
  
  ListWorkers: grpc.handleUnaryCall<_sealflow_attestation_v1_ListWorkersRequest__Output, _sealflow_attestation_v1_ListWorkersResponse>;
  
}

export interface AttestationServiceDefinition extends grpc.ServiceDefinition {
  GetWorkerOffers: MethodDefinition<_sealflow_attestation_v1_GetWorkerOffersRequest, _sealflow_attestation_v1_GetWorkerOffersResponse, _sealflow_attestation_v1_GetWorkerOffersRequest__Output, _sealflow_attestation_v1_GetWorkerOffersResponse__Output>
  ListWorkers: MethodDefinition<_sealflow_attestation_v1_ListWorkersRequest, _sealflow_attestation_v1_ListWorkersResponse, _sealflow_attestation_v1_ListWorkersRequest__Output, _sealflow_attestation_v1_ListWorkersResponse__Output>
}
