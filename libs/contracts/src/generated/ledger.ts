import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { GetIntentsRequest as _sealflow_ledger_v1_GetIntentsRequest, GetIntentsRequest__Output as _sealflow_ledger_v1_GetIntentsRequest__Output } from './sealflow/ledger/v1/GetIntentsRequest.js';
import type { GetIntentsResponse as _sealflow_ledger_v1_GetIntentsResponse, GetIntentsResponse__Output as _sealflow_ledger_v1_GetIntentsResponse__Output } from './sealflow/ledger/v1/GetIntentsResponse.js';
import type { GetLedgerRequest as _sealflow_ledger_v1_GetLedgerRequest, GetLedgerRequest__Output as _sealflow_ledger_v1_GetLedgerRequest__Output } from './sealflow/ledger/v1/GetLedgerRequest.js';
import type { GetLedgerResponse as _sealflow_ledger_v1_GetLedgerResponse, GetLedgerResponse__Output as _sealflow_ledger_v1_GetLedgerResponse__Output } from './sealflow/ledger/v1/GetLedgerResponse.js';
import type { IntentEnvelope as _sealflow_ledger_v1_IntentEnvelope, IntentEnvelope__Output as _sealflow_ledger_v1_IntentEnvelope__Output } from './sealflow/ledger/v1/IntentEnvelope.js';
import type { Ledger as _sealflow_ledger_v1_Ledger, Ledger__Output as _sealflow_ledger_v1_Ledger__Output } from './sealflow/ledger/v1/Ledger.js';
import type { LedgerBatch as _sealflow_ledger_v1_LedgerBatch, LedgerBatch__Output as _sealflow_ledger_v1_LedgerBatch__Output } from './sealflow/ledger/v1/LedgerBatch.js';
import type { LedgerEntry as _sealflow_ledger_v1_LedgerEntry, LedgerEntry__Output as _sealflow_ledger_v1_LedgerEntry__Output } from './sealflow/ledger/v1/LedgerEntry.js';
import type { LedgerPage as _sealflow_ledger_v1_LedgerPage, LedgerPage__Output as _sealflow_ledger_v1_LedgerPage__Output } from './sealflow/ledger/v1/LedgerPage.js';
import type { LedgerServiceClient as _sealflow_ledger_v1_LedgerServiceClient, LedgerServiceDefinition as _sealflow_ledger_v1_LedgerServiceDefinition } from './sealflow/ledger/v1/LedgerService.js';
import type { LedgerSummary as _sealflow_ledger_v1_LedgerSummary, LedgerSummary__Output as _sealflow_ledger_v1_LedgerSummary__Output } from './sealflow/ledger/v1/LedgerSummary.js';
import type { ListLedgerBatchesRequest as _sealflow_ledger_v1_ListLedgerBatchesRequest, ListLedgerBatchesRequest__Output as _sealflow_ledger_v1_ListLedgerBatchesRequest__Output } from './sealflow/ledger/v1/ListLedgerBatchesRequest.js';
import type { ListLedgerBatchesResponse as _sealflow_ledger_v1_ListLedgerBatchesResponse, ListLedgerBatchesResponse__Output as _sealflow_ledger_v1_ListLedgerBatchesResponse__Output } from './sealflow/ledger/v1/ListLedgerBatchesResponse.js';
import type { ListLedgerEntriesRequest as _sealflow_ledger_v1_ListLedgerEntriesRequest, ListLedgerEntriesRequest__Output as _sealflow_ledger_v1_ListLedgerEntriesRequest__Output } from './sealflow/ledger/v1/ListLedgerEntriesRequest.js';
import type { ListLedgerEntriesResponse as _sealflow_ledger_v1_ListLedgerEntriesResponse, ListLedgerEntriesResponse__Output as _sealflow_ledger_v1_ListLedgerEntriesResponse__Output } from './sealflow/ledger/v1/ListLedgerEntriesResponse.js';
import type { ListLedgersRequest as _sealflow_ledger_v1_ListLedgersRequest, ListLedgersRequest__Output as _sealflow_ledger_v1_ListLedgersRequest__Output } from './sealflow/ledger/v1/ListLedgersRequest.js';
import type { ListLedgersResponse as _sealflow_ledger_v1_ListLedgersResponse, ListLedgersResponse__Output as _sealflow_ledger_v1_ListLedgersResponse__Output } from './sealflow/ledger/v1/ListLedgersResponse.js';
import type { SubmitIntentsRequest as _sealflow_ledger_v1_SubmitIntentsRequest, SubmitIntentsRequest__Output as _sealflow_ledger_v1_SubmitIntentsRequest__Output } from './sealflow/ledger/v1/SubmitIntentsRequest.js';
import type { SubmitIntentsResponse as _sealflow_ledger_v1_SubmitIntentsResponse, SubmitIntentsResponse__Output as _sealflow_ledger_v1_SubmitIntentsResponse__Output } from './sealflow/ledger/v1/SubmitIntentsResponse.js';
import type { SubmittedIntents as _sealflow_ledger_v1_SubmittedIntents, SubmittedIntents__Output as _sealflow_ledger_v1_SubmittedIntents__Output } from './sealflow/ledger/v1/SubmittedIntents.js';
import type { WatchIntentsRequest as _sealflow_ledger_v1_WatchIntentsRequest, WatchIntentsRequest__Output as _sealflow_ledger_v1_WatchIntentsRequest__Output } from './sealflow/ledger/v1/WatchIntentsRequest.js';
import type { WatchIntentsResponse as _sealflow_ledger_v1_WatchIntentsResponse, WatchIntentsResponse__Output as _sealflow_ledger_v1_WatchIntentsResponse__Output } from './sealflow/ledger/v1/WatchIntentsResponse.js';

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
    ledger: {
      v1: {
        GetIntentsRequest: MessageTypeDefinition<_sealflow_ledger_v1_GetIntentsRequest, _sealflow_ledger_v1_GetIntentsRequest__Output>
        GetIntentsResponse: MessageTypeDefinition<_sealflow_ledger_v1_GetIntentsResponse, _sealflow_ledger_v1_GetIntentsResponse__Output>
        GetLedgerRequest: MessageTypeDefinition<_sealflow_ledger_v1_GetLedgerRequest, _sealflow_ledger_v1_GetLedgerRequest__Output>
        GetLedgerResponse: MessageTypeDefinition<_sealflow_ledger_v1_GetLedgerResponse, _sealflow_ledger_v1_GetLedgerResponse__Output>
        IntentEnvelope: MessageTypeDefinition<_sealflow_ledger_v1_IntentEnvelope, _sealflow_ledger_v1_IntentEnvelope__Output>
        IntentState: EnumTypeDefinition
        Ledger: MessageTypeDefinition<_sealflow_ledger_v1_Ledger, _sealflow_ledger_v1_Ledger__Output>
        LedgerBatch: MessageTypeDefinition<_sealflow_ledger_v1_LedgerBatch, _sealflow_ledger_v1_LedgerBatch__Output>
        LedgerBatchState: EnumTypeDefinition
        LedgerEntry: MessageTypeDefinition<_sealflow_ledger_v1_LedgerEntry, _sealflow_ledger_v1_LedgerEntry__Output>
        LedgerPage: MessageTypeDefinition<_sealflow_ledger_v1_LedgerPage, _sealflow_ledger_v1_LedgerPage__Output>
        LedgerService: SubtypeConstructor<typeof grpc.Client, _sealflow_ledger_v1_LedgerServiceClient> & { service: _sealflow_ledger_v1_LedgerServiceDefinition }
        LedgerSummary: MessageTypeDefinition<_sealflow_ledger_v1_LedgerSummary, _sealflow_ledger_v1_LedgerSummary__Output>
        ListLedgerBatchesRequest: MessageTypeDefinition<_sealflow_ledger_v1_ListLedgerBatchesRequest, _sealflow_ledger_v1_ListLedgerBatchesRequest__Output>
        ListLedgerBatchesResponse: MessageTypeDefinition<_sealflow_ledger_v1_ListLedgerBatchesResponse, _sealflow_ledger_v1_ListLedgerBatchesResponse__Output>
        ListLedgerEntriesRequest: MessageTypeDefinition<_sealflow_ledger_v1_ListLedgerEntriesRequest, _sealflow_ledger_v1_ListLedgerEntriesRequest__Output>
        ListLedgerEntriesResponse: MessageTypeDefinition<_sealflow_ledger_v1_ListLedgerEntriesResponse, _sealflow_ledger_v1_ListLedgerEntriesResponse__Output>
        ListLedgersRequest: MessageTypeDefinition<_sealflow_ledger_v1_ListLedgersRequest, _sealflow_ledger_v1_ListLedgersRequest__Output>
        ListLedgersResponse: MessageTypeDefinition<_sealflow_ledger_v1_ListLedgersResponse, _sealflow_ledger_v1_ListLedgersResponse__Output>
        SubmitIntentsRequest: MessageTypeDefinition<_sealflow_ledger_v1_SubmitIntentsRequest, _sealflow_ledger_v1_SubmitIntentsRequest__Output>
        SubmitIntentsResponse: MessageTypeDefinition<_sealflow_ledger_v1_SubmitIntentsResponse, _sealflow_ledger_v1_SubmitIntentsResponse__Output>
        SubmittedIntents: MessageTypeDefinition<_sealflow_ledger_v1_SubmittedIntents, _sealflow_ledger_v1_SubmittedIntents__Output>
        WatchIntentsRequest: MessageTypeDefinition<_sealflow_ledger_v1_WatchIntentsRequest, _sealflow_ledger_v1_WatchIntentsRequest__Output>
        WatchIntentsResponse: MessageTypeDefinition<_sealflow_ledger_v1_WatchIntentsResponse, _sealflow_ledger_v1_WatchIntentsResponse__Output>
      }
    }
  }
}

