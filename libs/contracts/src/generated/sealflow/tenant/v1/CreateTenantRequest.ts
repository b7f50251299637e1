// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface CreateTenantRequest {
  'name'?: (string);
}

export interface CreateTenantRequest__Output {
  'name': (string);
}
