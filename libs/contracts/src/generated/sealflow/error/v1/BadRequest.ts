// Original file: /proto/sealflow/error/v1/status.proto


export interface _sealflow_error_v1_BadRequest_FieldViolation {
  'field'?: (string);
  'description'?: (string);
}

export interface _sealflow_error_v1_BadRequest_FieldViolation__Output {
  'field': (string);
  'description': (string);
}

export interface BadRequest {
  'fieldViolations'?: (_sealflow_error_v1_BadRequest_FieldViolation)[];
}

export interface BadRequest__Output {
  'fieldViolations': (_sealflow_error_v1_BadRequest_FieldViolation__Output)[];
}
