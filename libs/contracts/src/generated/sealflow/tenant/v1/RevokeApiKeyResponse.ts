// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { ApiKey as _sealflow_tenant_v1_ApiKey, ApiKey__Output as _sealflow_tenant_v1_ApiKey__Output } from '../../../sealflow/tenant/v1/ApiKey.js';

export interface RevokeApiKeyResponse {
  'key'?: (_sealflow_tenant_v1_ApiKey | null);
}

export interface RevokeApiKeyResponse__Output {
  'key': (_sealflow_tenant_v1_ApiKey__Output | null);
}
