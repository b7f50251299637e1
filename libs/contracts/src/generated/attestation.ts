import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { AttestationServiceClient as _sealflow_attestation_v1_AttestationServiceClient, AttestationServiceDefinition as _sealflow_attestation_v1_AttestationServiceDefinition } from './sealflow/attestation/v1/AttestationService.js';
import type { DrainWorkerRequest as _sealflow_attestation_v1_DrainWorkerRequest, DrainWorkerRequest__Output as _sealflow_attestation_v1_DrainWorkerRequest__Output } from './sealflow/attestation/v1/DrainWorkerRequest.js';
import type { DrainWorkerResponse as _sealflow_attestation_v1_DrainWorkerResponse, DrainWorkerResponse__Output as _sealflow_attestation_v1_DrainWorkerResponse__Output } from './sealflow/attestation/v1/DrainWorkerResponse.js';
import type { FirmwareVersion as _sealflow_attestation_v1_FirmwareVersion, FirmwareVersion__Output as _sealflow_attestation_v1_FirmwareVersion__Output } from './sealflow/attestation/v1/FirmwareVersion.js';
import type { GetWorkerOffersRequest as _sealflow_attestation_v1_GetWorkerOffersRequest, GetWorkerOffersRequest__Output as _sealflow_attestation_v1_GetWorkerOffersRequest__Output } from './sealflow/attestation/v1/GetWorkerOffersRequest.js';
import type { GetWorkerOffersResponse as _sealflow_attestation_v1_GetWorkerOffersResponse, GetWorkerOffersResponse__Output as _sealflow_attestation_v1_GetWorkerOffersResponse__Output } from './sealflow/attestation/v1/GetWorkerOffersResponse.js';
import type { ListWorkersRequest as _sealflow_attestation_v1_ListWorkersRequest, ListWorkersRequest__Output as _sealflow_attestation_v1_ListWorkersRequest__Output } from './sealflow/attestation/v1/ListWorkersRequest.js';
import type { ListWorkersResponse as _sealflow_attestation_v1_ListWorkersResponse, ListWorkersResponse__Output as _sealflow_attestation_v1_ListWorkersResponse__Output } from './sealflow/attestation/v1/ListWorkersResponse.js';
import type { UndrainWorkerRequest as _sealflow_attestation_v1_UndrainWorkerRequest, UndrainWorkerRequest__Output as _sealflow_attestation_v1_UndrainWorkerRequest__Output } from './sealflow/attestation/v1/UndrainWorkerRequest.js';
import type { UndrainWorkerResponse as _sealflow_attestation_v1_UndrainWorkerResponse, UndrainWorkerResponse__Output as _sealflow_attestation_v1_UndrainWorkerResponse__Output } from './sealflow/attestation/v1/UndrainWorkerResponse.js';
import type { Worker as _sealflow_attestation_v1_Worker, Worker__Output as _sealflow_attestation_v1_Worker__Output } from './sealflow/attestation/v1/Worker.js';
import type { WorkerMachine as _sealflow_attestation_v1_WorkerMachine, WorkerMachine__Output as _sealflow_attestation_v1_WorkerMachine__Output } from './sealflow/attestation/v1/WorkerMachine.js';
import type { WorkerOffer as _sealflow_attestation_v1_WorkerOffer, WorkerOffer__Output as _sealflow_attestation_v1_WorkerOffer__Output } from './sealflow/attestation/v1/WorkerOffer.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  sealflow: {
    attestation: {
      v1: {
        AttestationService: SubtypeConstructor<typeof grpc.Client, _sealflow_attestation_v1_AttestationServiceClient> & { service: _sealflow_attestation_v1_AttestationServiceDefinition }
        DrainWorkerRequest: MessageTypeDefinition<_sealflow_attestation_v1_DrainWorkerRequest, _sealflow_attestation_v1_DrainWorkerRequest__Output>
        DrainWorkerResponse: MessageTypeDefinition<_sealflow_attestation_v1_DrainWorkerResponse, _sealflow_attestation_v1_DrainWorkerResponse__Output>
        FirmwareVersion: MessageTypeDefinition<_sealflow_attestation_v1_FirmwareVersion, _sealflow_attestation_v1_FirmwareVersion__Output>
        GetWorkerOffersRequest: MessageTypeDefinition<_sealflow_attestation_v1_GetWorkerOffersRequest, _sealflow_attestation_v1_GetWorkerOffersRequest__Output>
        GetWorkerOffersResponse: MessageTypeDefinition<_sealflow_attestation_v1_GetWorkerOffersResponse, _sealflow_attestation_v1_GetWorkerOffersResponse__Output>
        ListWorkersRequest: MessageTypeDefinition<_sealflow_attestation_v1_ListWorkersRequest, _sealflow_attestation_v1_ListWorkersRequest__Output>
        ListWorkersResponse: MessageTypeDefinition<_sealflow_attestation_v1_ListWorkersResponse, _sealflow_attestation_v1_ListWorkersResponse__Output>
        MachineLevel: EnumTypeDefinition
        UndrainWorkerRequest: MessageTypeDefinition<_sealflow_attestation_v1_UndrainWorkerRequest, _sealflow_attestation_v1_UndrainWorkerRequest__Output>
        UndrainWorkerResponse: MessageTypeDefinition<_sealflow_attestation_v1_UndrainWorkerResponse, _sealflow_attestation_v1_UndrainWorkerResponse__Output>
        Worker: MessageTypeDefinition<_sealflow_attestation_v1_Worker, _sealflow_attestation_v1_Worker__Output>
        WorkerMachine: MessageTypeDefinition<_sealflow_attestation_v1_WorkerMachine, _sealflow_attestation_v1_WorkerMachine__Output>
        WorkerOffer: MessageTypeDefinition<_sealflow_attestation_v1_WorkerOffer, _sealflow_attestation_v1_WorkerOffer__Output>
      }
    }
  }
}

