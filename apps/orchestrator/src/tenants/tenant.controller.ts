import { randomBytes } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { JsonObject } from '#canonical';
import {
  API_KEY_ID_BYTES,
  API_KEY_SECRET_BYTES,
  type ApiKey,
  apiKeyDigest,
  apiKeyId,
  apiKeyPrefix,
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
  type Quota as QuotaMessage,
  type RevokeApiKeyRequest__Output,
  type RevokeApiKeyResponse,
  type Tenant,
  type UpdateQuotaRequest__Output,
  type UpdateQuotaResponse,
  type UsageDay as UsageDayMessage,
} from '#contracts';
import { Authenticator } from '../auth/authenticator.js';
import { type ApiKeyRow, KeyStore, type TenantRow } from '../auth/key-store.js';
import { platformRoles, rolesOf, tenantRoles } from '../auth/principal.js';
import { Database } from '../database/database.js';
import { pageSize } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { type Quota, QuotaBook } from '../quotas/quota-book.js';
import { StorageBook } from '../quotas/storage-book.js';
import { type Counter, stepKinds, UsageBook, type UsageDay } from '../quotas/usage-book.js';
import { countField, invalidField } from '../request-fields.js';
import { parseTenantName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { CLOCK, type Clock } from '../tokens.js';
import { keyEtag, quotaEtag, TenantChanges } from './tenant-changes.js';

const LIFETIME_MS_MAX = 400 * 24 * 3_600_000;
const HOURS_MAX = 31 * 24;
const subjectPattern = /^[A-Za-z0-9][A-Za-z0-9@._:*/-]{0,127}$/;
const keyNamePattern = /^(?:(tenants\/[a-z0-9][a-z0-9.-]{0,62})\/)?apiKeys\/([0-9a-f]{16})$/;

/** Tenants and API keys, for operators. A secret is in one answer, once, and nowhere else. */
@Controller()
export class TenantController {
  readonly #store: KeyStore;

  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly tokens: PageTokens,
    private readonly changes: TenantChanges,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#store = new KeyStore(database.queries);
  }

  @GrpcMethod('TenantService', 'CreateTenant')
  async createTenant(request: CreateTenantRequest__Output): Promise<CreateTenantResponse> {
    const tenant = parseTenantName(request.name);
    const row = await this.changes.createTenant(tenant, request);
    return { tenant: tenantMessage(row) };
  }

  @GrpcMethod('TenantService', 'ListTenants')
  async listTenants(request: ListTenantsRequest__Output): Promise<ListTenantsResponse> {
    const { rows, nextPageToken } = await this.#page({ method: 'ListTenants', scope: '' }, request, {
      read: (after, limit) => this.#store.tenants(after, limit),
      key: (row) => row.tenant,
    });
    return { tenants: rows.map(tenantMessage), nextPageToken };
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
  async listApiKeys(request: ListApiKeysRequest__Output): Promise<ListApiKeysResponse> {
    const tenant = ownerOf(request.parent);
    const { rows, nextPageToken } = await this.#page(
      { method: 'ListApiKeys', scope: request.parent },
      request,
      { read: (after, limit) => this.#store.keys(tenant, after, limit), key: (row) => row.id },
    );
    return { keys: rows.map(keyMessage), nextPageToken };
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
  async getUsage(request: GetUsageRequest__Output): Promise<GetUsageResponse> {
    const tenant = parseTenantName(request.name);
    const book = new QuotaBook(this.database.queries);
    const hours = await book.hours(tenant, HOURS_MAX);
    return {
      quota: quotaMessage(await book.quota(tenant)),
      hours: hours.map(({ hour, runs }) => ({ startTime: timestamp(hour), runs })),
      blobBytes: String((await new StorageBook(this.database.queries).kept(tenant)).bytes),
    };
  }

  @GrpcMethod('TenantService', 'ListUsage')
  async listUsage(request: ListUsageRequest__Output): Promise<ListUsageResponse> {
    const tenant = parseTenantName(request.parent);
    const book = new UsageBook(this.database.queries);
    const { rows, nextPageToken } = await this.#page(
      { method: 'ListUsage', scope: request.parent },
      request,
      { read: (before, limit) => book.days(tenant, before, limit), key: ({ day }) => day },
    );
    return { days: rows.map(dayMessage), nextPageToken };
  }

  async #page<Row>(
    question: JsonObject,
    request: { readonly pageSize: number; readonly pageToken: string },
    list: {
      readonly read: (after: string, limit: number) => Promise<Row[]>;
      readonly key: (row: Row) => string;
    },
  ): Promise<{ readonly rows: readonly Row[]; readonly nextPageToken: string }> {
    const size = pageSize(request.pageSize);
    const after = String(this.tokens.open(question, request.pageToken)?.['key'] ?? '');
    const read = await list.read(after, size + 1);
    const rows = read.slice(0, size);
    const last = rows.at(-1);
    const more = read.length > size && last !== undefined;
    return { rows, nextPageToken: more ? this.tokens.seal(question, { key: list.key(last) }) : '' };
  }
}

/** A part of a quota, by its name in `Quota`; nothing when it was left out. */
function bounded(field: string, value: number | undefined, max: number): Partial<Quota> {
  if (value === undefined) return {};
  if (value < 0 || value > max) throw invalidField(field, `0 to ${max}, or nothing`, String(value));
  return field === 'open_runs_max' ? { openRunsMax: value } : { runsPerMinute: value };
}

function quotaMessage(quota: Quota): QuotaMessage {
  return { ...quota, blobBytesMax: String(quota.blobBytesMax), etag: quotaEtag(quota) };
}

function dayMessage({ day, amounts, bytesStored }: UsageDay): UsageDayMessage {
  const of = (counter: Counter): string => String(amounts[counter] ?? 0);
  return {
    day,
    runs: of('runs'),
    steps: stepKinds
      .filter((kind) => amounts[`steps.${kind}`] !== undefined)
      .map((kind) => ({ kind, steps: of(`steps.${kind}`), milliseconds: of(`stepMs.${kind}`) })),
    bytesIn: of('bytes.in'),
    bytesOut: of('bytes.out'),
    bytesStored: String(bytesStored),
  };
}

/** Null for the platform. */
function ownerOf(parent: string): string | null {
  return parent === '' ? null : parseTenantName(parent);
}

function tenantMessage({ tenant, createdAt }: TenantRow): Tenant {
  return { name: `tenants/${tenant}`, createTime: timestamp(createdAt) };
}

function keyMessage(row: ApiKeyRow): ApiKey {
  const owner = row.tenant === null ? '' : `tenants/${row.tenant}/`;
  return {
    name: `${owner}apiKeys/${row.id}`,
    prefix: apiKeyPrefix(row.id),
    subject: row.subject,
    roles: row.roles.slice(),
    createTime: timestamp(row.createdAt),
    expireTime: timestamp(row.expiresAt),
    revokeTime: row.revokedAt === null ? null : timestamp(row.revokedAt),
    etag: keyEtag(row),
  };
}
