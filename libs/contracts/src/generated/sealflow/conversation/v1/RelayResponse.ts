// Original file: /proto/sealflow/conversation/v1/conversation.proto


export interface RelayResponse {
  'frame'?: (Buffer | Uint8Array | string);
}

export interface RelayResponse__Output {
  'frame': (Buffer);
}
