// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface BundleSummary {
  'run'?: (string);
  'digest'?: (string);
  'size'?: (string);
  'state'?: (string);
  'reason'?: (string);
  'workflow'?: (string);
  'endTime'?: (_google_protobuf_Timestamp | null);
}

export interface BundleSummary__Output {
  'run': (string);
  'digest': (string);
  'size': (string);
  'state': (string);
  'reason': (string);
  'workflow': (string);
  'endTime': (_google_protobuf_Timestamp__Output | null);
}
