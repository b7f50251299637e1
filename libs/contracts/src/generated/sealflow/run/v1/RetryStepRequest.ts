// Original file: /proto/sealflow/run/v1/run.proto


export interface RetryStepRequest {
  'name'?: (string);
  'step'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface RetryStepRequest__Output {
  'name': (string);
  'step': (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
