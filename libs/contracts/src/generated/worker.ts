import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { Accepted as _sealflow_worker_v1_Accepted, Accepted__Output as _sealflow_worker_v1_Accepted__Output } from './sealflow/worker/v1/Accepted.js';
import type { Call as _sealflow_worker_v1_Call, Call__Output as _sealflow_worker_v1_Call__Output } from './sealflow/worker/v1/Call.js';
import type { CallCancel as _sealflow_worker_v1_CallCancel, CallCancel__Output as _sealflow_worker_v1_CallCancel__Output } from './sealflow/worker/v1/CallCancel.js';
import type { CallChunk as _sealflow_worker_v1_CallChunk, CallChunk__Output as _sealflow_worker_v1_CallChunk__Output } from './sealflow/worker/v1/CallChunk.js';
import type { CallEnd as _sealflow_worker_v1_CallEnd, CallEnd__Output as _sealflow_worker_v1_CallEnd__Output } from './sealflow/worker/v1/CallEnd.js';
import type { CallFail as _sealflow_worker_v1_CallFail, CallFail__Output as _sealflow_worker_v1_CallFail__Output } from './sealflow/worker/v1/CallFail.js';
import type { Challenge as _sealflow_worker_v1_Challenge, Challenge__Output as _sealflow_worker_v1_Challenge__Output } from './sealflow/worker/v1/Challenge.js';
import type { Complete as _sealflow_worker_v1_Complete, Complete__Output as _sealflow_worker_v1_Complete__Output } from './sealflow/worker/v1/Complete.js';
import type { ConnectRequest as _sealflow_worker_v1_ConnectRequest, ConnectRequest__Output as _sealflow_worker_v1_ConnectRequest__Output } from './sealflow/worker/v1/ConnectRequest.js';
import type { ConnectResponse as _sealflow_worker_v1_ConnectResponse, ConnectResponse__Output as _sealflow_worker_v1_ConnectResponse__Output } from './sealflow/worker/v1/ConnectResponse.js';
import type { Drain as _sealflow_worker_v1_Drain, Drain__Output as _sealflow_worker_v1_Drain__Output } from './sealflow/worker/v1/Drain.js';
import type { Fail as _sealflow_worker_v1_Fail, Fail__Output as _sealflow_worker_v1_Fail__Output } from './sealflow/worker/v1/Fail.js';
import type { Lease as _sealflow_worker_v1_Lease, Lease__Output as _sealflow_worker_v1_Lease__Output } from './sealflow/worker/v1/Lease.js';
import type { LeaseInput as _sealflow_worker_v1_LeaseInput, LeaseInput__Output as _sealflow_worker_v1_LeaseInput__Output } from './sealflow/worker/v1/LeaseInput.js';
import type { LeaseOutput as _sealflow_worker_v1_LeaseOutput, LeaseOutput__Output as _sealflow_worker_v1_LeaseOutput__Output } from './sealflow/worker/v1/LeaseOutput.js';
import type { Offer as _sealflow_worker_v1_Offer, Offer__Output as _sealflow_worker_v1_Offer__Output } from './sealflow/worker/v1/Offer.js';
import type { OfferRequest as _sealflow_worker_v1_OfferRequest, OfferRequest__Output as _sealflow_worker_v1_OfferRequest__Output } from './sealflow/worker/v1/OfferRequest.js';
import type { Progress as _sealflow_worker_v1_Progress, Progress__Output as _sealflow_worker_v1_Progress__Output } from './sealflow/worker/v1/Progress.js';
import type { Register as _sealflow_worker_v1_Register, Register__Output as _sealflow_worker_v1_Register__Output } from './sealflow/worker/v1/Register.js';
import type { Renew as _sealflow_worker_v1_Renew, Renew__Output as _sealflow_worker_v1_Renew__Output } from './sealflow/worker/v1/Renew.js';
import type { Revoke as _sealflow_worker_v1_Revoke, Revoke__Output as _sealflow_worker_v1_Revoke__Output } from './sealflow/worker/v1/Revoke.js';
import type { TaskResult as _sealflow_worker_v1_TaskResult, TaskResult__Output as _sealflow_worker_v1_TaskResult__Output } from './sealflow/worker/v1/TaskResult.js';
import type { WorkerServiceClient as _sealflow_worker_v1_WorkerServiceClient, WorkerServiceDefinition as _sealflow_worker_v1_WorkerServiceDefinition } from './sealflow/worker/v1/WorkerService.js';

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
    worker: {
      v1: {
        Accepted: MessageTypeDefinition<_sealflow_worker_v1_Accepted, _sealflow_worker_v1_Accepted__Output>
        Call: MessageTypeDefinition<_sealflow_worker_v1_Call, _sealflow_worker_v1_Call__Output>
        CallCancel: MessageTypeDefinition<_sealflow_worker_v1_CallCancel, _sealflow_worker_v1_CallCancel__Output>
        CallChunk: MessageTypeDefinition<_sealflow_worker_v1_CallChunk, _sealflow_worker_v1_CallChunk__Output>
        CallEnd: MessageTypeDefinition<_sealflow_worker_v1_CallEnd, _sealflow_worker_v1_CallEnd__Output>
        CallFail: MessageTypeDefinition<_sealflow_worker_v1_CallFail, _sealflow_worker_v1_CallFail__Output>
        Challenge: MessageTypeDefinition<_sealflow_worker_v1_Challenge, _sealflow_worker_v1_Challenge__Output>
        Complete: MessageTypeDefinition<_sealflow_worker_v1_Complete, _sealflow_worker_v1_Complete__Output>
        ConnectRequest: MessageTypeDefinition<_sealflow_worker_v1_ConnectRequest, _sealflow_worker_v1_ConnectRequest__Output>
        ConnectResponse: MessageTypeDefinition<_sealflow_worker_v1_ConnectResponse, _sealflow_worker_v1_ConnectResponse__Output>
        Drain: MessageTypeDefinition<_sealflow_worker_v1_Drain, _sealflow_worker_v1_Drain__Output>
        Fail: MessageTypeDefinition<_sealflow_worker_v1_Fail, _sealflow_worker_v1_Fail__Output>
        Lease: MessageTypeDefinition<_sealflow_worker_v1_Lease, _sealflow_worker_v1_Lease__Output>
        LeaseInput: MessageTypeDefinition<_sealflow_worker_v1_LeaseInput, _sealflow_worker_v1_LeaseInput__Output>
        LeaseOutput: MessageTypeDefinition<_sealflow_worker_v1_LeaseOutput, _sealflow_worker_v1_LeaseOutput__Output>
        Offer: MessageTypeDefinition<_sealflow_worker_v1_Offer, _sealflow_worker_v1_Offer__Output>
        OfferRequest: MessageTypeDefinition<_sealflow_worker_v1_OfferRequest, _sealflow_worker_v1_OfferRequest__Output>
        Progress: MessageTypeDefinition<_sealflow_worker_v1_Progress, _sealflow_worker_v1_Progress__Output>
        Register: MessageTypeDefinition<_sealflow_worker_v1_Register, _sealflow_worker_v1_Register__Output>
        Renew: MessageTypeDefinition<_sealflow_worker_v1_Renew, _sealflow_worker_v1_Renew__Output>
        Revoke: MessageTypeDefinition<_sealflow_worker_v1_Revoke, _sealflow_worker_v1_Revoke__Output>
        TaskResult: MessageTypeDefinition<_sealflow_worker_v1_TaskResult, _sealflow_worker_v1_TaskResult__Output>
        WorkerService: SubtypeConstructor<typeof grpc.Client, _sealflow_worker_v1_WorkerServiceClient> & { service: _sealflow_worker_v1_WorkerServiceDefinition }
      }
    }
  }
}

