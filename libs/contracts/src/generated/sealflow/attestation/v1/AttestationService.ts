// Original file: /proto/sealflow/attestation/v1/attestation.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DrainWorkerRequest as _sealflow_attestation_v1_DrainWorkerRequest, DrainWorkerRequest__Output as _sealflow_attestation_v1_DrainWorkerRequest__Output } from '../../../sealflow/attestation/v1/DrainWorkerRequest.js';
import type { DrainWorkerResponse as _sealflow_attestation_v1_DrainWorkerResponse, DrainWorkerResponse__Output as _sealflow_attestation_v1_DrainWorkerResponse__Output } from '../../../sealflow/attestation/v1/DrainWorkerResponse.js';
import type { GetWorkerOffersRequest as _sealflow_attestation_v1_GetWorkerOffersRequest, GetWorkerOffersRequest__Output as _sealflow_attestation_v1_GetWorkerOffersRequest__Output } from '../../../sealflow/attestation/v1/GetWorkerOffersRequest.js';
import type { GetWorkerOffersResponse as _sealflow_attestation_v1_GetWorkerOffersResponse, GetWorkerOffersResponse__Output as _sealflow_attestation_v1_GetWorkerOffersResponse__Output } from '../../../sealflow/attestation/v1/GetWorkerOffersResponse.js';
import type { ListWorkersRequest as _sealflow_attestation_v1_ListWorkersRequest, ListWorkersRequest__Output as _sealflow_attestation_v1_ListWorkersRequest__Output } from '../../../sealflow/attestation/v1/ListWorkersRequest.js';
import type { ListWorkersResponse as _sealflow_attestation_v1_ListWorkersResponse, ListWorkersResponse__Output as _sealflow_attestation_v1_ListWorkersResponse__Output } from '../../../sealflow/attestation/v1/ListWorkersResponse.js';
import type { UndrainWorkerRequest as _sealflow_attestation_v1_UndrainWorkerRequest, UndrainWorkerRequest__Output as _sealflow_attestation_v1_UndrainWorkerRequest__Output } from '../../../sealflow/attestation/v1/UndrainWorkerRequest.js';
import type { UndrainWorkerResponse as _sealflow_attestation_v1_UndrainWorkerResponse, UndrainWorkerResponse__Output as _sealflow_attestation_v1_UndrainWorkerResponse__Output } from '../../../sealflow/attestation/v1/UndrainWorkerResponse.js';

export interface AttestationServiceClient extends grpc.Client {
  DrainWorker(argument: _sealflow_attestation_v1_DrainWorkerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  DrainWorker(argument: _sealflow_attestation_v1_DrainWorkerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_attestation_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  DrainWorker(argument: _sealflow_attestation_v1_DrainWorkerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  DrainWorker(argument: _sealflow_attestation_v1_DrainWorkerRequest, callback: grpc.requestCallback<_sealflow_attestation_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  drainWorker(argument: _sealflow_attestation_v1_DrainWorkerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  drainWorker(argument: _sealflow_attestation_v1_DrainWorkerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_attestation_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  drainWorker(argument: _sealflow_attestation_v1_DrainWorkerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  drainWorker(argument: _sealflow_attestation_v1_DrainWorkerRequest, callback: grpc.requestCallback<_sealflow_attestation_v1_DrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  UndrainWorker(argument: _sealflow_attestation_v1_UndrainWorkerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_UndrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  UndrainWorker(argument: _sealflow_attestation_v1_UndrainWorkerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_attestation_v1_UndrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  UndrainWorker(argument: _sealflow_attestation_v1_UndrainWorkerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_UndrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  UndrainWorker(argument: _sealflow_attestation_v1_UndrainWorkerRequest, callback: grpc.requestCallback<_sealflow_attestation_v1_UndrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  undrainWorker(argument: _sealflow_attestation_v1_UndrainWorkerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_UndrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  undrainWorker(argument: _sealflow_attestation_v1_UndrainWorkerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_attestation_v1_UndrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  undrainWorker(argument: _sealflow_attestation_v1_UndrainWorkerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_attestation_v1_UndrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  undrainWorker(argument: _sealflow_attestation_v1_UndrainWorkerRequest, callback: grpc.requestCallback<_sealflow_attestation_v1_UndrainWorkerResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AttestationServiceHandlers extends grpc.UntypedServiceImplementation {
  DrainWorker: grpc.handleUnaryCall<_sealflow_attestation_v1_DrainWorkerRequest__Output, _sealflow_attestation_v1_DrainWorkerResponse>;
  
  GetWorkerOffers: grpc.handleUnaryCall<_sealflow_attestation_v1_GetWorkerOffersRequest__Output, _sealflow_attestation_v1_GetWorkerOffersResponse>;
  
  ListWorkers: grpc.handleUnaryCall<_sealflow_attestation_v1_ListWorkersRequest__Output, _sealflow_attestation_v1_ListWorkersResponse>;
  
  UndrainWorker: grpc.handleUnaryCall<_sealflow_attestation_v1_UndrainWorkerRequest__Output, _sealflow_attestation_v1_UndrainWorkerResponse>;
  
}

export interface AttestationServiceDefinition extends grpc.ServiceDefinition {
  DrainWorker: MethodDefinition<_sealflow_attestation_v1_DrainWorkerRequest, _sealflow_attestation_v1_DrainWorkerResponse, _sealflow_attestation_v1_DrainWorkerRequest__Output, _sealflow_attestation_v1_DrainWorkerResponse__Output>
  GetWorkerOffers: MethodDefinition<_sealflow_attestation_v1_GetWorkerOffersRequest, _sealflow_attestation_v1_GetWorkerOffersResponse, _sealflow_attestation_v1_GetWorkerOffersRequest__Output, _sealflow_attestation_v1_GetWorkerOffersResponse__Output>
  ListWorkers: MethodDefinition<_sealflow_attestation_v1_ListWorkersRequest, _sealflow_attestation_v1_ListWorkersResponse, _sealflow_attestation_v1_ListWorkersRequest__Output, _sealflow_attestation_v1_ListWorkersResponse__Output>
  UndrainWorker: MethodDefinition<_sealflow_attestation_v1_UndrainWorkerRequest, _sealflow_attestation_v1_UndrainWorkerResponse, _sealflow_attestation_v1_UndrainWorkerRequest__Output, _sealflow_attestation_v1_UndrainWorkerResponse__Output>
}
