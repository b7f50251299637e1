// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface ListApiKeysRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListApiKeysRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
