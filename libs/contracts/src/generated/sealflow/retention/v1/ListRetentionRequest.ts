// Original file: /proto/sealflow/retention/v1/retention.proto


export interface ListRetentionRequest {
  'parent'?: (string);
}

export interface ListRetentionRequest__Output {
  'parent': (string);
}
