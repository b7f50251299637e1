// Original file: /proto/sealflow/report/v1/report.proto


export interface WorkflowCount {
  'workflow'?: (string);
  'runs'?: (number);
  'failedRuns'?: (number);
}

export interface WorkflowCount__Output {
  'workflow': (string);
  'runs': (number);
  'failedRuns': (number);
}
