import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { DestroyKeyRequest as _sealflow_key_v1_DestroyKeyRequest, DestroyKeyRequest__Output as _sealflow_key_v1_DestroyKeyRequest__Output } from './sealflow/key/v1/DestroyKeyRequest.js';
import type { DestroyKeyResponse as _sealflow_key_v1_DestroyKeyResponse, DestroyKeyResponse__Output as _sealflow_key_v1_DestroyKeyResponse__Output } from './sealflow/key/v1/DestroyKeyResponse.js';
import type { GetKeyStateRequest as _sealflow_key_v1_GetKeyStateRequest, GetKeyStateRequest__Output as _sealflow_key_v1_GetKeyStateRequest__Output } from './sealflow/key/v1/GetKeyStateRequest.js';
import type { GetKeyStateResponse as _sealflow_key_v1_GetKeyStateResponse, GetKeyStateResponse__Output as _sealflow_key_v1_GetKeyStateResponse__Output } from './sealflow/key/v1/GetKeyStateResponse.js';
import type { KeyServiceClient as _sealflow_key_v1_KeyServiceClient, KeyServiceDefinition as _sealflow_key_v1_KeyServiceDefinition } from './sealflow/key/v1/KeyService.js';
import type { KeyVersion as _sealflow_key_v1_KeyVersion, KeyVersion__Output as _sealflow_key_v1_KeyVersion__Output } from './sealflow/key/v1/KeyVersion.js';
import type { ListKeysRequest as _sealflow_key_v1_ListKeysRequest, ListKeysRequest__Output as _sealflow_key_v1_ListKeysRequest__Output } from './sealflow/key/v1/ListKeysRequest.js';
import type { ListKeysResponse as _sealflow_key_v1_ListKeysResponse, ListKeysResponse__Output as _sealflow_key_v1_ListKeysResponse__Output } from './sealflow/key/v1/ListKeysResponse.js';
import type { ResumeKeyRequest as _sealflow_key_v1_ResumeKeyRequest, ResumeKeyRequest__Output as _sealflow_key_v1_ResumeKeyRequest__Output } from './sealflow/key/v1/ResumeKeyRequest.js';
import type { ResumeKeyResponse as _sealflow_key_v1_ResumeKeyResponse, ResumeKeyResponse__Output as _sealflow_key_v1_ResumeKeyResponse__Output } from './sealflow/key/v1/ResumeKeyResponse.js';
import type { RotateKeyRequest as _sealflow_key_v1_RotateKeyRequest, RotateKeyRequest__Output as _sealflow_key_v1_RotateKeyRequest__Output } from './sealflow/key/v1/RotateKeyRequest.js';
import type { RotateKeyResponse as _sealflow_key_v1_RotateKeyResponse, RotateKeyResponse__Output as _sealflow_key_v1_RotateKeyResponse__Output } from './sealflow/key/v1/RotateKeyResponse.js';
import type { SuspendKeyRequest as _sealflow_key_v1_SuspendKeyRequest, SuspendKeyRequest__Output as _sealflow_key_v1_SuspendKeyRequest__Output } from './sealflow/key/v1/SuspendKeyRequest.js';
import type { SuspendKeyResponse as _sealflow_key_v1_SuspendKeyResponse, SuspendKeyResponse__Output as _sealflow_key_v1_SuspendKeyResponse__Output } from './sealflow/key/v1/SuspendKeyResponse.js';
import type { TenantKey as _sealflow_key_v1_TenantKey, TenantKey__Output as _sealflow_key_v1_TenantKey__Output } from './sealflow/key/v1/TenantKey.js';

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
    key: {
      v1: {
        DestroyKeyRequest: MessageTypeDefinition<_sealflow_key_v1_DestroyKeyRequest, _sealflow_key_v1_DestroyKeyRequest__Output>
        DestroyKeyResponse: MessageTypeDefinition<_sealflow_key_v1_DestroyKeyResponse, _sealflow_key_v1_DestroyKeyResponse__Output>
        GetKeyStateRequest: MessageTypeDefinition<_sealflow_key_v1_GetKeyStateRequest, _sealflow_key_v1_GetKeyStateRequest__Output>
        GetKeyStateResponse: MessageTypeDefinition<_sealflow_key_v1_GetKeyStateResponse, _sealflow_key_v1_GetKeyStateResponse__Output>
        KeyService: SubtypeConstructor<typeof grpc.Client, _sealflow_key_v1_KeyServiceClient> & { service: _sealflow_key_v1_KeyServiceDefinition }
        KeyState: EnumTypeDefinition
        KeyVersion: MessageTypeDefinition<_sealflow_key_v1_KeyVersion, _sealflow_key_v1_KeyVersion__Output>
        ListKeysRequest: MessageTypeDefinition<_sealflow_key_v1_ListKeysRequest, _sealflow_key_v1_ListKeysRequest__Output>
        ListKeysResponse: MessageTypeDefinition<_sealflow_key_v1_ListKeysResponse, _sealflow_key_v1_ListKeysResponse__Output>
        ResumeKeyRequest: MessageTypeDefinition<_sealflow_key_v1_ResumeKeyRequest, _sealflow_key_v1_ResumeKeyRequest__Output>
        ResumeKeyResponse: MessageTypeDefinition<_sealflow_key_v1_ResumeKeyResponse, _sealflow_key_v1_ResumeKeyResponse__Output>
        RotateKeyRequest: MessageTypeDefinition<_sealflow_key_v1_RotateKeyRequest, _sealflow_key_v1_RotateKeyRequest__Output>
        RotateKeyResponse: MessageTypeDefinition<_sealflow_key_v1_RotateKeyResponse, _sealflow_key_v1_RotateKeyResponse__Output>
        SuspendKeyRequest: MessageTypeDefinition<_sealflow_key_v1_SuspendKeyRequest, _sealflow_key_v1_SuspendKeyRequest__Output>
        SuspendKeyResponse: MessageTypeDefinition<_sealflow_key_v1_SuspendKeyResponse, _sealflow_key_v1_SuspendKeyResponse__Output>
        TenantKey: MessageTypeDefinition<_sealflow_key_v1_TenantKey, _sealflow_key_v1_TenantKey__Output>
      }
    }
  }
}

