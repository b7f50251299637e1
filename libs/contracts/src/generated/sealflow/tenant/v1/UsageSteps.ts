// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface UsageSteps {
  'kind'?: (string);
  'steps'?: (string);
  'milliseconds'?: (string);
  'waitMilliseconds'?: (string);
  'costMicros'?: (string);
}

export interface UsageSteps__Output {
  'kind': (string);
  'steps': (string);
  'milliseconds': (string);
  'waitMilliseconds': (string);
  'costMicros': (string);
}
