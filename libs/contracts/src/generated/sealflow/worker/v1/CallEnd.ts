// Original file: /proto/sealflow/worker/v1/worker.proto


export interface CallEnd {
  'call'?: (string);
}

export interface CallEnd__Output {
  'call': (string);
}
