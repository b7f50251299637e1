// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Renew {
  'lease'?: (string);
  'fence'?: (string);
}

export interface Renew__Output {
  'lease': (string);
  'fence': (string);
}
