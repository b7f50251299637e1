// Original file: /proto/sealflow/worker/v1/worker.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ConnectRequest as _sealflow_worker_v1_ConnectRequest, ConnectRequest__Output as _sealflow_worker_v1_ConnectRequest__Output } from '../../../sealflow/worker/v1/ConnectRequest.js';
import type { ConnectResponse as _sealflow_worker_v1_ConnectResponse, ConnectResponse__Output as _sealflow_worker_v1_ConnectResponse__Output } from '../../../sealflow/worker/v1/ConnectResponse.js';

export interface WorkerServiceClient extends grpc.Client {
  Connect(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_sealflow_worker_v1_ConnectRequest, _sealflow_worker_v1_ConnectResponse__Output>;
  Connect(options?: grpc.CallOptions): grpc.ClientDuplexStream<_sealflow_worker_v1_ConnectRequest, _sealflow_worker_v1_ConnectResponse__Output>;
  connect(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_sealflow_worker_v1_ConnectRequest, _sealflow_worker_v1_ConnectResponse__Output>;
  connect(options?: grpc.CallOptions): grpc.ClientDuplexStream<_sealflow_worker_v1_ConnectRequest, _sealflow_worker_v1_ConnectResponse__Output>;
  
}

export interface WorkerServiceHandlers extends grpc.UntypedServiceImplementation {
  Connect: grpc.handleBidiStreamingCall<_sealflow_worker_v1_ConnectRequest__Output, _sealflow_worker_v1_ConnectResponse>;
  
}

export interface WorkerServiceDefinition extends grpc.ServiceDefinition {
  Connect: MethodDefinition<_sealflow_worker_v1_ConnectRequest, _sealflow_worker_v1_ConnectResponse, _sealflow_worker_v1_ConnectRequest__Output, _sealflow_worker_v1_ConnectResponse__Output>
}
