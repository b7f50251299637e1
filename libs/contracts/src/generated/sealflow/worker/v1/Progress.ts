// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Progress {
  'lease'?: (string);
  'fence'?: (string);
  'stage'?: (string);
}

export interface Progress__Output {
  'lease': (string);
  'fence': (string);
  'stage': (string);
}
