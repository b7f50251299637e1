// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface LogCheckpoint {
  'size'?: (string);
  'time'?: (_google_protobuf_Timestamp | null);
  'note'?: (string);
  'cosignatures'?: (number);
  'published'?: (boolean);
}

export interface LogCheckpoint__Output {
  'size': (string);
  'time': (_google_protobuf_Timestamp__Output | null);
  'note': (string);
  'cosignatures': (number);
  'published': (boolean);
}
