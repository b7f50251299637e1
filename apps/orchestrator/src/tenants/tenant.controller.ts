import { randomBytes } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  API_KEY_ID_BYTES,
  API_KEY_SECRET_BYTES,
  apiKeyDigest,
  apiKeyId,
  type CreateApiKeyRequest__Output,
  type CreateApiKeyResponse,
  type CreateTenantRequest__Output,
  type CreateTenantResponse,
  formatApiKey,
  type GetUsageRequest__Output,
  type GetUsageResponse,
  type ListApiKeysRequest__Output,
  type ListApiKeysResponse,
  type ListTenantsRequest__Output,
  type ListTenantsResponse,
  type ListUsageRequest__Output,
  type ListUsageResponse,
  type RevokeApiKeyRequest__Output,
  type RevokeApiKeyResponse,
  type UpdateQuotaRequest__Output,
  type UpdateQuotaResponse,
} from '#contracts';
import { Authenticator } from '../auth/authenticator.js';
import { platformRoles, rolesOf, tenantRoles } from '../auth/principal.js';
import { type Quota } from '../quotas/quota-book.js';
import { countField, invalidField } from '../request-fields.js';
import { parseTenantName } from '../runs/resource-names.js';
import { CLOCK, type Clock } from '../tokens.js';
import { TenantChanges } from './tenant-changes.js';
import { keyMessage, ownerOf, quotaMessage, tenantMessage } from './tenant-messages.js';
import { TenantReader } from './tenant-reader.js';

const LIFETIME_MS_MAX = 400 * 24 * 3_600_000;
const subjectPattern = /^[A-Za-z0-9][A-Za-z0-9@._:*/-]{0,127}$/;
const keyNamePattern = /^(?:(tenants\/[a-z0-9][a-z0-9.-]{0,62})\/)?apiKeys\/([0-9a-f]{16})$/;

/** Tenants and API keys, for operators. A secret is in one answer, once, and nowhere else. */
@Controller()
export class TenantController {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly reader: TenantReader,
    private readonly changes: TenantChanges,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @GrpcMethod('TenantService', 'CreateTenant')
  async createTenant(request: CreateTenantRequest__Output): Promise<CreateTenantResponse> {
    const tenant = parseTenantName(request.name);
    const row = await this.changes.createTenant(tenant, request);
    return { tenant: tenantMessage(row) };
  }

  @GrpcMethod('TenantService', 'ListTenants')
  listTenants(request: ListTenantsRequest__Output): Promise<ListTenantsResponse> {
    return this.reader.tenants(request);
  }

  @GrpcMethod('TenantService', 'CreateApiKey')
  async createApiKey(request: CreateApiKeyRequest__Output): Promise<CreateApiKeyResponse> {
    const tenant = ownerOf(request.parent);
    const { subject } = request;
    if (!subjectPattern.test(subject)) {
      throw invalidField(
        'subject',
        'a name of whoever holds the key, 1 to 128 of letters, digits and @._:*/-',
      );
    }
    const roles = rolesOf(request.roles, tenant);
    if (roles === null) {
      const allowed = tenant === null ? platformRoles : tenantRoles;
      throw invalidField('roles', `one or more of ${allowed.join(', ')}`, request.roles.join(', ') || 'none');
    }
    const now = this.clock();
    const expiresMs = Number(request.expireTime?.seconds ?? Number.NaN) * 1_000;
    if (!(expiresMs > now && expiresMs <= now + LIFETIME_MS_MAX)) {
      throw invalidField('expire_time', 'a time from now to 400 days from now');
    }
    const secret = formatApiKey(randomBytes(API_KEY_ID_BYTES), randomBytes(API_KEY_SECRET_BYTES));
    const { row, fresh } = await this.changes.createKey(
      {
        id: apiKeyId(secret) ?? '',
        tenant,
        subject,
        roles,
        digest: apiKeyDigest(secret),
        expiresAt: new Date(expiresMs),
      },
      request,
    );
    return { key: keyMessage(row), secret: fresh ? secret : '' };
  }

  @GrpcMethod('TenantService', 'ListApiKeys')
  listApiKeys(request: ListApiKeysRequest__Output): Promise<ListApiKeysResponse> {
    return this.reader.keys(request);
  }

  @GrpcMethod('TenantService', 'RevokeApiKey')
  async revokeApiKey(request: RevokeApiKeyRequest__Output): Promise<RevokeApiKeyResponse> {
    const found = keyNamePattern.exec(request.name);
    if (found === null) {
      throw invalidField('name', 'tenants/{tenant}/apiKeys/{id}, or apiKeys/{id} for a key of the platform');
    }
    const [, parent = '', id = ''] = found;
    const row = await this.changes.revokeKey({ tenant: ownerOf(parent), id, etag: request.etag }, request);
    this.authenticator.forgetKey(id);
    return { key: keyMessage(row) };
  }

  @GrpcMethod('TenantService', 'UpdateQuota')
  async updateQuota(request: UpdateQuotaRequest__Output): Promise<UpdateQuotaResponse> {
    const tenant = parseTenantName(request.name);
    const openRunsMax = bounded('open_runs_max', request.openRunsMax, 1_000_000);
    const runsPerMinute = bounded('runs_per_minute', request.runsPerMinute, 10_000_000);
    const blobBytesMax =
      request.blobBytesMax === undefined
        ? {}
        : { blobBytesMax: countField('blob_bytes_max', request.blobBytesMax, Number.MAX_SAFE_INTEGER) };
    const quota = await this.changes.setQuota(
      { tenant, quota: { ...openRunsMax, ...runsPerMinute, ...blobBytesMax }, etag: request.etag },
      request,
    );
    return { quota: quotaMessage(quota) };
  }

  /** Of the caller's own tenant: the database shows no other. */
  @GrpcMethod('TenantService', 'GetUsage')
  getUsage(request: GetUsageRequest__Output): Promise<GetUsageResponse> {
    return this.reader.usage(request.name);
  }

  @GrpcMethod('TenantService', 'ListUsage')
  listUsage(request: ListUsageRequest__Output): Promise<ListUsageResponse> {
    return this.reader.days(request);
  }
}

/** A part of a quota, by its name in `Quota`; nothing when it was left out. */
function bounded(field: string, value: number | undefined, max: number): Partial<Quota> {
  if (value === undefined) return {};
  if (value < 0 || value > max) throw invalidField(field, `0 to ${max}, or nothing`, String(value));
  return field === 'open_runs_max' ? { openRunsMax: value } : { runsPerMinute: value };
}
