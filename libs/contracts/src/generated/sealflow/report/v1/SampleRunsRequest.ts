// Original file: /proto/sealflow/report/v1/report.proto


export interface SampleRunsRequest {
  'parent'?: (string);
  'filter'?: (string);
  'seed'?: (string);
  'size'?: (number);
}

export interface SampleRunsRequest__Output {
  'parent': (string);
  'filter': (string);
  'seed': (string);
  'size': (number);
}
