// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetInclusionProofResponse {
  'size'?: (string);
  'leaf'?: (Buffer | Uint8Array | string);
  'path'?: (Buffer | Uint8Array | string)[];
  'root'?: (Buffer | Uint8Array | string);
}

export interface GetInclusionProofResponse__Output {
  'size': (string);
  'leaf': (Buffer);
  'path': (Buffer)[];
  'root': (Buffer);
}
