// Original file: /proto/sealflow/retention/v1/retention.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface LegalHold {
  'name'?: (string);
  'run'?: (string);
  'reason'?: (string);
  'actor'?: (string);
  'placeTime'?: (_google_protobuf_Timestamp | null);
  'liftTime'?: (_google_protobuf_Timestamp | null);
  'liftReason'?: (string);
  'liftActor'?: (string);
}

export interface LegalHold__Output {
  'name': (string);
  'run': (string);
  'reason': (string);
  'actor': (string);
  'placeTime': (_google_protobuf_Timestamp__Output | null);
  'liftTime': (_google_protobuf_Timestamp__Output | null);
  'liftReason': (string);
  'liftActor': (string);
}
