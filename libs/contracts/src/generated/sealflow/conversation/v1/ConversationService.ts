// Original file: /proto/sealflow/conversation/v1/conversation.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ConverseRequest as _sealflow_conversation_v1_ConverseRequest, ConverseRequest__Output as _sealflow_conversation_v1_ConverseRequest__Output } from '../../../sealflow/conversation/v1/ConverseRequest.js';
import type { ConverseResponse as _sealflow_conversation_v1_ConverseResponse, ConverseResponse__Output as _sealflow_conversation_v1_ConverseResponse__Output } from '../../../sealflow/conversation/v1/ConverseResponse.js';
import type { RelayRequest as _sealflow_conversation_v1_RelayRequest, RelayRequest__Output as _sealflow_conversation_v1_RelayRequest__Output } from '../../../sealflow/conversation/v1/RelayRequest.js';
import type { RelayResponse as _sealflow_conversation_v1_RelayResponse, RelayResponse__Output as _sealflow_conversation_v1_RelayResponse__Output } from '../../../sealflow/conversation/v1/RelayResponse.js';

export interface ConversationServiceClient extends grpc.Client {
  Converse(argument: _sealflow_conversation_v1_ConverseRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_conversation_v1_ConverseResponse__Output>;
  Converse(argument: _sealflow_conversation_v1_ConverseRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_conversation_v1_ConverseResponse__Output>;
  converse(argument: _sealflow_conversation_v1_ConverseRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_conversation_v1_ConverseResponse__Output>;
  converse(argument: _sealflow_conversation_v1_ConverseRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_conversation_v1_ConverseResponse__Output>;
  
  Relay(argument: _sealflow_conversation_v1_RelayRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_conversation_v1_RelayResponse__Output>;
  Relay(argument: _sealflow_conversation_v1_RelayRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_conversation_v1_RelayResponse__Output>;
  relay(argument: _sealflow_conversation_v1_RelayRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_conversation_v1_RelayResponse__Output>;
  relay(argument: _sealflow_conversation_v1_RelayRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_conversation_v1_RelayResponse__Output>;
  
}

export interface ConversationServiceHandlers extends grpc.UntypedServiceImplementation {
  Converse: grpc.handleServerStreamingCall<_sealflow_conversation_v1_ConverseRequest__Output, _sealflow_conversation_v1_ConverseResponse>;
  
  Relay: grpc.handleServerStreamingCall<_sealflow_conversation_v1_RelayRequest__Output, _sealflow_conversation_v1_RelayResponse>;
  
}

export interface ConversationServiceDefinition extends grpc.ServiceDefinition {
  Converse: MethodDefinition<_sealflow_conversation_v1_ConverseRequest, _sealflow_conversation_v1_ConverseResponse, _sealflow_conversation_v1_ConverseRequest__Output, _sealflow_conversation_v1_ConverseResponse__Output>
  Relay: MethodDefinition<_sealflow_conversation_v1_RelayRequest, _sealflow_conversation_v1_RelayResponse, _sealflow_conversation_v1_RelayRequest__Output, _sealflow_conversation_v1_RelayResponse__Output>
}
