// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetLogProofRequest {
  'run'?: (string);
}

export interface GetLogProofRequest__Output {
  'run': (string);
}
