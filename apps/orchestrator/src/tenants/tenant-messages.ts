import type { ApiKey, Quota as QuotaMessage, Tenant, UsageDay as UsageDayMessage } from '#contracts';
import { apiKeyPrefix } from '#contracts';
import { costMicrosOf } from '#workflow';
import type { ApiKeyRow, TenantRow } from '../auth/key-store.js';
import type { Quota } from '../quotas/quota-book.js';
import { type Counter, stepKinds, type UsageDay } from '../quotas/usage-book.js';
import { parseTenantName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { keyEtag, quotaEtag } from './tenant-changes.js';

export function quotaMessage(quota: Quota): QuotaMessage {
  return { ...quota, blobBytesMax: String(quota.blobBytesMax), etag: quotaEtag(quota) };
}

export function dayMessage({ day, amounts, bytesStored }: UsageDay): UsageDayMessage {
  const of = (counter: Counter): string => String(amounts[counter] ?? 0);
  return {
    day,
    runs: of('runs'),
    steps: stepKinds
      .filter((kind) => amounts[`steps.${kind}`] !== undefined)
      .map((kind) => ({
        kind,
        steps: of(`steps.${kind}`),
        milliseconds: of(`stepMs.${kind}`),
        waitMilliseconds: of(`waitMs.${kind}`),
        costMicros: String(costMicrosOf(amounts[`stepMs.${kind}`] ?? 0)),
      })),
    endedRuns: of('endedRuns'),
    runMilliseconds: of('runMs'),
    overheadMilliseconds: of('overheadMs'),
    bytesIn: of('bytes.in'),
    bytesOut: of('bytes.out'),
    bytesStored: String(bytesStored),
  };
}

/** Null for the platform. */
export function ownerOf(parent: string): string | null {
  return parent === '' ? null : parseTenantName(parent);
}

export function tenantMessage({ tenant, createdAt }: TenantRow): Tenant {
  return { name: `tenants/${tenant}`, createTime: timestamp(createdAt) };
}

export function keyMessage(row: ApiKeyRow): ApiKey {
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
