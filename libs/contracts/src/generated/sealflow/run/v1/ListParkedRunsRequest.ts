// Original file: /proto/sealflow/run/v1/run.proto


export interface ListParkedRunsRequest {
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListParkedRunsRequest__Output {
  'pageSize': (number);
  'pageToken': (string);
}
