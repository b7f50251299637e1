// Original file: /proto/sealflow/run/v1/run.proto


export interface ApproveStepRequest {
  'name'?: (string);
  'step'?: (string);
  'statement'?: (Buffer | Uint8Array | string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface ApproveStepRequest__Output {
  'name': (string);
  'step': (string);
  'statement': (Buffer);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
