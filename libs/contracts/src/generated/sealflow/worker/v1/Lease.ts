// Original file: /proto/sealflow/worker/v1/worker.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { LeaseInput as _sealflow_worker_v1_LeaseInput, LeaseInput__Output as _sealflow_worker_v1_LeaseInput__Output } from '../../../sealflow/worker/v1/LeaseInput.js';
import type { LeaseOutput as _sealflow_worker_v1_LeaseOutput, LeaseOutput__Output as _sealflow_worker_v1_LeaseOutput__Output } from '../../../sealflow/worker/v1/LeaseOutput.js';

export interface Lease {
  'lease'?: (string);
  'fence'?: (string);
  'tenant'?: (string);
  'runId'?: (string);
  'taskId'?: (string);
  'attempt'?: (number);
  'attemptsMax'?: (number);
  'operation'?: (string);
  'deadline'?: (_google_protobuf_Timestamp | null);
  'inputs'?: (_sealflow_worker_v1_LeaseInput)[];
  'outputs'?: (_sealflow_worker_v1_LeaseOutput)[];
  'signedPlan'?: (string);
  'plan'?: (string);
  'definition'?: (string);
  'policy'?: (string);
  'clientSealKey'?: (Buffer | Uint8Array | string);
  'clientSignKey'?: (Buffer | Uint8Array | string);
  'parametersJson'?: (string);
  'stateJson'?: (string);
  'offerPackages'?: (string)[];
  'traceparent'?: (string);
}

export interface Lease__Output {
  'lease': (string);
  'fence': (string);
  'tenant': (string);
  'runId': (string);
  'taskId': (string);
  'attempt': (number);
  'attemptsMax': (number);
  'operation': (string);
  'deadline': (_google_protobuf_Timestamp__Output | null);
  'inputs': (_sealflow_worker_v1_LeaseInput__Output)[];
  'outputs': (_sealflow_worker_v1_LeaseOutput__Output)[];
  'signedPlan': (string);
  'plan': (string);
  'definition': (string);
  'policy': (string);
  'clientSealKey': (Buffer);
  'clientSignKey': (Buffer);
  'parametersJson': (string);
  'stateJson': (string);
  'offerPackages': (string)[];
  'traceparent': (string);
}
