// Original file: /proto/sealflow/blob/v1/blob.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface Blob {
  'name'?: (string);
  'digest'?: (string);
  'size'?: (string);
  'committedSize'?: (string);
  'complete'?: (boolean);
  'createTime'?: (_google_protobuf_Timestamp | null);
}

export interface Blob__Output {
  'name': (string);
  'digest': (string);
  'size': (string);
  'committedSize': (string);
  'complete': (boolean);
  'createTime': (_google_protobuf_Timestamp__Output | null);
}
