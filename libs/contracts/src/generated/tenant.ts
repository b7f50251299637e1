import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { ApiKey as _sealflow_tenant_v1_ApiKey, ApiKey__Output as _sealflow_tenant_v1_ApiKey__Output } from './sealflow/tenant/v1/ApiKey.js';
import type { CreateApiKeyRequest as _sealflow_tenant_v1_CreateApiKeyRequest, CreateApiKeyRequest__Output as _sealflow_tenant_v1_CreateApiKeyRequest__Output } from './sealflow/tenant/v1/CreateApiKeyRequest.js';
import type { CreateApiKeyResponse as _sealflow_tenant_v1_CreateApiKeyResponse, CreateApiKeyResponse__Output as _sealflow_tenant_v1_CreateApiKeyResponse__Output } from './sealflow/tenant/v1/CreateApiKeyResponse.js';
import type { CreateTenantRequest as _sealflow_tenant_v1_CreateTenantRequest, CreateTenantRequest__Output as _sealflow_tenant_v1_CreateTenantRequest__Output } from './sealflow/tenant/v1/CreateTenantRequest.js';
import type { CreateTenantResponse as _sealflow_tenant_v1_CreateTenantResponse, CreateTenantResponse__Output as _sealflow_tenant_v1_CreateTenantResponse__Output } from './sealflow/tenant/v1/CreateTenantResponse.js';
import type { GetUsageRequest as _sealflow_tenant_v1_GetUsageRequest, GetUsageRequest__Output as _sealflow_tenant_v1_GetUsageRequest__Output } from './sealflow/tenant/v1/GetUsageRequest.js';
import type { GetUsageResponse as _sealflow_tenant_v1_GetUsageResponse, GetUsageResponse__Output as _sealflow_tenant_v1_GetUsageResponse__Output } from './sealflow/tenant/v1/GetUsageResponse.js';
import type { ListApiKeysRequest as _sealflow_tenant_v1_ListApiKeysRequest, ListApiKeysRequest__Output as _sealflow_tenant_v1_ListApiKeysRequest__Output } from './sealflow/tenant/v1/ListApiKeysRequest.js';
import type { ListApiKeysResponse as _sealflow_tenant_v1_ListApiKeysResponse, ListApiKeysResponse__Output as _sealflow_tenant_v1_ListApiKeysResponse__Output } from './sealflow/tenant/v1/ListApiKeysResponse.js';
import type { ListTenantsRequest as _sealflow_tenant_v1_ListTenantsRequest, ListTenantsRequest__Output as _sealflow_tenant_v1_ListTenantsRequest__Output } from './sealflow/tenant/v1/ListTenantsRequest.js';
import type { ListTenantsResponse as _sealflow_tenant_v1_ListTenantsResponse, ListTenantsResponse__Output as _sealflow_tenant_v1_ListTenantsResponse__Output } from './sealflow/tenant/v1/ListTenantsResponse.js';
import type { ListUsageRequest as _sealflow_tenant_v1_ListUsageRequest, ListUsageRequest__Output as _sealflow_tenant_v1_ListUsageRequest__Output } from './sealflow/tenant/v1/ListUsageRequest.js';
import type { ListUsageResponse as _sealflow_tenant_v1_ListUsageResponse, ListUsageResponse__Output as _sealflow_tenant_v1_ListUsageResponse__Output } from './sealflow/tenant/v1/ListUsageResponse.js';
import type { Quota as _sealflow_tenant_v1_Quota, Quota__Output as _sealflow_tenant_v1_Quota__Output } from './sealflow/tenant/v1/Quota.js';
import type { RevokeApiKeyRequest as _sealflow_tenant_v1_RevokeApiKeyRequest, RevokeApiKeyRequest__Output as _sealflow_tenant_v1_RevokeApiKeyRequest__Output } from './sealflow/tenant/v1/RevokeApiKeyRequest.js';
import type { RevokeApiKeyResponse as _sealflow_tenant_v1_RevokeApiKeyResponse, RevokeApiKeyResponse__Output as _sealflow_tenant_v1_RevokeApiKeyResponse__Output } from './sealflow/tenant/v1/RevokeApiKeyResponse.js';
import type { Tenant as _sealflow_tenant_v1_Tenant, Tenant__Output as _sealflow_tenant_v1_Tenant__Output } from './sealflow/tenant/v1/Tenant.js';
import type { TenantServiceClient as _sealflow_tenant_v1_TenantServiceClient, TenantServiceDefinition as _sealflow_tenant_v1_TenantServiceDefinition } from './sealflow/tenant/v1/TenantService.js';
import type { UpdateQuotaRequest as _sealflow_tenant_v1_UpdateQuotaRequest, UpdateQuotaRequest__Output as _sealflow_tenant_v1_UpdateQuotaRequest__Output } from './sealflow/tenant/v1/UpdateQuotaRequest.js';
import type { UpdateQuotaResponse as _sealflow_tenant_v1_UpdateQuotaResponse, UpdateQuotaResponse__Output as _sealflow_tenant_v1_UpdateQuotaResponse__Output } from './sealflow/tenant/v1/UpdateQuotaResponse.js';
import type { UsageDay as _sealflow_tenant_v1_UsageDay, UsageDay__Output as _sealflow_tenant_v1_UsageDay__Output } from './sealflow/tenant/v1/UsageDay.js';
import type { UsageHour as _sealflow_tenant_v1_UsageHour, UsageHour__Output as _sealflow_tenant_v1_UsageHour__Output } from './sealflow/tenant/v1/UsageHour.js';
import type { UsageSteps as _sealflow_tenant_v1_UsageSteps, UsageSteps__Output as _sealflow_tenant_v1_UsageSteps__Output } from './sealflow/tenant/v1/UsageSteps.js';

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
    tenant: {
      v1: {
        ApiKey: MessageTypeDefinition<_sealflow_tenant_v1_ApiKey, _sealflow_tenant_v1_ApiKey__Output>
        CreateApiKeyRequest: MessageTypeDefinition<_sealflow_tenant_v1_CreateApiKeyRequest, _sealflow_tenant_v1_CreateApiKeyRequest__Output>
        CreateApiKeyResponse: MessageTypeDefinition<_sealflow_tenant_v1_CreateApiKeyResponse, _sealflow_tenant_v1_CreateApiKeyResponse__Output>
        CreateTenantRequest: MessageTypeDefinition<_sealflow_tenant_v1_CreateTenantRequest, _sealflow_tenant_v1_CreateTenantRequest__Output>
        CreateTenantResponse: MessageTypeDefinition<_sealflow_tenant_v1_CreateTenantResponse, _sealflow_tenant_v1_CreateTenantResponse__Output>
        GetUsageRequest: MessageTypeDefinition<_sealflow_tenant_v1_GetUsageRequest, _sealflow_tenant_v1_GetUsageRequest__Output>
        GetUsageResponse: MessageTypeDefinition<_sealflow_tenant_v1_GetUsageResponse, _sealflow_tenant_v1_GetUsageResponse__Output>
        ListApiKeysRequest: MessageTypeDefinition<_sealflow_tenant_v1_ListApiKeysRequest, _sealflow_tenant_v1_ListApiKeysRequest__Output>
        ListApiKeysResponse: MessageTypeDefinition<_sealflow_tenant_v1_ListApiKeysResponse, _sealflow_tenant_v1_ListApiKeysResponse__Output>
        ListTenantsRequest: MessageTypeDefinition<_sealflow_tenant_v1_ListTenantsRequest, _sealflow_tenant_v1_ListTenantsRequest__Output>
        ListTenantsResponse: MessageTypeDefinition<_sealflow_tenant_v1_ListTenantsResponse, _sealflow_tenant_v1_ListTenantsResponse__Output>
        ListUsageRequest: MessageTypeDefinition<_sealflow_tenant_v1_ListUsageRequest, _sealflow_tenant_v1_ListUsageRequest__Output>
        ListUsageResponse: MessageTypeDefinition<_sealflow_tenant_v1_ListUsageResponse, _sealflow_tenant_v1_ListUsageResponse__Output>
        Quota: MessageTypeDefinition<_sealflow_tenant_v1_Quota, _sealflow_tenant_v1_Quota__Output>
        RevokeApiKeyRequest: MessageTypeDefinition<_sealflow_tenant_v1_RevokeApiKeyRequest, _sealflow_tenant_v1_RevokeApiKeyRequest__Output>
        RevokeApiKeyResponse: MessageTypeDefinition<_sealflow_tenant_v1_RevokeApiKeyResponse, _sealflow_tenant_v1_RevokeApiKeyResponse__Output>
        Tenant: MessageTypeDefinition<_sealflow_tenant_v1_Tenant, _sealflow_tenant_v1_Tenant__Output>
        TenantService: SubtypeConstructor<typeof grpc.Client, _sealflow_tenant_v1_TenantServiceClient> & { service: _sealflow_tenant_v1_TenantServiceDefinition }
        UpdateQuotaRequest: MessageTypeDefinition<_sealflow_tenant_v1_UpdateQuotaRequest, _sealflow_tenant_v1_UpdateQuotaRequest__Output>
        UpdateQuotaResponse: MessageTypeDefinition<_sealflow_tenant_v1_UpdateQuotaResponse, _sealflow_tenant_v1_UpdateQuotaResponse__Output>
        UsageDay: MessageTypeDefinition<_sealflow_tenant_v1_UsageDay, _sealflow_tenant_v1_UsageDay__Output>
        UsageHour: MessageTypeDefinition<_sealflow_tenant_v1_UsageHour, _sealflow_tenant_v1_UsageHour__Output>
        UsageSteps: MessageTypeDefinition<_sealflow_tenant_v1_UsageSteps, _sealflow_tenant_v1_UsageSteps__Output>
      }
    }
  }
}

