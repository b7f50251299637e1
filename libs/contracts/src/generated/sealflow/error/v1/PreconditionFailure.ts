// Original file: /proto/sealflow/error/v1/status.proto


export interface _sealflow_error_v1_PreconditionFailure_Violation {
  'type'?: (string);
  'subject'?: (string);
  'description'?: (string);
}

export interface _sealflow_error_v1_PreconditionFailure_Violation__Output {
  'type': (string);
  'subject': (string);
  'description': (string);
}

export interface PreconditionFailure {
  'violations'?: (_sealflow_error_v1_PreconditionFailure_Violation)[];
}

export interface PreconditionFailure__Output {
  'violations': (_sealflow_error_v1_PreconditionFailure_Violation__Output)[];
}
