// Original file: /proto/sealflow/blob/v1/blob.proto


export interface StatBlobResponse {
  'digest'?: (string);
  'size'?: (string);
}

export interface StatBlobResponse__Output {
  'digest': (string);
  'size': (string);
}
