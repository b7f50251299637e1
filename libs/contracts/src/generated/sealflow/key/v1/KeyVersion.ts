// Original file: /proto/sealflow/key/v1/key.proto

import type { KeyState as _sealflow_key_v1_KeyState, KeyState__Output as _sealflow_key_v1_KeyState__Output } from '../../../sealflow/key/v1/KeyState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface KeyVersion {
  'version'?: (number);
  'state'?: (_sealflow_key_v1_KeyState);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'retireTime'?: (_google_protobuf_Timestamp | null);
}

export interface KeyVersion__Output {
  'version': (number);
  'state': (_sealflow_key_v1_KeyState__Output);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'retireTime': (_google_protobuf_Timestamp__Output | null);
}
