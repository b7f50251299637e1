// Original file: /proto/sealflow/blob/v1/blob.proto


export interface ListBlobsRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
  'uploads'?: (boolean);
}

export interface ListBlobsRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
  'uploads': (boolean);
}
