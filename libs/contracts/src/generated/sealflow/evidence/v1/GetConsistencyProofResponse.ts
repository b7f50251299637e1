// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetConsistencyProofResponse {
  'path'?: (Buffer | Uint8Array | string)[];
  'fromRoot'?: (Buffer | Uint8Array | string);
  'toRoot'?: (Buffer | Uint8Array | string);
}

export interface GetConsistencyProofResponse__Output {
  'path': (Buffer)[];
  'fromRoot': (Buffer);
  'toRoot': (Buffer);
}
