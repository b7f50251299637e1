// Original file: /proto/sealflow/run/v1/run.proto


export interface AcceptedOffer {
  'operation'?: (string);
  'package'?: (string);
  'nonce'?: (Buffer | Uint8Array | string);
}

export interface AcceptedOffer__Output {
  'operation': (string);
  'package': (string);
  'nonce': (Buffer);
}
