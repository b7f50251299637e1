// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetConsistencyProofRequest {
  'from'?: (string);
  'to'?: (string);
}

export interface GetConsistencyProofRequest__Output {
  'from': (string);
  'to': (string);
}
