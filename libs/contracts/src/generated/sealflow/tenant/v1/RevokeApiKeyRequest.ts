// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface RevokeApiKeyRequest {
  'name'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface RevokeApiKeyRequest__Output {
  'name': (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
