// Original file: /proto/sealflow/attestation/v1/attestation.proto

import type { WorkerOffer as _sealflow_attestation_v1_WorkerOffer, WorkerOffer__Output as _sealflow_attestation_v1_WorkerOffer__Output } from '../../../sealflow/attestation/v1/WorkerOffer.js';

export interface GetWorkerOffersResponse {
  'offers'?: (_sealflow_attestation_v1_WorkerOffer)[];
}

export interface GetWorkerOffersResponse__Output {
  'offers': (_sealflow_attestation_v1_WorkerOffer__Output)[];
}
