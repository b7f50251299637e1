import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { GetLedgerRequest as _sealflow_ledger_v1_GetLedgerRequest, GetLedgerRequest__Output as _sealflow_ledger_v1_GetLedgerRequest__Output } from './sealflow/ledger/v1/GetLedgerRequest.js';
import type { GetLedgerResponse as _sealflow_ledger_v1_GetLedgerResponse, GetLedgerResponse__Output as _sealflow_ledger_v1_GetLedgerResponse__Output } from './sealflow/ledger/v1/GetLedgerResponse.js';
import type { Ledger as _sealflow_ledger_v1_Ledger, Ledger__Output as _sealflow_ledger_v1_Ledger__Output } from './sealflow/ledger/v1/Ledger.js';
import type { LedgerEntry as _sealflow_ledger_v1_LedgerEntry, LedgerEntry__Output as _sealflow_ledger_v1_LedgerEntry__Output } from './sealflow/ledger/v1/LedgerEntry.js';
import type { LedgerServiceClient as _sealflow_ledger_v1_LedgerServiceClient, LedgerServiceDefinition as _sealflow_ledger_v1_LedgerServiceDefinition } from './sealflow/ledger/v1/LedgerService.js';
import type { ListLedgerEntriesRequest as _sealflow_ledger_v1_ListLedgerEntriesRequest, ListLedgerEntriesRequest__Output as _sealflow_ledger_v1_ListLedgerEntriesRequest__Output } from './sealflow/ledger/v1/ListLedgerEntriesRequest.js';
import type { ListLedgerEntriesResponse as _sealflow_ledger_v1_ListLedgerEntriesResponse, ListLedgerEntriesResponse__Output as _sealflow_ledger_v1_ListLedgerEntriesResponse__Output } from './sealflow/ledger/v1/ListLedgerEntriesResponse.js';

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
        GetLedgerRequest: MessageTypeDefinition<_sealflow_ledger_v1_GetLedgerRequest, _sealflow_ledger_v1_GetLedgerRequest__Output>
        GetLedgerResponse: MessageTypeDefinition<_sealflow_ledger_v1_GetLedgerResponse, _sealflow_ledger_v1_GetLedgerResponse__Output>
        Ledger: MessageTypeDefinition<_sealflow_ledger_v1_Ledger, _sealflow_ledger_v1_Ledger__Output>
        LedgerEntry: MessageTypeDefinition<_sealflow_ledger_v1_LedgerEntry, _sealflow_ledger_v1_LedgerEntry__Output>
        LedgerService: SubtypeConstructor<typeof grpc.Client, _sealflow_ledger_v1_LedgerServiceClient> & { service: _sealflow_ledger_v1_LedgerServiceDefinition }
        ListLedgerEntriesRequest: MessageTypeDefinition<_sealflow_ledger_v1_ListLedgerEntriesRequest, _sealflow_ledger_v1_ListLedgerEntriesRequest__Output>
        ListLedgerEntriesResponse: MessageTypeDefinition<_sealflow_ledger_v1_ListLedgerEntriesResponse, _sealflow_ledger_v1_ListLedgerEntriesResponse__Output>
      }
    }
  }
}

