// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetCheckpointResponse {
  'note'?: (string);
}

export interface GetCheckpointResponse__Output {
  'note': (string);
}
