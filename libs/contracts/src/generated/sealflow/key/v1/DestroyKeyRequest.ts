// Original file: /proto/sealflow/key/v1/key.proto


export interface DestroyKeyRequest {
  'name'?: (string);
  'confirm'?: (string);
  'reason'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
}

export interface DestroyKeyRequest__Output {
  'name': (string);
  'confirm': (string);
  'reason': (string);
  'etag': (string);
  'requestId': (string);
}
