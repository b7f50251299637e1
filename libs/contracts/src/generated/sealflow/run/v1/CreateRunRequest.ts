// Original file: /proto/sealflow/run/v1/run.proto

import type { SealedInput as _sealflow_run_v1_SealedInput, SealedInput__Output as _sealflow_run_v1_SealedInput__Output } from '../../../sealflow/run/v1/SealedInput.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { AcceptedOffer as _sealflow_run_v1_AcceptedOffer, AcceptedOffer__Output as _sealflow_run_v1_AcceptedOffer__Output } from '../../../sealflow/run/v1/AcceptedOffer.js';

export interface CreateRunRequest {
  'parent'?: (string);
  'runId'?: (string);
  'requestId'?: (string);
  'plan'?: (string);
  'inputs'?: (_sealflow_run_v1_SealedInput)[];
  'policy'?: (string);
  'clientSealKey'?: (Buffer | Uint8Array | string);
  'clientSignKey'?: (Buffer | Uint8Array | string);
  'deadline'?: (_google_protobuf_Timestamp | null);
  'costMicrosMax'?: (string);
  'offers'?: (_sealflow_run_v1_AcceptedOffer)[];
  'validateOnly'?: (boolean);
  'previousRun'?: (string);
  'workflowRevision'?: (string);
}

export interface CreateRunRequest__Output {
  'parent': (string);
  'runId': (string);
  'requestId': (string);
  'plan': (string);
  'inputs': (_sealflow_run_v1_SealedInput__Output)[];
  'policy': (string);
  'clientSealKey': (Buffer);
  'clientSignKey': (Buffer);
  'deadline': (_google_protobuf_Timestamp__Output | null);
  'costMicrosMax': (string);
  'offers': (_sealflow_run_v1_AcceptedOffer__Output)[];
  'validateOnly': (boolean);
  'previousRun': (string);
  'workflowRevision': (string);
}
