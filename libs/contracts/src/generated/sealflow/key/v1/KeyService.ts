// Original file: /proto/sealflow/key/v1/key.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DestroyKeyRequest as _sealflow_key_v1_DestroyKeyRequest, DestroyKeyRequest__Output as _sealflow_key_v1_DestroyKeyRequest__Output } from '../../../sealflow/key/v1/DestroyKeyRequest.js';
import type { DestroyKeyResponse as _sealflow_key_v1_DestroyKeyResponse, DestroyKeyResponse__Output as _sealflow_key_v1_DestroyKeyResponse__Output } from '../../../sealflow/key/v1/DestroyKeyResponse.js';
import type { GetKeyStateRequest as _sealflow_key_v1_GetKeyStateRequest, GetKeyStateRequest__Output as _sealflow_key_v1_GetKeyStateRequest__Output } from '../../../sealflow/key/v1/GetKeyStateRequest.js';
import type { GetKeyStateResponse as _sealflow_key_v1_GetKeyStateResponse, GetKeyStateResponse__Output as _sealflow_key_v1_GetKeyStateResponse__Output } from '../../../sealflow/key/v1/GetKeyStateResponse.js';
import type { ListKeysRequest as _sealflow_key_v1_ListKeysRequest, ListKeysRequest__Output as _sealflow_key_v1_ListKeysRequest__Output } from '../../../sealflow/key/v1/ListKeysRequest.js';
import type { ListKeysResponse as _sealflow_key_v1_ListKeysResponse, ListKeysResponse__Output as _sealflow_key_v1_ListKeysResponse__Output } from '../../../sealflow/key/v1/ListKeysResponse.js';
import type { ResumeKeyRequest as _sealflow_key_v1_ResumeKeyRequest, ResumeKeyRequest__Output as _sealflow_key_v1_ResumeKeyRequest__Output } from '../../../sealflow/key/v1/ResumeKeyRequest.js';
import type { ResumeKeyResponse as _sealflow_key_v1_ResumeKeyResponse, ResumeKeyResponse__Output as _sealflow_key_v1_ResumeKeyResponse__Output } from '../../../sealflow/key/v1/ResumeKeyResponse.js';
import type { RotateKeyRequest as _sealflow_key_v1_RotateKeyRequest, RotateKeyRequest__Output as _sealflow_key_v1_RotateKeyRequest__Output } from '../../../sealflow/key/v1/RotateKeyRequest.js';
import type { RotateKeyResponse as _sealflow_key_v1_RotateKeyResponse, RotateKeyResponse__Output as _sealflow_key_v1_RotateKeyResponse__Output } from '../../../sealflow/key/v1/RotateKeyResponse.js';
import type { SuspendKeyRequest as _sealflow_key_v1_SuspendKeyRequest, SuspendKeyRequest__Output as _sealflow_key_v1_SuspendKeyRequest__Output } from '../../../sealflow/key/v1/SuspendKeyRequest.js';
import type { SuspendKeyResponse as _sealflow_key_v1_SuspendKeyResponse, SuspendKeyResponse__Output as _sealflow_key_v1_SuspendKeyResponse__Output } from '../../../sealflow/key/v1/SuspendKeyResponse.js';

export interface KeyServiceClient extends grpc.Client {
  DestroyKey(argument: _sealflow_key_v1_DestroyKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_DestroyKeyResponse__Output>): grpc.ClientUnaryCall;
  DestroyKey(argument: _sealflow_key_v1_DestroyKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_DestroyKeyResponse__Output>): grpc.ClientUnaryCall;
  DestroyKey(argument: _sealflow_key_v1_DestroyKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_DestroyKeyResponse__Output>): grpc.ClientUnaryCall;
  DestroyKey(argument: _sealflow_key_v1_DestroyKeyRequest, callback: grpc.requestCallback<_sealflow_key_v1_DestroyKeyResponse__Output>): grpc.ClientUnaryCall;
  destroyKey(argument: _sealflow_key_v1_DestroyKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_DestroyKeyResponse__Output>): grpc.ClientUnaryCall;
  destroyKey(argument: _sealflow_key_v1_DestroyKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_DestroyKeyResponse__Output>): grpc.ClientUnaryCall;
  destroyKey(argument: _sealflow_key_v1_DestroyKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_DestroyKeyResponse__Output>): grpc.ClientUnaryCall;
  destroyKey(argument: _sealflow_key_v1_DestroyKeyRequest, callback: grpc.requestCallback<_sealflow_key_v1_DestroyKeyResponse__Output>): grpc.ClientUnaryCall;
  
  GetKeyState(argument: _sealflow_key_v1_GetKeyStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_GetKeyStateResponse__Output>): grpc.ClientUnaryCall;
  GetKeyState(argument: _sealflow_key_v1_GetKeyStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_GetKeyStateResponse__Output>): grpc.ClientUnaryCall;
  GetKeyState(argument: _sealflow_key_v1_GetKeyStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_GetKeyStateResponse__Output>): grpc.ClientUnaryCall;
  GetKeyState(argument: _sealflow_key_v1_GetKeyStateRequest, callback: grpc.requestCallback<_sealflow_key_v1_GetKeyStateResponse__Output>): grpc.ClientUnaryCall;
  getKeyState(argument: _sealflow_key_v1_GetKeyStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_GetKeyStateResponse__Output>): grpc.ClientUnaryCall;
  getKeyState(argument: _sealflow_key_v1_GetKeyStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_GetKeyStateResponse__Output>): grpc.ClientUnaryCall;
  getKeyState(argument: _sealflow_key_v1_GetKeyStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_GetKeyStateResponse__Output>): grpc.ClientUnaryCall;
  getKeyState(argument: _sealflow_key_v1_GetKeyStateRequest, callback: grpc.requestCallback<_sealflow_key_v1_GetKeyStateResponse__Output>): grpc.ClientUnaryCall;
  
  ListKeys(argument: _sealflow_key_v1_ListKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _sealflow_key_v1_ListKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _sealflow_key_v1_ListKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _sealflow_key_v1_ListKeysRequest, callback: grpc.requestCallback<_sealflow_key_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _sealflow_key_v1_ListKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _sealflow_key_v1_ListKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _sealflow_key_v1_ListKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _sealflow_key_v1_ListKeysRequest, callback: grpc.requestCallback<_sealflow_key_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  
  ResumeKey(argument: _sealflow_key_v1_ResumeKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_ResumeKeyResponse__Output>): grpc.ClientUnaryCall;
  ResumeKey(argument: _sealflow_key_v1_ResumeKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_ResumeKeyResponse__Output>): grpc.ClientUnaryCall;
  ResumeKey(argument: _sealflow_key_v1_ResumeKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_ResumeKeyResponse__Output>): grpc.ClientUnaryCall;
  ResumeKey(argument: _sealflow_key_v1_ResumeKeyRequest, callback: grpc.requestCallback<_sealflow_key_v1_ResumeKeyResponse__Output>): grpc.ClientUnaryCall;
  resumeKey(argument: _sealflow_key_v1_ResumeKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_ResumeKeyResponse__Output>): grpc.ClientUnaryCall;
  resumeKey(argument: _sealflow_key_v1_ResumeKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_ResumeKeyResponse__Output>): grpc.ClientUnaryCall;
  resumeKey(argument: _sealflow_key_v1_ResumeKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_ResumeKeyResponse__Output>): grpc.ClientUnaryCall;
  resumeKey(argument: _sealflow_key_v1_ResumeKeyRequest, callback: grpc.requestCallback<_sealflow_key_v1_ResumeKeyResponse__Output>): grpc.ClientUnaryCall;
  
  RotateKey(argument: _sealflow_key_v1_RotateKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_RotateKeyResponse__Output>): grpc.ClientUnaryCall;
  RotateKey(argument: _sealflow_key_v1_RotateKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_RotateKeyResponse__Output>): grpc.ClientUnaryCall;
  RotateKey(argument: _sealflow_key_v1_RotateKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_RotateKeyResponse__Output>): grpc.ClientUnaryCall;
  RotateKey(argument: _sealflow_key_v1_RotateKeyRequest, callback: grpc.requestCallback<_sealflow_key_v1_RotateKeyResponse__Output>): grpc.ClientUnaryCall;
  rotateKey(argument: _sealflow_key_v1_RotateKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_RotateKeyResponse__Output>): grpc.ClientUnaryCall;
  rotateKey(argument: _sealflow_key_v1_RotateKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_RotateKeyResponse__Output>): grpc.ClientUnaryCall;
  rotateKey(argument: _sealflow_key_v1_RotateKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_RotateKeyResponse__Output>): grpc.ClientUnaryCall;
  rotateKey(argument: _sealflow_key_v1_RotateKeyRequest, callback: grpc.requestCallback<_sealflow_key_v1_RotateKeyResponse__Output>): grpc.ClientUnaryCall;
  
  SuspendKey(argument: _sealflow_key_v1_SuspendKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_SuspendKeyResponse__Output>): grpc.ClientUnaryCall;
  SuspendKey(argument: _sealflow_key_v1_SuspendKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_SuspendKeyResponse__Output>): grpc.ClientUnaryCall;
  SuspendKey(argument: _sealflow_key_v1_SuspendKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_SuspendKeyResponse__Output>): grpc.ClientUnaryCall;
  SuspendKey(argument: _sealflow_key_v1_SuspendKeyRequest, callback: grpc.requestCallback<_sealflow_key_v1_SuspendKeyResponse__Output>): grpc.ClientUnaryCall;
  suspendKey(argument: _sealflow_key_v1_SuspendKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_SuspendKeyResponse__Output>): grpc.ClientUnaryCall;
  suspendKey(argument: _sealflow_key_v1_SuspendKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_key_v1_SuspendKeyResponse__Output>): grpc.ClientUnaryCall;
  suspendKey(argument: _sealflow_key_v1_SuspendKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_key_v1_SuspendKeyResponse__Output>): grpc.ClientUnaryCall;
  suspendKey(argument: _sealflow_key_v1_SuspendKeyRequest, callback: grpc.requestCallback<_sealflow_key_v1_SuspendKeyResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface KeyServiceHandlers extends grpc.UntypedServiceImplementation {
  DestroyKey: grpc.handleUnaryCall<_sealflow_key_v1_DestroyKeyRequest__Output, _sealflow_key_v1_DestroyKeyResponse>;
  
  GetKeyState: grpc.handleUnaryCall<_sealflow_key_v1_GetKeyStateRequest__Output, _sealflow_key_v1_GetKeyStateResponse>;
  
  ListKeys: grpc.handleUnaryCall<_sealflow_key_v1_ListKeysRequest__Output, _sealflow_key_v1_ListKeysResponse>;
  
  ResumeKey: grpc.handleUnaryCall<_sealflow_key_v1_ResumeKeyRequest__Output, _sealflow_key_v1_ResumeKeyResponse>;
  
  RotateKey: grpc.handleUnaryCall<_sealflow_key_v1_RotateKeyRequest__Output, _sealflow_key_v1_RotateKeyResponse>;
  
  SuspendKey: grpc.handleUnaryCall<_sealflow_key_v1_SuspendKeyRequest__Output, _sealflow_key_v1_SuspendKeyResponse>;
  
}

export interface KeyServiceDefinition extends grpc.ServiceDefinition {
  DestroyKey: MethodDefinition<_sealflow_key_v1_DestroyKeyRequest, _sealflow_key_v1_DestroyKeyResponse, _sealflow_key_v1_DestroyKeyRequest__Output, _sealflow_key_v1_DestroyKeyResponse__Output>
  GetKeyState: MethodDefinition<_sealflow_key_v1_GetKeyStateRequest, _sealflow_key_v1_GetKeyStateResponse, _sealflow_key_v1_GetKeyStateRequest__Output, _sealflow_key_v1_GetKeyStateResponse__Output>
  ListKeys: MethodDefinition<_sealflow_key_v1_ListKeysRequest, _sealflow_key_v1_ListKeysResponse, _sealflow_key_v1_ListKeysRequest__Output, _sealflow_key_v1_ListKeysResponse__Output>
  ResumeKey: MethodDefinition<_sealflow_key_v1_ResumeKeyRequest, _sealflow_key_v1_ResumeKeyResponse, _sealflow_key_v1_ResumeKeyRequest__Output, _sealflow_key_v1_ResumeKeyResponse__Output>
  RotateKey: MethodDefinition<_sealflow_key_v1_RotateKeyRequest, _sealflow_key_v1_RotateKeyResponse, _sealflow_key_v1_RotateKeyRequest__Output, _sealflow_key_v1_RotateKeyResponse__Output>
  SuspendKey: MethodDefinition<_sealflow_key_v1_SuspendKeyRequest, _sealflow_key_v1_SuspendKeyResponse, _sealflow_key_v1_SuspendKeyRequest__Output, _sealflow_key_v1_SuspendKeyResponse__Output>
}
