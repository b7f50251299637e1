// Original file: /proto/sealflow/retention/v1/retention.proto


export interface ListRetentionRecordsRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListRetentionRecordsRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
