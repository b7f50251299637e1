// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetInclusionProofRequest {
  'index'?: (string);
  'size'?: (string);
}

export interface GetInclusionProofRequest__Output {
  'index': (string);
  'size': (string);
}
