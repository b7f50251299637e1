// Original file: /proto/sealflow/blob/v1/blob.proto


export interface StatBlobRequest {
  'digest'?: (string);
}

export interface StatBlobRequest__Output {
  'digest': (string);
}
