// Original file: /proto/sealflow/worker/v1/worker.proto


export interface CallChunk {
  'call'?: (string);
  'frame'?: (Buffer | Uint8Array | string);
}

export interface CallChunk__Output {
  'call': (string);
  'frame': (Buffer);
}
