// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetLogProofResponse {
  'origin'?: (string);
  'proof'?: (string);
  'leaf'?: (Buffer | Uint8Array | string);
  'cosignatures'?: (number);
}

export interface GetLogProofResponse__Output {
  'origin': (string);
  'proof': (string);
  'leaf': (Buffer);
  'cosignatures': (number);
}
