// Original file: /proto/sealflow/error/v1/status.proto


export interface Detail {
  'typeUrl'?: (string);
  'value'?: (Buffer | Uint8Array | string);
}

export interface Detail__Output {
  'typeUrl': (string);
  'value': (Buffer);
}
