// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface RevokeApiKeyRequest {
  'name'?: (string);
}

export interface RevokeApiKeyRequest__Output {
  'name': (string);
}
