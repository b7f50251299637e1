// Original file: /proto/sealflow/key/v1/key.proto

import type { TenantKey as _sealflow_key_v1_TenantKey, TenantKey__Output as _sealflow_key_v1_TenantKey__Output } from '../../../sealflow/key/v1/TenantKey.js';

export interface ListKeysResponse {
  'keys'?: (_sealflow_key_v1_TenantKey)[];
  'nextPageToken'?: (string);
}

export interface ListKeysResponse__Output {
  'keys': (_sealflow_key_v1_TenantKey__Output)[];
  'nextPageToken': (string);
}
