// Original file: /proto/sealflow/worker/v1/worker.proto


export interface CallCancel {
  'call'?: (string);
  'reason'?: (string);
}

export interface CallCancel__Output {
  'call': (string);
  'reason': (string);
}
