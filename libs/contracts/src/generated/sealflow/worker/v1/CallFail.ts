// Original file: /proto/sealflow/worker/v1/worker.proto


export interface CallFail {
  'call'?: (string);
  'reason'?: (string);
  'message'?: (string);
}

export interface CallFail__Output {
  'call': (string);
  'reason': (string);
  'message': (string);
}
