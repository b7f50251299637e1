// Original file: /proto/sealflow/attestation/v1/attestation.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { WorkerMachine as _sealflow_attestation_v1_WorkerMachine, WorkerMachine__Output as _sealflow_attestation_v1_WorkerMachine__Output } from '../../../sealflow/attestation/v1/WorkerMachine.js';

export interface Worker {
  'name'?: (string);
  'operations'?: (string)[];
  'bootId'?: (string);
  'imageDigest'?: (string);
  'leases'?: (number);
  'connectTime'?: (_google_protobuf_Timestamp | null);
  'fenced'?: (boolean);
  'drained'?: (boolean);
  'machine'?: (_sealflow_attestation_v1_WorkerMachine | null);
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
  'machine': (_sealflow_attestation_v1_WorkerMachine__Output | null);
}
