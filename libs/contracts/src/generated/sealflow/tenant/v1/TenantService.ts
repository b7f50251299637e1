// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateApiKeyRequest as _sealflow_tenant_v1_CreateApiKeyRequest, CreateApiKeyRequest__Output as _sealflow_tenant_v1_CreateApiKeyRequest__Output } from '../../../sealflow/tenant/v1/CreateApiKeyRequest.js';
import type { CreateApiKeyResponse as _sealflow_tenant_v1_CreateApiKeyResponse, CreateApiKeyResponse__Output as _sealflow_tenant_v1_CreateApiKeyResponse__Output } from '../../../sealflow/tenant/v1/CreateApiKeyResponse.js';
import type { CreateTenantRequest as _sealflow_tenant_v1_CreateTenantRequest, CreateTenantRequest__Output as _sealflow_tenant_v1_CreateTenantRequest__Output } from '../../../sealflow/tenant/v1/CreateTenantRequest.js';
import type { CreateTenantResponse as _sealflow_tenant_v1_CreateTenantResponse, CreateTenantResponse__Output as _sealflow_tenant_v1_CreateTenantResponse__Output } from '../../../sealflow/tenant/v1/CreateTenantResponse.js';
import type { GetUsageRequest as _sealflow_tenant_v1_GetUsageRequest, GetUsageRequest__Output as _sealflow_tenant_v1_GetUsageRequest__Output } from '../../../sealflow/tenant/v1/GetUsageRequest.js';
import type { GetUsageResponse as _sealflow_tenant_v1_GetUsageResponse, GetUsageResponse__Output as _sealflow_tenant_v1_GetUsageResponse__Output } from '../../../sealflow/tenant/v1/GetUsageResponse.js';
import type { ListApiKeysRequest as _sealflow_tenant_v1_ListApiKeysRequest, ListApiKeysRequest__Output as _sealflow_tenant_v1_ListApiKeysRequest__Output } from '../../../sealflow/tenant/v1/ListApiKeysRequest.js';
import type { ListApiKeysResponse as _sealflow_tenant_v1_ListApiKeysResponse, ListApiKeysResponse__Output as _sealflow_tenant_v1_ListApiKeysResponse__Output } from '../../../sealflow/tenant/v1/ListApiKeysResponse.js';
import type { ListTenantsRequest as _sealflow_tenant_v1_ListTenantsRequest, ListTenantsRequest__Output as _sealflow_tenant_v1_ListTenantsRequest__Output } from '../../../sealflow/tenant/v1/ListTenantsRequest.js';
import type { ListTenantsResponse as _sealflow_tenant_v1_ListTenantsResponse, ListTenantsResponse__Output as _sealflow_tenant_v1_ListTenantsResponse__Output } from '../../../sealflow/tenant/v1/ListTenantsResponse.js';
import type { ListUsageRequest as _sealflow_tenant_v1_ListUsageRequest, ListUsageRequest__Output as _sealflow_tenant_v1_ListUsageRequest__Output } from '../../../sealflow/tenant/v1/ListUsageRequest.js';
import type { ListUsageResponse as _sealflow_tenant_v1_ListUsageResponse, ListUsageResponse__Output as _sealflow_tenant_v1_ListUsageResponse__Output } from '../../../sealflow/tenant/v1/ListUsageResponse.js';
import type { RevokeApiKeyRequest as _sealflow_tenant_v1_RevokeApiKeyRequest, RevokeApiKeyRequest__Output as _sealflow_tenant_v1_RevokeApiKeyRequest__Output } from '../../../sealflow/tenant/v1/RevokeApiKeyRequest.js';
import type { RevokeApiKeyResponse as _sealflow_tenant_v1_RevokeApiKeyResponse, RevokeApiKeyResponse__Output as _sealflow_tenant_v1_RevokeApiKeyResponse__Output } from '../../../sealflow/tenant/v1/RevokeApiKeyResponse.js';
import type { UpdateQuotaRequest as _sealflow_tenant_v1_UpdateQuotaRequest, UpdateQuotaRequest__Output as _sealflow_tenant_v1_UpdateQuotaRequest__Output } from '../../../sealflow/tenant/v1/UpdateQuotaRequest.js';
import type { UpdateQuotaResponse as _sealflow_tenant_v1_UpdateQuotaResponse, UpdateQuotaResponse__Output as _sealflow_tenant_v1_UpdateQuotaResponse__Output } from '../../../sealflow/tenant/v1/UpdateQuotaResponse.js';

export interface TenantServiceClient extends grpc.Client {
  CreateApiKey(argument: _sealflow_tenant_v1_CreateApiKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateApiKeyResponse__Output>): grpc.ClientUnaryCall;
  CreateApiKey(argument: _sealflow_tenant_v1_CreateApiKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateApiKeyResponse__Output>): grpc.ClientUnaryCall;
  CreateApiKey(argument: _sealflow_tenant_v1_CreateApiKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateApiKeyResponse__Output>): grpc.ClientUnaryCall;
  CreateApiKey(argument: _sealflow_tenant_v1_CreateApiKeyRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateApiKeyResponse__Output>): grpc.ClientUnaryCall;
  createApiKey(argument: _sealflow_tenant_v1_CreateApiKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateApiKeyResponse__Output>): grpc.ClientUnaryCall;
  createApiKey(argument: _sealflow_tenant_v1_CreateApiKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateApiKeyResponse__Output>): grpc.ClientUnaryCall;
  createApiKey(argument: _sealflow_tenant_v1_CreateApiKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateApiKeyResponse__Output>): grpc.ClientUnaryCall;
  createApiKey(argument: _sealflow_tenant_v1_CreateApiKeyRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateApiKeyResponse__Output>): grpc.ClientUnaryCall;
  
  CreateTenant(argument: _sealflow_tenant_v1_CreateTenantRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateTenantResponse__Output>): grpc.ClientUnaryCall;
  CreateTenant(argument: _sealflow_tenant_v1_CreateTenantRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateTenantResponse__Output>): grpc.ClientUnaryCall;
  CreateTenant(argument: _sealflow_tenant_v1_CreateTenantRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateTenantResponse__Output>): grpc.ClientUnaryCall;
  CreateTenant(argument: _sealflow_tenant_v1_CreateTenantRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateTenantResponse__Output>): grpc.ClientUnaryCall;
  createTenant(argument: _sealflow_tenant_v1_CreateTenantRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateTenantResponse__Output>): grpc.ClientUnaryCall;
  createTenant(argument: _sealflow_tenant_v1_CreateTenantRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateTenantResponse__Output>): grpc.ClientUnaryCall;
  createTenant(argument: _sealflow_tenant_v1_CreateTenantRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateTenantResponse__Output>): grpc.ClientUnaryCall;
  createTenant(argument: _sealflow_tenant_v1_CreateTenantRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_CreateTenantResponse__Output>): grpc.ClientUnaryCall;
  
  GetUsage(argument: _sealflow_tenant_v1_GetUsageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_GetUsageResponse__Output>): grpc.ClientUnaryCall;
  GetUsage(argument: _sealflow_tenant_v1_GetUsageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_GetUsageResponse__Output>): grpc.ClientUnaryCall;
  GetUsage(argument: _sealflow_tenant_v1_GetUsageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_GetUsageResponse__Output>): grpc.ClientUnaryCall;
  GetUsage(argument: _sealflow_tenant_v1_GetUsageRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_GetUsageResponse__Output>): grpc.ClientUnaryCall;
  getUsage(argument: _sealflow_tenant_v1_GetUsageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_GetUsageResponse__Output>): grpc.ClientUnaryCall;
  getUsage(argument: _sealflow_tenant_v1_GetUsageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_GetUsageResponse__Output>): grpc.ClientUnaryCall;
  getUsage(argument: _sealflow_tenant_v1_GetUsageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_GetUsageResponse__Output>): grpc.ClientUnaryCall;
  getUsage(argument: _sealflow_tenant_v1_GetUsageRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_GetUsageResponse__Output>): grpc.ClientUnaryCall;
  
  ListApiKeys(argument: _sealflow_tenant_v1_ListApiKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListApiKeysResponse__Output>): grpc.ClientUnaryCall;
  ListApiKeys(argument: _sealflow_tenant_v1_ListApiKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_ListApiKeysResponse__Output>): grpc.ClientUnaryCall;
  ListApiKeys(argument: _sealflow_tenant_v1_ListApiKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListApiKeysResponse__Output>): grpc.ClientUnaryCall;
  ListApiKeys(argument: _sealflow_tenant_v1_ListApiKeysRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_ListApiKeysResponse__Output>): grpc.ClientUnaryCall;
  listApiKeys(argument: _sealflow_tenant_v1_ListApiKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListApiKeysResponse__Output>): grpc.ClientUnaryCall;
  listApiKeys(argument: _sealflow_tenant_v1_ListApiKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_ListApiKeysResponse__Output>): grpc.ClientUnaryCall;
  listApiKeys(argument: _sealflow_tenant_v1_ListApiKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListApiKeysResponse__Output>): grpc.ClientUnaryCall;
  listApiKeys(argument: _sealflow_tenant_v1_ListApiKeysRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_ListApiKeysResponse__Output>): grpc.ClientUnaryCall;
  
  ListTenants(argument: _sealflow_tenant_v1_ListTenantsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListTenantsResponse__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _sealflow_tenant_v1_ListTenantsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_ListTenantsResponse__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _sealflow_tenant_v1_ListTenantsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListTenantsResponse__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _sealflow_tenant_v1_ListTenantsRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_ListTenantsResponse__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _sealflow_tenant_v1_ListTenantsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListTenantsResponse__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _sealflow_tenant_v1_ListTenantsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_ListTenantsResponse__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _sealflow_tenant_v1_ListTenantsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListTenantsResponse__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _sealflow_tenant_v1_ListTenantsRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_ListTenantsResponse__Output>): grpc.ClientUnaryCall;
  
  ListUsage(argument: _sealflow_tenant_v1_ListUsageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListUsageResponse__Output>): grpc.ClientUnaryCall;
  ListUsage(argument: _sealflow_tenant_v1_ListUsageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_ListUsageResponse__Output>): grpc.ClientUnaryCall;
  ListUsage(argument: _sealflow_tenant_v1_ListUsageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListUsageResponse__Output>): grpc.ClientUnaryCall;
  ListUsage(argument: _sealflow_tenant_v1_ListUsageRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_ListUsageResponse__Output>): grpc.ClientUnaryCall;
  listUsage(argument: _sealflow_tenant_v1_ListUsageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListUsageResponse__Output>): grpc.ClientUnaryCall;
  listUsage(argument: _sealflow_tenant_v1_ListUsageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_ListUsageResponse__Output>): grpc.ClientUnaryCall;
  listUsage(argument: _sealflow_tenant_v1_ListUsageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_ListUsageResponse__Output>): grpc.ClientUnaryCall;
  listUsage(argument: _sealflow_tenant_v1_ListUsageRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_ListUsageResponse__Output>): grpc.ClientUnaryCall;
  
  RevokeApiKey(argument: _sealflow_tenant_v1_RevokeApiKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_RevokeApiKeyResponse__Output>): grpc.ClientUnaryCall;
  RevokeApiKey(argument: _sealflow_tenant_v1_RevokeApiKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_RevokeApiKeyResponse__Output>): grpc.ClientUnaryCall;
  RevokeApiKey(argument: _sealflow_tenant_v1_RevokeApiKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_RevokeApiKeyResponse__Output>): grpc.ClientUnaryCall;
  RevokeApiKey(argument: _sealflow_tenant_v1_RevokeApiKeyRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_RevokeApiKeyResponse__Output>): grpc.ClientUnaryCall;
  revokeApiKey(argument: _sealflow_tenant_v1_RevokeApiKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_RevokeApiKeyResponse__Output>): grpc.ClientUnaryCall;
  revokeApiKey(argument: _sealflow_tenant_v1_RevokeApiKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_RevokeApiKeyResponse__Output>): grpc.ClientUnaryCall;
  revokeApiKey(argument: _sealflow_tenant_v1_RevokeApiKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_RevokeApiKeyResponse__Output>): grpc.ClientUnaryCall;
  revokeApiKey(argument: _sealflow_tenant_v1_RevokeApiKeyRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_RevokeApiKeyResponse__Output>): grpc.ClientUnaryCall;
  
  UpdateQuota(argument: _sealflow_tenant_v1_UpdateQuotaRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_UpdateQuotaResponse__Output>): grpc.ClientUnaryCall;
  UpdateQuota(argument: _sealflow_tenant_v1_UpdateQuotaRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_UpdateQuotaResponse__Output>): grpc.ClientUnaryCall;
  UpdateQuota(argument: _sealflow_tenant_v1_UpdateQuotaRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_UpdateQuotaResponse__Output>): grpc.ClientUnaryCall;
  UpdateQuota(argument: _sealflow_tenant_v1_UpdateQuotaRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_UpdateQuotaResponse__Output>): grpc.ClientUnaryCall;
  updateQuota(argument: _sealflow_tenant_v1_UpdateQuotaRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_UpdateQuotaResponse__Output>): grpc.ClientUnaryCall;
  updateQuota(argument: _sealflow_tenant_v1_UpdateQuotaRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_tenant_v1_UpdateQuotaResponse__Output>): grpc.ClientUnaryCall;
  updateQuota(argument: _sealflow_tenant_v1_UpdateQuotaRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_tenant_v1_UpdateQuotaResponse__Output>): grpc.ClientUnaryCall;
  updateQuota(argument: _sealflow_tenant_v1_UpdateQuotaRequest, callback: grpc.requestCallback<_sealflow_tenant_v1_UpdateQuotaResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface TenantServiceHandlers extends grpc.UntypedServiceImplementation {
  CreateApiKey: grpc.handleUnaryCall<_sealflow_tenant_v1_CreateApiKeyRequest__Output, _sealflow_tenant_v1_CreateApiKeyResponse>;
  
  CreateTenant: grpc.handleUnaryCall<_sealflow_tenant_v1_CreateTenantRequest__Output, _sealflow_tenant_v1_CreateTenantResponse>;
  
  GetUsage: grpc.handleUnaryCall<_sealflow_tenant_v1_GetUsageRequest__Output, _sealflow_tenant_v1_GetUsageResponse>;
  
  ListApiKeys: grpc.handleUnaryCall<_sealflow_tenant_v1_ListApiKeysRequest__Output, _sealflow_tenant_v1_ListApiKeysResponse>;
  
  ListTenants: grpc.handleUnaryCall<_sealflow_tenant_v1_ListTenantsRequest__Output, _sealflow_tenant_v1_ListTenantsResponse>;
  
  ListUsage: grpc.handleUnaryCall<_sealflow_tenant_v1_ListUsageRequest__Output, _sealflow_tenant_v1_ListUsageResponse>;
  
  RevokeApiKey: grpc.handleUnaryCall<_sealflow_tenant_v1_RevokeApiKeyRequest__Output, _sealflow_tenant_v1_RevokeApiKeyResponse>;
  
  UpdateQuota: grpc.handleUnaryCall<_sealflow_tenant_v1_UpdateQuotaRequest__Output, _sealflow_tenant_v1_UpdateQuotaResponse>;
  
}

export interface TenantServiceDefinition extends grpc.ServiceDefinition {
  CreateApiKey: MethodDefinition<_sealflow_tenant_v1_CreateApiKeyRequest, _sealflow_tenant_v1_CreateApiKeyResponse, _sealflow_tenant_v1_CreateApiKeyRequest__Output, _sealflow_tenant_v1_CreateApiKeyResponse__Output>
  CreateTenant: MethodDefinition<_sealflow_tenant_v1_CreateTenantRequest, _sealflow_tenant_v1_CreateTenantResponse, _sealflow_tenant_v1_CreateTenantRequest__Output, _sealflow_tenant_v1_CreateTenantResponse__Output>
  GetUsage: MethodDefinition<_sealflow_tenant_v1_GetUsageRequest, _sealflow_tenant_v1_GetUsageResponse, _sealflow_tenant_v1_GetUsageRequest__Output, _sealflow_tenant_v1_GetUsageResponse__Output>
  ListApiKeys: MethodDefinition<_sealflow_tenant_v1_ListApiKeysRequest, _sealflow_tenant_v1_ListApiKeysResponse, _sealflow_tenant_v1_ListApiKeysRequest__Output, _sealflow_tenant_v1_ListApiKeysResponse__Output>
  ListTenants: MethodDefinition<_sealflow_tenant_v1_ListTenantsRequest, _sealflow_tenant_v1_ListTenantsResponse, _sealflow_tenant_v1_ListTenantsRequest__Output, _sealflow_tenant_v1_ListTenantsResponse__Output>
  ListUsage: MethodDefinition<_sealflow_tenant_v1_ListUsageRequest, _sealflow_tenant_v1_ListUsageResponse, _sealflow_tenant_v1_ListUsageRequest__Output, _sealflow_tenant_v1_ListUsageResponse__Output>
  RevokeApiKey: MethodDefinition<_sealflow_tenant_v1_RevokeApiKeyRequest, _sealflow_tenant_v1_RevokeApiKeyResponse, _sealflow_tenant_v1_RevokeApiKeyRequest__Output, _sealflow_tenant_v1_RevokeApiKeyResponse__Output>
  UpdateQuota: MethodDefinition<_sealflow_tenant_v1_UpdateQuotaRequest, _sealflow_tenant_v1_UpdateQuotaResponse, _sealflow_tenant_v1_UpdateQuotaRequest__Output, _sealflow_tenant_v1_UpdateQuotaResponse__Output>
}
