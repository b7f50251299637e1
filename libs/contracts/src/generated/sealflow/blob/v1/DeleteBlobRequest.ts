// Original file: /proto/sealflow/blob/v1/blob.proto


export interface DeleteBlobRequest {
  'name'?: (string);
  'requestId'?: (string);
}

export interface DeleteBlobRequest__Output {
  'name': (string);
  'requestId': (string);
}
