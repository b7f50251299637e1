// Original file: /proto/sealflow/key/v1/key.proto

import type { KeyState as _sealflow_key_v1_KeyState, KeyState__Output as _sealflow_key_v1_KeyState__Output } from '../../../sealflow/key/v1/KeyState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { KeyVersion as _sealflow_key_v1_KeyVersion, KeyVersion__Output as _sealflow_key_v1_KeyVersion__Output } from '../../../sealflow/key/v1/KeyVersion.js';

export interface TenantKey {
  'name'?: (string);
  'state'?: (_sealflow_key_v1_KeyState);
  'changeTime'?: (_google_protobuf_Timestamp | null);
  'versions'?: (_sealflow_key_v1_KeyVersion)[];
  'destroyTime'?: (_google_protobuf_Timestamp | null);
  'destroyedTime'?: (_google_protobuf_Timestamp | null);
  'etag'?: (string);
}

export interface TenantKey__Output {
  'name': (string);
  'state': (_sealflow_key_v1_KeyState__Output);
  'changeTime': (_google_protobuf_Timestamp__Output | null);
  'versions': (_sealflow_key_v1_KeyVersion__Output)[];
  'destroyTime': (_google_protobuf_Timestamp__Output | null);
  'destroyedTime': (_google_protobuf_Timestamp__Output | null);
  'etag': (string);
}
