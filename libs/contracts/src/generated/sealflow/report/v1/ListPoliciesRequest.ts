// Original file: /proto/sealflow/report/v1/report.proto


export interface ListPoliciesRequest {
  'parent'?: (string);
}

export interface ListPoliciesRequest__Output {
  'parent': (string);
}
