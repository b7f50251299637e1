// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Call {
  'call'?: (string);
  'lease'?: (string);
  'fence'?: (string);
  'frame'?: (Buffer | Uint8Array | string);
}

export interface Call__Output {
  'call': (string);
  'lease': (string);
  'fence': (string);
  'frame': (Buffer);
}
