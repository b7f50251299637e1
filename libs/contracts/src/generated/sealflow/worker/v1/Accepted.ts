// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Accepted {
  'session'?: (string);
  'heartbeatMs'?: (number);
}

export interface Accepted__Output {
  'session': (string);
  'heartbeatMs': (number);
}
