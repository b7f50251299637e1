// Messages of AttestationService; visible through `types.ts`.

export type {
  AttestationServiceClient,
  AttestationServiceHandlers,
} from './generated/sealflow/attestation/v1/AttestationService.js';
export type {
  DrainWorkerRequest,
  DrainWorkerRequest__Output,
} from './generated/sealflow/attestation/v1/DrainWorkerRequest.js';
export type {
  DrainWorkerResponse,
  DrainWorkerResponse__Output,
} from './generated/sealflow/attestation/v1/DrainWorkerResponse.js';
export type {
  GetWorkerOffersRequest,
  GetWorkerOffersRequest__Output,
} from './generated/sealflow/attestation/v1/GetWorkerOffersRequest.js';
export type {
  GetWorkerOffersResponse,
  GetWorkerOffersResponse__Output,
} from './generated/sealflow/attestation/v1/GetWorkerOffersResponse.js';
export type {
  ListWorkersRequest,
  ListWorkersRequest__Output,
} from './generated/sealflow/attestation/v1/ListWorkersRequest.js';
export type {
  ListWorkersResponse,
  ListWorkersResponse__Output,
} from './generated/sealflow/attestation/v1/ListWorkersResponse.js';
export type {
  UndrainWorkerRequest,
  UndrainWorkerRequest__Output,
} from './generated/sealflow/attestation/v1/UndrainWorkerRequest.js';
export type {
  UndrainWorkerResponse,
  UndrainWorkerResponse__Output,
} from './generated/sealflow/attestation/v1/UndrainWorkerResponse.js';
export type { Worker, Worker__Output } from './generated/sealflow/attestation/v1/Worker.js';
export type {
  WorkerMachine,
  WorkerMachine__Output,
} from './generated/sealflow/attestation/v1/WorkerMachine.js';
export type { WorkerOffer, WorkerOffer__Output } from './generated/sealflow/attestation/v1/WorkerOffer.js';
