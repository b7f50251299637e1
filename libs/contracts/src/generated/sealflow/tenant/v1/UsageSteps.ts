// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface UsageSteps {
  'kind'?: (string);
  'steps'?: (string);
  'milliseconds'?: (string);
}

export interface UsageSteps__Output {
  'kind': (string);
  'steps': (string);
  'milliseconds': (string);
}
