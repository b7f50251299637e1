// Original file: /proto/sealflow/worker/v1/worker.proto


export interface OfferRequest {
  'requestId'?: (string);
  'nonce'?: (Buffer | Uint8Array | string);
  'policy'?: (string);
  'traceparent'?: (string);
}

export interface OfferRequest__Output {
  'requestId': (string);
  'nonce': (Buffer);
  'policy': (string);
  'traceparent': (string);
}
