// Original file: /proto/sealflow/report/v1/report.proto


export interface IncompleteCount {
  'openRuns'?: (number);
  'parkedRuns'?: (number);
  'unstampedRuns'?: (number);
  'deletedRuns'?: (number);
  'uncountedRuns'?: (number);
}

export interface IncompleteCount__Output {
  'openRuns': (number);
  'parkedRuns': (number);
  'unstampedRuns': (number);
  'deletedRuns': (number);
  'uncountedRuns': (number);
}
