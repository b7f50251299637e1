// Original file: /proto/sealflow/retention/v1/retention.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface RetentionRule {
  'class'?: (string);
  'workflow'?: (string);
  'run'?: (string);
  'payloadDays'?: (number);
  'evidenceDays'?: (number);
  'setTime'?: (_google_protobuf_Timestamp | null);
  'actor'?: (string);
  '_payloadDays'?: "payloadDays";
  '_evidenceDays'?: "evidenceDays";
}

export interface RetentionRule__Output {
  'class': (string);
  'workflow': (string);
  'run': (string);
  'payloadDays'?: (number);
  'evidenceDays'?: (number);
  'setTime': (_google_protobuf_Timestamp__Output | null);
  'actor': (string);
  '_payloadDays'?: "payloadDays";
  '_evidenceDays'?: "evidenceDays";
}
