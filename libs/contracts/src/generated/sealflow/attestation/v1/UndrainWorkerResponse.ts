// Original file: /proto/sealflow/attestation/v1/attestation.proto

import type { Worker as _sealflow_attestation_v1_Worker, Worker__Output as _sealflow_attestation_v1_Worker__Output } from '../../../sealflow/attestation/v1/Worker.js';

export interface UndrainWorkerResponse {
  'workers'?: (_sealflow_attestation_v1_Worker)[];
}

export interface UndrainWorkerResponse__Output {
  'workers': (_sealflow_attestation_v1_Worker__Output)[];
}
