// Original file: /proto/sealflow/conversation/v1/conversation.proto


export interface ConverseResponse {
  'frame'?: (Buffer | Uint8Array | string);
}

export interface ConverseResponse__Output {
  'frame': (Buffer);
}
