// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface Tenant {
  'name'?: (string);
  'createTime'?: (_google_protobuf_Timestamp | null);
}

export interface Tenant__Output {
  'name': (string);
  'createTime': (_google_protobuf_Timestamp__Output | null);
}
