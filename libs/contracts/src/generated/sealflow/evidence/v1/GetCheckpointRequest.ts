// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetCheckpointRequest {
}

export interface GetCheckpointRequest__Output {
}
