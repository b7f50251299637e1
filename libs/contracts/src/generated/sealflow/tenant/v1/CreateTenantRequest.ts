// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface CreateTenantRequest {
  'name'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface CreateTenantRequest__Output {
  'name': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
