// Original file: /proto/sealflow/attestation/v1/attestation.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface Worker {
  'name'?: (string);
  'operations'?: (string)[];
  'bootId'?: (string);
  'imageDigest'?: (string);
  'leases'?: (number);
  'connectTime'?: (_google_protobuf_Timestamp | null);
  'fenced'?: (boolean);
  'drained'?: (boolean);
}

export interface Worker__Output {
  'name': (string);
  'operations': (string)[];
  'bootId': (string);
  'imageDigest': (string);
  'leases': (number);
  'connectTime': (_google_protobuf_Timestamp__Output | null);
  'fenced': (boolean);
  'drained': (boolean);
}
