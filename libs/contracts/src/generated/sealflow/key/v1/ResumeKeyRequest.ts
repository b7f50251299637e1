// Original file: /proto/sealflow/key/v1/key.proto


export interface ResumeKeyRequest {
  'name'?: (string);
  'reason'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
}

export interface ResumeKeyRequest__Output {
  'name': (string);
  'reason': (string);
  'etag': (string);
  'requestId': (string);
}
