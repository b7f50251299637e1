// Original file: /proto/sealflow/retention/v1/retention.proto


export interface ListHoldsRequest {
  'parent'?: (string);
  'all'?: (boolean);
}

export interface ListHoldsRequest__Output {
  'parent': (string);
  'all': (boolean);
}
