// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Challenge {
  'nonce'?: (Buffer | Uint8Array | string);
}

export interface Challenge__Output {
  'nonce': (Buffer);
}
