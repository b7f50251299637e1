export type {
  DestroyKeyRequest,
  DestroyKeyRequest__Output,
} from './generated/sealflow/key/v1/DestroyKeyRequest.js';
export type {
  DestroyKeyResponse,
  DestroyKeyResponse__Output,
} from './generated/sealflow/key/v1/DestroyKeyResponse.js';
export type {
  GetKeyStateRequest,
  GetKeyStateRequest__Output,
} from './generated/sealflow/key/v1/GetKeyStateRequest.js';
export type {
  GetKeyStateResponse,
  GetKeyStateResponse__Output,
} from './generated/sealflow/key/v1/GetKeyStateResponse.js';
export type {
  KeyVersion,
  KeyVersion__Output,
} from './generated/sealflow/key/v1/KeyVersion.js';
export type {
  ListKeysRequest,
  ListKeysRequest__Output,
} from './generated/sealflow/key/v1/ListKeysRequest.js';
export type {
  ListKeysResponse,
  ListKeysResponse__Output,
} from './generated/sealflow/key/v1/ListKeysResponse.js';
export type {
  ResumeKeyRequest,
  ResumeKeyRequest__Output,
} from './generated/sealflow/key/v1/ResumeKeyRequest.js';
export type {
  ResumeKeyResponse,
  ResumeKeyResponse__Output,
} from './generated/sealflow/key/v1/ResumeKeyResponse.js';
export type {
  RotateKeyRequest,
  RotateKeyRequest__Output,
} from './generated/sealflow/key/v1/RotateKeyRequest.js';
export type {
  RotateKeyResponse,
  RotateKeyResponse__Output,
} from './generated/sealflow/key/v1/RotateKeyResponse.js';
export type {
  SuspendKeyRequest,
  SuspendKeyRequest__Output,
} from './generated/sealflow/key/v1/SuspendKeyRequest.js';
export type {
  SuspendKeyResponse,
  SuspendKeyResponse__Output,
} from './generated/sealflow/key/v1/SuspendKeyResponse.js';
export type {
  TenantKey,
  TenantKey__Output,
} from './generated/sealflow/key/v1/TenantKey.js';
