// Original file: /proto/sealflow/run/v1/run.proto

import type { SealedInput as _sealflow_run_v1_SealedInput, SealedInput__Output as _sealflow_run_v1_SealedInput__Output } from '../../../sealflow/run/v1/SealedInput.js';
import type { AcceptedOffer as _sealflow_run_v1_AcceptedOffer, AcceptedOffer__Output as _sealflow_run_v1_AcceptedOffer__Output } from '../../../sealflow/run/v1/AcceptedOffer.js';

export interface RewrapInputRequest {
  'name'?: (string);
  'inputs'?: (_sealflow_run_v1_SealedInput)[];
  'offers'?: (_sealflow_run_v1_AcceptedOffer)[];
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface RewrapInputRequest__Output {
  'name': (string);
  'inputs': (_sealflow_run_v1_SealedInput__Output)[];
  'offers': (_sealflow_run_v1_AcceptedOffer__Output)[];
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
