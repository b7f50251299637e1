// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface CreateApiKeyRequest {
  'parent'?: (string);
  'subject'?: (string);
  'roles'?: (string)[];
  'expireTime'?: (_google_protobuf_Timestamp | null);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface CreateApiKeyRequest__Output {
  'parent': (string);
  'subject': (string);
  'roles': (string)[];
  'expireTime': (_google_protobuf_Timestamp__Output | null);
  'requestId': (string);
  'validateOnly': (boolean);
}
