// Original file: /proto/sealflow/conversation/v1/conversation.proto


export interface RelayRequest {
  'bootId'?: (string);
  'lease'?: (string);
  'fence'?: (string);
  'frame'?: (Buffer | Uint8Array | string);
  'ticket'?: (Buffer | Uint8Array | string);
}

export interface RelayRequest__Output {
  'bootId': (string);
  'lease': (string);
  'fence': (string);
  'frame': (Buffer);
  'ticket': (Buffer);
}
