// Original file: /proto/sealflow/report/v1/report.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface WaitingApproval {
  'run'?: (string);
  'step'?: (string);
  'workflow'?: (string);
  'startTime'?: (_google_protobuf_Timestamp | null);
  'deadline'?: (_google_protobuf_Timestamp | null);
  'etag'?: (string);
  'approvers'?: (string)[];
  'quorum'?: (number);
  'reason'?: (string);
  'plan'?: (string);
  'definition'?: (string);
  'attempt'?: (number);
}

export interface WaitingApproval__Output {
  'run': (string);
  'step': (string);
  'workflow': (string);
  'startTime': (_google_protobuf_Timestamp__Output | null);
  'deadline': (_google_protobuf_Timestamp__Output | null);
  'etag': (string);
  'approvers': (string)[];
  'quorum': (number);
  'reason': (string);
  'plan': (string);
  'definition': (string);
  'attempt': (number);
}
