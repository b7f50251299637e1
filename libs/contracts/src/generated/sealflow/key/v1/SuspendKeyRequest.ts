// Original file: /proto/sealflow/key/v1/key.proto


export interface SuspendKeyRequest {
  'name'?: (string);
  'reason'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
}

export interface SuspendKeyRequest__Output {
  'name': (string);
  'reason': (string);
  'etag': (string);
  'requestId': (string);
}
