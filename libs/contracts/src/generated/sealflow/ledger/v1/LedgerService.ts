// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetIntentsRequest as _sealflow_ledger_v1_GetIntentsRequest, GetIntentsRequest__Output as _sealflow_ledger_v1_GetIntentsRequest__Output } from '../../../sealflow/ledger/v1/GetIntentsRequest.js';
import type { GetIntentsResponse as _sealflow_ledger_v1_GetIntentsResponse, GetIntentsResponse__Output as _sealflow_ledger_v1_GetIntentsResponse__Output } from '../../../sealflow/ledger/v1/GetIntentsResponse.js';
import type { GetLedgerRequest as _sealflow_ledger_v1_GetLedgerRequest, GetLedgerRequest__Output as _sealflow_ledger_v1_GetLedgerRequest__Output } from '../../../sealflow/ledger/v1/GetLedgerRequest.js';
import type { GetLedgerResponse as _sealflow_ledger_v1_GetLedgerResponse, GetLedgerResponse__Output as _sealflow_ledger_v1_GetLedgerResponse__Output } from '../../../sealflow/ledger/v1/GetLedgerResponse.js';
import type { ListLedgerBatchesRequest as _sealflow_ledger_v1_ListLedgerBatchesRequest, ListLedgerBatchesRequest__Output as _sealflow_ledger_v1_ListLedgerBatchesRequest__Output } from '../../../sealflow/ledger/v1/ListLedgerBatchesRequest.js';
import type { ListLedgerBatchesResponse as _sealflow_ledger_v1_ListLedgerBatchesResponse, ListLedgerBatchesResponse__Output as _sealflow_ledger_v1_ListLedgerBatchesResponse__Output } from '../../../sealflow/ledger/v1/ListLedgerBatchesResponse.js';
import type { ListLedgerEntriesRequest as _sealflow_ledger_v1_ListLedgerEntriesRequest, ListLedgerEntriesRequest__Output as _sealflow_ledger_v1_ListLedgerEntriesRequest__Output } from '../../../sealflow/ledger/v1/ListLedgerEntriesRequest.js';
import type { ListLedgerEntriesResponse as _sealflow_ledger_v1_ListLedgerEntriesResponse, ListLedgerEntriesResponse__Output as _sealflow_ledger_v1_ListLedgerEntriesResponse__Output } from '../../../sealflow/ledger/v1/ListLedgerEntriesResponse.js';
import type { ListLedgersRequest as _sealflow_ledger_v1_ListLedgersRequest, ListLedgersRequest__Output as _sealflow_ledger_v1_ListLedgersRequest__Output } from '../../../sealflow/ledger/v1/ListLedgersRequest.js';
import type { ListLedgersResponse as _sealflow_ledger_v1_ListLedgersResponse, ListLedgersResponse__Output as _sealflow_ledger_v1_ListLedgersResponse__Output } from '../../../sealflow/ledger/v1/ListLedgersResponse.js';
import type { SubmitIntentsRequest as _sealflow_ledger_v1_SubmitIntentsRequest, SubmitIntentsRequest__Output as _sealflow_ledger_v1_SubmitIntentsRequest__Output } from '../../../sealflow/ledger/v1/SubmitIntentsRequest.js';
import type { SubmitIntentsResponse as _sealflow_ledger_v1_SubmitIntentsResponse, SubmitIntentsResponse__Output as _sealflow_ledger_v1_SubmitIntentsResponse__Output } from '../../../sealflow/ledger/v1/SubmitIntentsResponse.js';
import type { WatchIntentsRequest as _sealflow_ledger_v1_WatchIntentsRequest, WatchIntentsRequest__Output as _sealflow_ledger_v1_WatchIntentsRequest__Output } from '../../../sealflow/ledger/v1/WatchIntentsRequest.js';
import type { WatchIntentsResponse as _sealflow_ledger_v1_WatchIntentsResponse, WatchIntentsResponse__Output as _sealflow_ledger_v1_WatchIntentsResponse__Output } from '../../../sealflow/ledger/v1/WatchIntentsResponse.js';

export interface LedgerServiceClient extends grpc.Client {
  GetIntents(argument: _sealflow_ledger_v1_GetIntentsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetIntentsResponse__Output>): grpc.ClientUnaryCall;
  GetIntents(argument: _sealflow_ledger_v1_GetIntentsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_GetIntentsResponse__Output>): grpc.ClientUnaryCall;
  GetIntents(argument: _sealflow_ledger_v1_GetIntentsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetIntentsResponse__Output>): grpc.ClientUnaryCall;
  GetIntents(argument: _sealflow_ledger_v1_GetIntentsRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_GetIntentsResponse__Output>): grpc.ClientUnaryCall;
  getIntents(argument: _sealflow_ledger_v1_GetIntentsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetIntentsResponse__Output>): grpc.ClientUnaryCall;
  getIntents(argument: _sealflow_ledger_v1_GetIntentsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_GetIntentsResponse__Output>): grpc.ClientUnaryCall;
  getIntents(argument: _sealflow_ledger_v1_GetIntentsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetIntentsResponse__Output>): grpc.ClientUnaryCall;
  getIntents(argument: _sealflow_ledger_v1_GetIntentsRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_GetIntentsResponse__Output>): grpc.ClientUnaryCall;
  
  GetLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  GetLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  GetLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  GetLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  getLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  getLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  getLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  getLedger(argument: _sealflow_ledger_v1_GetLedgerRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_GetLedgerResponse__Output>): grpc.ClientUnaryCall;
  
  ListLedgerBatches(argument: _sealflow_ledger_v1_ListLedgerBatchesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerBatchesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerBatches(argument: _sealflow_ledger_v1_ListLedgerBatchesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerBatchesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerBatches(argument: _sealflow_ledger_v1_ListLedgerBatchesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerBatchesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerBatches(argument: _sealflow_ledger_v1_ListLedgerBatchesRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerBatchesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerBatches(argument: _sealflow_ledger_v1_ListLedgerBatchesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerBatchesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerBatches(argument: _sealflow_ledger_v1_ListLedgerBatchesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerBatchesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerBatches(argument: _sealflow_ledger_v1_ListLedgerBatchesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerBatchesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerBatches(argument: _sealflow_ledger_v1_ListLedgerBatchesRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerBatchesResponse__Output>): grpc.ClientUnaryCall;
  
  ListLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  listLedgerEntries(argument: _sealflow_ledger_v1_ListLedgerEntriesRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgerEntriesResponse__Output>): grpc.ClientUnaryCall;
  
  ListLedgers(argument: _sealflow_ledger_v1_ListLedgersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgersResponse__Output>): grpc.ClientUnaryCall;
  ListLedgers(argument: _sealflow_ledger_v1_ListLedgersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgersResponse__Output>): grpc.ClientUnaryCall;
  ListLedgers(argument: _sealflow_ledger_v1_ListLedgersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgersResponse__Output>): grpc.ClientUnaryCall;
  ListLedgers(argument: _sealflow_ledger_v1_ListLedgersRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgersResponse__Output>): grpc.ClientUnaryCall;
  listLedgers(argument: _sealflow_ledger_v1_ListLedgersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgersResponse__Output>): grpc.ClientUnaryCall;
  listLedgers(argument: _sealflow_ledger_v1_ListLedgersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgersResponse__Output>): grpc.ClientUnaryCall;
  listLedgers(argument: _sealflow_ledger_v1_ListLedgersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgersResponse__Output>): grpc.ClientUnaryCall;
  listLedgers(argument: _sealflow_ledger_v1_ListLedgersRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_ListLedgersResponse__Output>): grpc.ClientUnaryCall;
  
  SubmitIntents(argument: _sealflow_ledger_v1_SubmitIntentsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_SubmitIntentsResponse__Output>): grpc.ClientUnaryCall;
  SubmitIntents(argument: _sealflow_ledger_v1_SubmitIntentsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_SubmitIntentsResponse__Output>): grpc.ClientUnaryCall;
  SubmitIntents(argument: _sealflow_ledger_v1_SubmitIntentsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_SubmitIntentsResponse__Output>): grpc.ClientUnaryCall;
  SubmitIntents(argument: _sealflow_ledger_v1_SubmitIntentsRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_SubmitIntentsResponse__Output>): grpc.ClientUnaryCall;
  submitIntents(argument: _sealflow_ledger_v1_SubmitIntentsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_SubmitIntentsResponse__Output>): grpc.ClientUnaryCall;
  submitIntents(argument: _sealflow_ledger_v1_SubmitIntentsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_ledger_v1_SubmitIntentsResponse__Output>): grpc.ClientUnaryCall;
  submitIntents(argument: _sealflow_ledger_v1_SubmitIntentsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_ledger_v1_SubmitIntentsResponse__Output>): grpc.ClientUnaryCall;
  submitIntents(argument: _sealflow_ledger_v1_SubmitIntentsRequest, callback: grpc.requestCallback<_sealflow_ledger_v1_SubmitIntentsResponse__Output>): grpc.ClientUnaryCall;
  
  WatchIntents(argument: _sealflow_ledger_v1_WatchIntentsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_ledger_v1_WatchIntentsResponse__Output>;
  WatchIntents(argument: _sealflow_ledger_v1_WatchIntentsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_ledger_v1_WatchIntentsResponse__Output>;
  watchIntents(argument: _sealflow_ledger_v1_WatchIntentsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_ledger_v1_WatchIntentsResponse__Output>;
  watchIntents(argument: _sealflow_ledger_v1_WatchIntentsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_ledger_v1_WatchIntentsResponse__Output>;
  
}

export interface LedgerServiceHandlers extends grpc.UntypedServiceImplementation {
  GetIntents: grpc.handleUnaryCall<_sealflow_ledger_v1_GetIntentsRequest__Output, _sealflow_ledger_v1_GetIntentsResponse>;
  
  GetLedger: grpc.handleUnaryCall<_sealflow_ledger_v1_GetLedgerRequest__Output, _sealflow_ledger_v1_GetLedgerResponse>;
  
  ListLedgerBatches: grpc.handleUnaryCall<_sealflow_ledger_v1_ListLedgerBatchesRequest__Output, _sealflow_ledger_v1_ListLedgerBatchesResponse>;
  
  ListLedgerEntries: grpc.handleUnaryCall<_sealflow_ledger_v1_ListLedgerEntriesRequest__Output, _sealflow_ledger_v1_ListLedgerEntriesResponse>;
  
  ListLedgers: grpc.handleUnaryCall<_sealflow_ledger_v1_ListLedgersRequest__Output, _sealflow_ledger_v1_ListLedgersResponse>;
  
  SubmitIntents: grpc.handleUnaryCall<_sealflow_ledger_v1_SubmitIntentsRequest__Output, _sealflow_ledger_v1_SubmitIntentsResponse>;
  
  WatchIntents: grpc.handleServerStreamingCall<_sealflow_ledger_v1_WatchIntentsRequest__Output, _sealflow_ledger_v1_WatchIntentsResponse>;
  
}

export interface LedgerServiceDefinition extends grpc.ServiceDefinition {
  GetIntents: MethodDefinition<_sealflow_ledger_v1_GetIntentsRequest, _sealflow_ledger_v1_GetIntentsResponse, _sealflow_ledger_v1_GetIntentsRequest__Output, _sealflow_ledger_v1_GetIntentsResponse__Output>
  GetLedger: MethodDefinition<_sealflow_ledger_v1_GetLedgerRequest, _sealflow_ledger_v1_GetLedgerResponse, _sealflow_ledger_v1_GetLedgerRequest__Output, _sealflow_ledger_v1_GetLedgerResponse__Output>
  ListLedgerBatches: MethodDefinition<_sealflow_ledger_v1_ListLedgerBatchesRequest, _sealflow_ledger_v1_ListLedgerBatchesResponse, _sealflow_ledger_v1_ListLedgerBatchesRequest__Output, _sealflow_ledger_v1_ListLedgerBatchesResponse__Output>
  ListLedgerEntries: MethodDefinition<_sealflow_ledger_v1_ListLedgerEntriesRequest, _sealflow_ledger_v1_ListLedgerEntriesResponse, _sealflow_ledger_v1_ListLedgerEntriesRequest__Output, _sealflow_ledger_v1_ListLedgerEntriesResponse__Output>
  ListLedgers: MethodDefinition<_sealflow_ledger_v1_ListLedgersRequest, _sealflow_ledger_v1_ListLedgersResponse, _sealflow_ledger_v1_ListLedgersRequest__Output, _sealflow_ledger_v1_ListLedgersResponse__Output>
  SubmitIntents: MethodDefinition<_sealflow_ledger_v1_SubmitIntentsRequest, _sealflow_ledger_v1_SubmitIntentsResponse, _sealflow_ledger_v1_SubmitIntentsRequest__Output, _sealflow_ledger_v1_SubmitIntentsResponse__Output>
  WatchIntents: MethodDefinition<_sealflow_ledger_v1_WatchIntentsRequest, _sealflow_ledger_v1_WatchIntentsResponse, _sealflow_ledger_v1_WatchIntentsRequest__Output, _sealflow_ledger_v1_WatchIntentsResponse__Output>
}
