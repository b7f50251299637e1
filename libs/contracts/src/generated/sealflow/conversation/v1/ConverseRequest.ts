// Original file: /proto/sealflow/conversation/v1/conversation.proto


export interface ConverseRequest {
  'name'?: (string);
  'task'?: (string);
  'attempt'?: (number);
  'frame'?: (Buffer | Uint8Array | string);
}

export interface ConverseRequest__Output {
  'name': (string);
  'task': (string);
  'attempt': (number);
  'frame': (Buffer);
}
