// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { Tenant as _sealflow_tenant_v1_Tenant, Tenant__Output as _sealflow_tenant_v1_Tenant__Output } from '../../../sealflow/tenant/v1/Tenant.js';

export interface ListTenantsResponse {
  'tenants'?: (_sealflow_tenant_v1_Tenant)[];
  'nextPageToken'?: (string);
}

export interface ListTenantsResponse__Output {
  'tenants': (_sealflow_tenant_v1_Tenant__Output)[];
  'nextPageToken': (string);
}
