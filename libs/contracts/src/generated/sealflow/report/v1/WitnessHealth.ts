// Original file: /proto/sealflow/report/v1/report.proto


export interface WitnessHealth {
  'name'?: (string);
  'cosignedSize'?: (string);
}

export interface WitnessHealth__Output {
  'name': (string);
  'cosignedSize': (string);
}
