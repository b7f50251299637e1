// Original file: /proto/sealflow/key/v1/key.proto


export interface RotateKeyRequest {
  'name'?: (string);
  'compromised'?: (boolean);
  'reason'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
}

export interface RotateKeyRequest__Output {
  'name': (string);
  'compromised': (boolean);
  'reason': (string);
  'etag': (string);
  'requestId': (string);
}
