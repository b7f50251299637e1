// Original file: /proto/sealflow/blob/v1/blob.proto


export interface DeleteBlobResponse {
}

export interface DeleteBlobResponse__Output {
}
