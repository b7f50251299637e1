// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Revoke {
  'lease'?: (string);
  'reason'?: (string);
}

export interface Revoke__Output {
  'lease': (string);
  'reason': (string);
}
