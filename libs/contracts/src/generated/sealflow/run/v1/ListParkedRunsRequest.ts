// Original file: /proto/sealflow/run/v1/run.proto


export interface ListParkedRunsRequest {
}

export interface ListParkedRunsRequest__Output {
}
