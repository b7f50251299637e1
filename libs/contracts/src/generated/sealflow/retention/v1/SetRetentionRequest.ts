// Original file: /proto/sealflow/retention/v1/retention.proto


export interface SetRetentionRequest {
  'parent'?: (string);
  'class'?: (string);
  'workflow'?: (string);
  'run'?: (string);
  'payloadDays'?: (number);
  'evidenceDays'?: (number);
  'remove'?: (boolean);
  'reason'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
  '_payloadDays'?: "payloadDays";
  '_evidenceDays'?: "evidenceDays";
}

export interface SetRetentionRequest__Output {
  'parent': (string);
  'class': (string);
  'workflow': (string);
  'run': (string);
  'payloadDays'?: (number);
  'evidenceDays'?: (number);
  'remove': (boolean);
  'reason': (string);
  'requestId': (string);
  'validateOnly': (boolean);
  '_payloadDays'?: "payloadDays";
  '_evidenceDays'?: "evidenceDays";
}
