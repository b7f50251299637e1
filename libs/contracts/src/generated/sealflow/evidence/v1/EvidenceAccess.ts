// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { Long } from '@grpc/proto-loader';

export interface EvidenceAccess {
  'run'?: (string);
  'time'?: (_google_protobuf_Timestamp | null);
  'actor'?: (string);
  'action'?: (string);
  'record'?: (Buffer | Uint8Array | string);
  'leafIndex'?: (number | string | Long);
  '_leafIndex'?: "leafIndex";
}

export interface EvidenceAccess__Output {
  'run': (string);
  'time': (_google_protobuf_Timestamp__Output | null);
  'actor': (string);
  'action': (string);
  'record': (Buffer);
  'leafIndex'?: (string);
  '_leafIndex'?: "leafIndex";
}
