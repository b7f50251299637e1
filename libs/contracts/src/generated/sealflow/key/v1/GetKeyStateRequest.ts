// Original file: /proto/sealflow/key/v1/key.proto


export interface GetKeyStateRequest {
  'name'?: (string);
}

export interface GetKeyStateRequest__Output {
  'name': (string);
}
