// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { IntentState as _sealflow_ledger_v1_IntentState, IntentState__Output as _sealflow_ledger_v1_IntentState__Output } from '../../../sealflow/ledger/v1/IntentState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface SubmittedIntents {
  'digest'?: (string);
  'state'?: (_sealflow_ledger_v1_IntentState);
  'version'?: (string);
  'run'?: (string);
  'outcome'?: (Buffer | Uint8Array | string);
  'reason'?: (string);
  'submitTime'?: (_google_protobuf_Timestamp | null);
  'endTime'?: (_google_protobuf_Timestamp | null);
}

export interface SubmittedIntents__Output {
  'digest': (string);
  'state': (_sealflow_ledger_v1_IntentState__Output);
  'version': (string);
  'run': (string);
  'outcome': (Buffer);
  'reason': (string);
  'submitTime': (_google_protobuf_Timestamp__Output | null);
  'endTime': (_google_protobuf_Timestamp__Output | null);
}
