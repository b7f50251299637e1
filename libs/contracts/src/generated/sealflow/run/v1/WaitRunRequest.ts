// Original file: /proto/sealflow/run/v1/run.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../../google/protobuf/Duration.js';

export interface WaitRunRequest {
  'name'?: (string);
  'timeout'?: (_google_protobuf_Duration | null);
}

export interface WaitRunRequest__Output {
  'name': (string);
  'timeout': (_google_protobuf_Duration__Output | null);
}
