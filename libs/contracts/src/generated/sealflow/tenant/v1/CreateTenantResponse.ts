// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { Tenant as _sealflow_tenant_v1_Tenant, Tenant__Output as _sealflow_tenant_v1_Tenant__Output } from '../../../sealflow/tenant/v1/Tenant.js';

export interface CreateTenantResponse {
  'tenant'?: (_sealflow_tenant_v1_Tenant | null);
}

export interface CreateTenantResponse__Output {
  'tenant': (_sealflow_tenant_v1_Tenant__Output | null);
}
