// Original file: /proto/sealflow/retention/v1/retention.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface RetentionRecord {
  'time'?: (_google_protobuf_Timestamp | null);
  'actor'?: (string);
  'action'?: (string);
  'reason'?: (string);
  'record'?: (Buffer | Uint8Array | string);
  'leafIndex'?: (string);
  '_leafIndex'?: "leafIndex";
}

export interface RetentionRecord__Output {
  'time': (_google_protobuf_Timestamp__Output | null);
  'actor': (string);
  'action': (string);
  'reason': (string);
  'record': (Buffer);
  'leafIndex'?: (string);
  '_leafIndex'?: "leafIndex";
}
