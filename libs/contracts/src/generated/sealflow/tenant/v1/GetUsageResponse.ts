// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { Quota as _sealflow_tenant_v1_Quota, Quota__Output as _sealflow_tenant_v1_Quota__Output } from '../../../sealflow/tenant/v1/Quota.js';
import type { UsageHour as _sealflow_tenant_v1_UsageHour, UsageHour__Output as _sealflow_tenant_v1_UsageHour__Output } from '../../../sealflow/tenant/v1/UsageHour.js';

export interface GetUsageResponse {
  'quota'?: (_sealflow_tenant_v1_Quota | null);
  'hours'?: (_sealflow_tenant_v1_UsageHour)[];
  'blobBytes'?: (string);
}

export interface GetUsageResponse__Output {
  'quota': (_sealflow_tenant_v1_Quota__Output | null);
  'hours': (_sealflow_tenant_v1_UsageHour__Output)[];
  'blobBytes': (string);
}
