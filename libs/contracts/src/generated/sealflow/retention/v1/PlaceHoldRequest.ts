// Original file: /proto/sealflow/retention/v1/retention.proto


export interface PlaceHoldRequest {
  'parent'?: (string);
  'run'?: (string);
  'reason'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface PlaceHoldRequest__Output {
  'parent': (string);
  'run': (string);
  'reason': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
