// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface ListUsageRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListUsageRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
