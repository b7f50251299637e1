import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ConversationServiceClient as _sealflow_conversation_v1_ConversationServiceClient, ConversationServiceDefinition as _sealflow_conversation_v1_ConversationServiceDefinition } from './sealflow/conversation/v1/ConversationService.js';
import type { ConverseRequest as _sealflow_conversation_v1_ConverseRequest, ConverseRequest__Output as _sealflow_conversation_v1_ConverseRequest__Output } from './sealflow/conversation/v1/ConverseRequest.js';
import type { ConverseResponse as _sealflow_conversation_v1_ConverseResponse, ConverseResponse__Output as _sealflow_conversation_v1_ConverseResponse__Output } from './sealflow/conversation/v1/ConverseResponse.js';
import type { RelayRequest as _sealflow_conversation_v1_RelayRequest, RelayRequest__Output as _sealflow_conversation_v1_RelayRequest__Output } from './sealflow/conversation/v1/RelayRequest.js';
import type { RelayResponse as _sealflow_conversation_v1_RelayResponse, RelayResponse__Output as _sealflow_conversation_v1_RelayResponse__Output } from './sealflow/conversation/v1/RelayResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  sealflow: {
    conversation: {
      v1: {
        ConversationService: SubtypeConstructor<typeof grpc.Client, _sealflow_conversation_v1_ConversationServiceClient> & { service: _sealflow_conversation_v1_ConversationServiceDefinition }
        ConverseRequest: MessageTypeDefinition<_sealflow_conversation_v1_ConverseRequest, _sealflow_conversation_v1_ConverseRequest__Output>
        ConverseResponse: MessageTypeDefinition<_sealflow_conversation_v1_ConverseResponse, _sealflow_conversation_v1_ConverseResponse__Output>
        RelayRequest: MessageTypeDefinition<_sealflow_conversation_v1_RelayRequest, _sealflow_conversation_v1_RelayRequest__Output>
        RelayResponse: MessageTypeDefinition<_sealflow_conversation_v1_RelayResponse, _sealflow_conversation_v1_RelayResponse__Output>
      }
    }
  }
}

