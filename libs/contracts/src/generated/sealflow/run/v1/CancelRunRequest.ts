// Original file: /proto/sealflow/run/v1/run.proto


export interface CancelRunRequest {
  'name'?: (string);
  'reason'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface CancelRunRequest__Output {
  'name': (string);
  'reason': (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
