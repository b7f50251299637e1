// Original file: /proto/sealflow/error/v1/status.proto


export interface _sealflow_error_v1_QuotaFailure_Violation {
  'subject'?: (string);
  'description'?: (string);
}

export interface _sealflow_error_v1_QuotaFailure_Violation__Output {
  'subject': (string);
  'description': (string);
}

export interface QuotaFailure {
  'violations'?: (_sealflow_error_v1_QuotaFailure_Violation)[];
}

export interface QuotaFailure__Output {
  'violations': (_sealflow_error_v1_QuotaFailure_Violation__Output)[];
}
