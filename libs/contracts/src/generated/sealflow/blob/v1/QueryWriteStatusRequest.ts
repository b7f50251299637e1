// Original file: /proto/sealflow/blob/v1/blob.proto


export interface QueryWriteStatusRequest {
  'digest'?: (string);
}

export interface QueryWriteStatusRequest__Output {
  'digest': (string);
}
