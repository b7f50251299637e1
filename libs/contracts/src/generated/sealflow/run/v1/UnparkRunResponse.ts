// Original file: /proto/sealflow/run/v1/run.proto


export interface UnparkRunResponse {
}

export interface UnparkRunResponse__Output {
}
