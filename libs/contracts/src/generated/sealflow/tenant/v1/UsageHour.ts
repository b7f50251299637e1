// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface UsageHour {
  'startTime'?: (_google_protobuf_Timestamp | null);
  'runs'?: (number);
}

export interface UsageHour__Output {
  'startTime': (_google_protobuf_Timestamp__Output | null);
  'runs': (number);
}
