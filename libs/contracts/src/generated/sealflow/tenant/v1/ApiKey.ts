// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface ApiKey {
  'name'?: (string);
  'prefix'?: (string);
  'subject'?: (string);
  'roles'?: (string)[];
  'createTime'?: (_google_protobuf_Timestamp | null);
  'expireTime'?: (_google_protobuf_Timestamp | null);
  'revokeTime'?: (_google_protobuf_Timestamp | null);
  'etag'?: (string);
}

export interface ApiKey__Output {
  'name': (string);
  'prefix': (string);
  'subject': (string);
  'roles': (string)[];
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
  'revokeTime': (_google_protobuf_Timestamp__Output | null);
  'etag': (string);
}
