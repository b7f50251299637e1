// Original file: /proto/sealflow/run/v1/run.proto


export interface UnparkRunRequest {
  'name'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface UnparkRunRequest__Output {
  'name': (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
