// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Offer {
  'requestId'?: (string);
  'package'?: (Buffer | Uint8Array | string);
}

export interface Offer__Output {
  'requestId': (string);
  'package': (Buffer);
}
