// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Fail {
  'lease'?: (string);
  'fence'?: (string);
  'reason'?: (string);
  'message'?: (string);
  'retryable'?: (boolean);
}

export interface Fail__Output {
  'lease': (string);
  'fence': (string);
  'reason': (string);
  'message': (string);
  'retryable': (boolean);
}
