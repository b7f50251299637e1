// Original file: /proto/sealflow/key/v1/key.proto

import type { TenantKey as _sealflow_key_v1_TenantKey, TenantKey__Output as _sealflow_key_v1_TenantKey__Output } from '../../../sealflow/key/v1/TenantKey.js';

export interface ResumeKeyResponse {
  'key'?: (_sealflow_key_v1_TenantKey | null);
}

export interface ResumeKeyResponse__Output {
  'key': (_sealflow_key_v1_TenantKey__Output | null);
}
