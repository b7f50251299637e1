// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface LedgerEntry {
  'version'?: (string);
  'operation'?: (string);
  'run'?: (string);
  'receipt'?: (string);
  'time'?: (_google_protobuf_Timestamp | null);
}

export interface LedgerEntry__Output {
  'version': (string);
  'operation': (string);
  'run': (string);
  'receipt': (string);
  'time': (_google_protobuf_Timestamp__Output | null);
}
