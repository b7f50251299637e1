// Original file: /proto/sealflow/retention/v1/retention.proto


export interface LiftHoldRequest {
  'name'?: (string);
  'reason'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface LiftHoldRequest__Output {
  'name': (string);
  'reason': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
