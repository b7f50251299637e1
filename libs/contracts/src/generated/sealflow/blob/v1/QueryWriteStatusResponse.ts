// Original file: /proto/sealflow/blob/v1/blob.proto


export interface QueryWriteStatusResponse {
  'committedSize'?: (string);
  'complete'?: (boolean);
  'size'?: (string);
}

export interface QueryWriteStatusResponse__Output {
  'committedSize': (string);
  'complete': (boolean);
  'size': (string);
}
