// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { LedgerBatchState as _sealflow_ledger_v1_LedgerBatchState, LedgerBatchState__Output as _sealflow_ledger_v1_LedgerBatchState__Output } from '../../../sealflow/ledger/v1/LedgerBatchState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface LedgerBatch {
  'run'?: (string);
  'state'?: (_sealflow_ledger_v1_LedgerBatchState);
  'version'?: (string);
  'intents'?: (string);
  'outcomes'?: (string);
  'receipt'?: (string);
  'envelopes'?: (number);
  'reason'?: (string);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'endTime'?: (_google_protobuf_Timestamp | null);
}

export interface LedgerBatch__Output {
  'run': (string);
  'state': (_sealflow_ledger_v1_LedgerBatchState__Output);
  'version': (string);
  'intents': (string);
  'outcomes': (string);
  'receipt': (string);
  'envelopes': (number);
  'reason': (string);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'endTime': (_google_protobuf_Timestamp__Output | null);
}
