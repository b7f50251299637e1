import { eq, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { limits } from '../config/limits.js';
import type { Queries, Transaction } from '../database/database.js';
import { tenantQuotas, usageHours } from '../database/schema.js';
import { countUsage } from './usage-book.js';

/** What a tenant may do at most. */
export interface Quota {
  readonly openRunsMax: number;
  readonly runsPerMinute: number;
  /** Of blobs that are kept, with those that uploads announced. */
  readonly blobBytesMax: number;
}

export interface UsageHour {
  readonly hour: Date;
  readonly runs: number;
}

export const defaultQuota: Quota = {
  openRunsMax: limits.openRunsPerTenantMax,
  runsPerMinute: limits.runsPerMinutePerTenant,
  blobBytesMax: limits.blobBytesPerTenantMax,
};

/**
 * Quotas of tenants. Everything is counted in the database and by its clock, so that replicas share one count; the row
 * of a tenant is locked from the count until the run is there, so that two that start together cannot both be the last.
 */
export class QuotaBook {
  constructor(private readonly queries: Queries | Transaction) {}

  async quota(tenant: string): Promise<Quota> {
    const [row] = await this.queries.select().from(tenantQuotas).where(eq(tenantQuotas.tenant, tenant));
    return {
      openRunsMax: row?.openRunsMax ?? defaultQuota.openRunsMax,
      runsPerMinute: row?.runsPerMinute ?? defaultQuota.runsPerMinute,
      blobBytesMax: row?.blobBytesMax ?? defaultQuota.blobBytesMax,
    };
  }

  /** Undefined leaves a part as it is. */
  async setQuota(tenant: string, change: Partial<Quota>): Promise<Quota> {
    await this.queries
      .insert(tenantQuotas)
      .values({ tenant, ...change })
      .onConflictDoUpdate({ target: tenantQuotas.tenant, set: { tenant, ...change } });
    return this.quota(tenant);
  }

  /**
   * Counts a run that was inserted in this transaction.
   *
   * @throws ApiError QUOTA_EXCEEDED, which says when to try again; the transaction must then not be committed
   */
  async admitRun(tenant: string): Promise<void> {
    const quota = await this.quota(tenant);
    await this.#takeToken(tenant, quota.runsPerMinute);
    const { rows } = await this.queries.execute<{ open: number }>(
      sql`select count(*)::int as open from sealflow.runs
          where tenant = ${tenant} and ended_at is null
            and state not in ('SUCCEEDED', 'REJECTED', 'FAILED', 'CANCELLED', 'EXPIRED')`,
    );
    const open = (rows[0]?.open ?? 1) - 1;
    if (open >= quota.openRunsMax) {
      throw exceeded('openRunsMax', quota.openRunsMax, open, 'wait for a run to end', 1_000);
    }
    await this.queries
      .insert(usageHours)
      .values({ tenant, hour: sql`date_trunc('hour', now())` as never, runs: 1 })
      .onConflictDoUpdate({
        target: [usageHours.tenant, usageHours.hour],
        set: { runs: sql`${usageHours.runs} + 1` },
      });
    await this.queries.execute(countUsage(tenant, { runs: 1 }));
  }

  /** Newest first. */
  async hours(tenant: string, count: number): Promise<UsageHour[]> {
    return this.queries
      .select({ hour: usageHours.hour, runs: usageHours.runs })
      .from(usageHours)
      .where(eq(usageHours.tenant, tenant))
      .orderBy(sql`${usageHours.hour} desc`)
      .limit(count);
  }

  /** A bucket of a minute's runs that refills all the time: a burst is allowed, a rate is kept. */
  async #takeToken(tenant: string, perMinute: number): Promise<void> {
    await this.queries.execute(
      sql`insert into sealflow.tenant_buckets (tenant, tokens, refilled_at)
          values (${tenant}, ${perMinute}, now()) on conflict do nothing`,
    );
    const { rows } = await this.queries.execute<{ tokens: number }>(
      sql`update sealflow.tenant_buckets set refilled_at = clock_timestamp(),
            tokens = least(${perMinute}::float8, tokens
              + greatest(extract(epoch from clock_timestamp() - refilled_at), 0)::float8 * ${perMinute} / 60) - 1
          where tenant = ${tenant} returning tokens`,
    );
    const tokens = rows[0]?.tokens ?? -1;
    if (tokens >= 0) return;
    const retryMs = perMinute === 0 ? 60_000 : Math.ceil((-tokens * 60_000) / perMinute);
    throw exceeded('runsPerMinute', perMinute, perMinute + 1, 'start runs more slowly', retryMs);
  }
}

function exceeded(limit: keyof Quota, max: number, got: number, advice: string, retryMs: number): ApiError {
  return new ApiError(
    'QUOTA_EXCEEDED',
    `${limit}: expected at most ${max} for this tenant, got ${got}: ${advice}`,
    { facts: { limit, max: String(max), actual: String(got) }, retryMs },
  );
}
