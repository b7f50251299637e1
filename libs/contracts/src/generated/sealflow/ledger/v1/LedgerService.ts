// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetLedgerRequest as _sealflow_ledger_v1_GetLedgerRequest, GetLedgerRequest__Output as _sealflow_ledger_v1_GetLedgerRequest__Output } from '../../../sealflow/ledger/v1/GetLedgerRequest.js';
import type { GetLedgerResponse as _sealflow_ledger_v1_GetLedgerResponse, GetLedgerResponse__Output as _sealflow_ledger_v1_GetLedgerResponse__Output } from '../../../sealflow/ledger/v1/GetLedgerResponse.js';
import type { ListLedgerEntriesRequest as _sealflow_ledger_v1_ListLedgerEntriesRequest, ListLedgerEntriesRequest__Output as _sealflow_ledger_v1_ListLedgerEntriesRequest__Output } from '../../../sealflow/ledger/v1/ListLedgerEntriesRequest.js';
import type { ListLedgerEntriesResponse as _sealflow_ledger_v1_ListLedgerEntriesResponse, ListLedgerEntriesResponse__Output as _sealflow_ledger_v1_ListLedgerEntriesResponse__Output } from '../../../sealflow/ledger/v1/ListLedgerEntriesResponse.js';

export interface LedgerServiceClient extends grpc.Client {
  GetLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  GetLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  GetLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  GetLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  getLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  getLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  getLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  getLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  
  ListLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface LedgerServiceHandlers extends grpc.UntypedServiceImplementation {
  GetLedger: grpc.handleUnaryCall<_sealflow_ledger_v1_GetLedgerRequest__Output, _sealflow_ledger_v1_GetLedgerResponse>;
  
  ListLedgerEntries: grpc.handleUnaryCall<_sealflow_ledger_v1_ListLedgerEntriesRequest__Output, _sealflow_ledger_v1_ListLedgerEntriesResponse>;
  
}

export interface LedgerServiceDefinition extends grpc.ServiceDefinition {
  GetLedger: MethodDefinition<_sealflow_ledger_v1_GetLedgerRequest, _sealflow_ledger_v1_GetLedgerResponse, _sealflow_ledger_v1_GetLedgerRequest__Output, _sealflow_ledger_v1_GetLedgerResponse__Output>
  ListLedgerEntries: MethodDefinition<_sealflow_ledger_v1_ListLedgerEntriesRequest, _sealflow_ledger_v1_ListLedgerEntriesResponse, _sealflow_ledger_v1_ListLedgerEntriesRequest__Output, _sealflow_ledger_v1_ListLedgerEntriesResponse__Output>
}
