// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { UsageDay as _sealflow_tenant_v1_UsageDay, UsageDay__Output as _sealflow_tenant_v1_UsageDay__Output } from '../../../sealflow/tenant/v1/UsageDay.js';

export interface ListUsageResponse {
  'days'?: (_sealflow_tenant_v1_UsageDay)[];
  'nextPageToken'?: (string);
}

export interface ListUsageResponse__Output {
  'days': (_sealflow_tenant_v1_UsageDay__Output)[];
  'nextPageToken': (string);
}
