// Original file: /proto/sealflow/report/v1/report.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface Policy {
  'name'?: (string);
  'digest'?: (string);
  'runs'?: (number);
  'firstTime'?: (_google_protobuf_Timestamp | null);
  'lastTime'?: (_google_protobuf_Timestamp | null);
  'content'?: (Buffer | Uint8Array | string);
}

export interface Policy__Output {
  'name': (string);
  'digest': (string);
  'runs': (number);
  'firstTime': (_google_protobuf_Timestamp__Output | null);
  'lastTime': (_google_protobuf_Timestamp__Output | null);
  'content': (Buffer);
}
