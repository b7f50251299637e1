// Original file: /proto/sealflow/key/v1/key.proto


export interface ListKeysRequest {
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListKeysRequest__Output {
  'pageSize': (number);
  'pageToken': (string);
}
