// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { ApiKey as _sealflow_tenant_v1_ApiKey, ApiKey__Output as _sealflow_tenant_v1_ApiKey__Output } from '../../../sealflow/tenant/v1/ApiKey.js';

export interface ListApiKeysResponse {
  'keys'?: (_sealflow_tenant_v1_ApiKey)[];
  'nextPageToken'?: (string);
}

export interface ListApiKeysResponse__Output {
  'keys': (_sealflow_tenant_v1_ApiKey__Output)[];
  'nextPageToken': (string);
}
