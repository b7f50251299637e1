// Original file: /proto/sealflow/run/v1/run.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface ParkedRun {
  'name'?: (string);
  'reason'?: (string);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'deadline'?: (_google_protobuf_Timestamp | null);
  'etag'?: (string);
}

export interface ParkedRun__Output {
  'name': (string);
  'reason': (string);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'deadline': (_google_protobuf_Timestamp__Output | null);
  'etag': (string);
}
