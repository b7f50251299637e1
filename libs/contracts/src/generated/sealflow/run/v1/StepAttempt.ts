// Original file: /proto/sealflow/run/v1/run.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface StepAttempt {
  'attempt'?: (number);
  'fence'?: (string);
  'worker'?: (string);
  'reason'?: (string);
  'errorClass'?: (string);
  'startTime'?: (_google_protobuf_Timestamp | null);
  'endTime'?: (_google_protobuf_Timestamp | null);
}

export interface StepAttempt__Output {
  'attempt': (number);
  'fence': (string);
  'worker': (string);
  'reason': (string);
  'errorClass': (string);
  'startTime': (_google_protobuf_Timestamp__Output | null);
  'endTime': (_google_protobuf_Timestamp__Output | null);
}
