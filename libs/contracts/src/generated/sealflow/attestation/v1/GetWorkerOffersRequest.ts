// Original file: /proto/sealflow/attestation/v1/attestation.proto


export interface GetWorkerOffersRequest {
  'operation'?: (string);
  'nonce'?: (Buffer | Uint8Array | string);
  'offersMax'?: (number);
  'policy'?: (string);
  'signKey'?: (Buffer | Uint8Array | string);
}

export interface GetWorkerOffersRequest__Output {
  'operation': (string);
  'nonce': (Buffer);
  'offersMax': (number);
  'policy': (string);
  'signKey': (Buffer);
}
