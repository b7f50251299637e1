// Original file: /proto/sealflow/report/v1/report.proto


export interface ListApprovalsRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListApprovalsRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
