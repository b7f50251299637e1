// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { Quota as _sealflow_tenant_v1_Quota, Quota__Output as _sealflow_tenant_v1_Quota__Output } from '../../../sealflow/tenant/v1/Quota.js';

export interface UpdateQuotaResponse {
  'quota'?: (_sealflow_tenant_v1_Quota | null);
}

export interface UpdateQuotaResponse__Output {
  'quota': (_sealflow_tenant_v1_Quota__Output | null);
}
