import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { Json } from '#canonical';
import { ApiError } from '#contracts';
import { type ApiKeyRow, KeyStore, type NewApiKey, type TenantRow } from '../auth/key-store.js';
import type { Transaction } from '../database/database.js';
import { apiKeys, tenants } from '../database/schema.js';
import { type Quota, QuotaBook } from '../quotas/quota-book.js';
import { type Change, Changes } from '../requests/changes.js';
import { etagOf, requireSameEtag } from '../requests/etag.js';

/** What every change carries besides what it is about. */
export interface ChangeFields {
  readonly requestId: string;
  readonly validateOnly: boolean;
}

export interface MadeKey {
  readonly row: ApiKeyRow;
  /** A call that only checks, or that was done before, has no secret to show. */
  readonly fresh: boolean;
}

/** What operators change of tenants, keys and quotas: one transaction each, with its request id and its etag. */
@Injectable()
export class TenantChanges {
  constructor(private readonly changes: Changes) {}

  createTenant(tenant: string, fields: ChangeFields): Promise<TenantRow> {
    return this.changes.apply<TenantRow>(change('CreateTenant', fields, { tenant }), {
      make: async (transaction) => {
        const row = await new KeyStore(transaction).addTenant(tenant);
        if (row === undefined) {
          throw new ApiError(
            'TENANT_EXISTS',
            `tenant: expected a name that is free, got ${tenant}, which is taken`,
            { facts: { resource: `tenants/${tenant}`, resourceType: 'tenant' } },
          );
        }
        return { resource: tenant, answer: row };
      },
      again: (_resource, transaction) => lockTenant(transaction, tenant),
    });
  }

  /** `digest` and `id` are of a secret that was drawn for this call: they make no request another. */
  createKey(key: NewApiKey, fields: ChangeFields): Promise<MadeKey> {
    const { tenant, subject, roles, expiresAt } = key;
    const content = { tenant, subject, roles: [...roles], expiresMs: expiresAt.getTime() };
    return this.changes.apply<MadeKey>(change('CreateApiKey', fields, content), {
      make: async (transaction) => {
        if (tenant !== null) await lockTenant(transaction, tenant);
        const row = await new KeyStore(transaction).addKey(key);
        if (row === undefined) throw new ApiError('UNAVAILABLE', 'no key was made: repeat the call');
        return { resource: row.id, answer: { row, fresh: !fields.validateOnly } };
      },
      again: async (id, transaction) => ({ row: await lockKey(transaction, tenant, id), fresh: false }),
    });
  }

  revokeKey(
    { tenant, id, etag }: { readonly tenant: string | null; readonly id: string; readonly etag: string },
    fields: ChangeFields,
  ): Promise<ApiKeyRow> {
    return this.changes.apply<ApiKeyRow>(change('RevokeApiKey', fields, { tenant, id, etag }), {
      make: async (transaction) => {
        requireSameEtag(etag, keyEtag(await lockKey(transaction, tenant, id)), `key ${id}`);
        const row = await new KeyStore(transaction).revokeKey(tenant, id);
        if (row === undefined) throw noKey(id);
        return { resource: id, answer: row };
      },
      again: (_resource, transaction) => lockKey(transaction, tenant, id),
    });
  }

  /** Parts of the quota that are left out stay as they are. */
  setQuota(
    {
      tenant,
      quota,
      etag,
    }: { readonly tenant: string; readonly quota: Partial<Quota>; readonly etag: string },
    fields: ChangeFields,
  ): Promise<Quota> {
    return this.changes.apply<Quota>(change('UpdateQuota', fields, { tenant, quota: { ...quota }, etag }), {
      make: async (transaction) => {
        await lockTenant(transaction, tenant);
        const book = new QuotaBook(transaction);
        requireSameEtag(etag, quotaEtag(await book.quota(tenant)), `the quota of tenant ${tenant}`);
        return { resource: tenant, answer: await book.setQuota(tenant, quota) };
      },
      again: (_resource, transaction) => new QuotaBook(transaction).quota(tenant),
    });
  }
}

export function keyEtag({ id, revokedAt }: ApiKeyRow): string {
  return etagOf({ id, revokedMs: revokedAt?.getTime() ?? null });
}

export function quotaEtag(quota: Quota): string {
  return etagOf({ ...quota });
}

function change(method: string, { requestId, validateOnly }: ChangeFields, content: Json): Change {
  return { tenant: null, method, requestId, validateOnly, content };
}

async function lockTenant(transaction: Transaction, tenant: string): Promise<TenantRow> {
  const [row] = await transaction.select().from(tenants).where(eq(tenants.tenant, tenant)).for('update');
  if (row !== undefined) return row;
  throw new ApiError('NOT_FOUND', `no tenant ${tenant}: create it first`, {
    facts: { resource: `tenants/${tenant}`, resourceType: 'tenant' },
  });
}

async function lockKey(transaction: Transaction, tenant: string | null, id: string): Promise<ApiKeyRow> {
  const [row] = await transaction.select().from(apiKeys).where(eq(apiKeys.id, id)).for('update');
  if (row === undefined || row.tenant !== tenant) throw noKey(id);
  return row;
}

function noKey(id: string): ApiError {
  return new ApiError('NOT_FOUND', `no key ${id}`, { facts: { resource: id, resourceType: 'API key' } });
}
