// Original file: /proto/sealflow/blob/v1/blob.proto


export interface WriteBlobResponse {
  'digest'?: (string);
  'size'?: (string);
}

export interface WriteBlobResponse__Output {
  'digest': (string);
  'size': (string);
}
