// Original file: /proto/sealflow/blob/v1/blob.proto


export interface ReadBlobResponse {
  'data'?: (Buffer | Uint8Array | string);
}

export interface ReadBlobResponse__Output {
  'data': (Buffer);
}
