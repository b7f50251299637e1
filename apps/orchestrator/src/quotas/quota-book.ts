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
    const openRunsMax = await this.#takeToken(tenant);
    // Asked after the bucket is locked: whoever held it before is counted.
    const { rows } = await this.queries.execute<{ open: number }>(
      sql`with hours as (
            insert into sealflow.usage_hours (tenant, hour, runs) values (${tenant}, date_trunc('hour', now()), 1)
            on conflict (tenant, hour) do update set runs = usage_hours.runs + 1
          ), days as (${countUsage(tenant, { runs: 1 })})
          select count(*)::int as open from sealflow.runs
          where tenant = ${tenant} and ended_at is null
            and state not in ('SUCCEEDED', 'REJECTED', 'FAILED', 'CANCELLED', 'EXPIRED')`,
    );
    const open = (rows[0]?.open ?? 1) - 1;
    if (open >= openRunsMax) throw exceeded('openRunsMax', openRunsMax, open, 'wait for a run to end', 1_000);
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

  /**
   * A bucket of a minute's runs that refills all the time: a burst is allowed, a rate is kept.
   *
   * @returns how many runs may be open
   */
  async #takeToken(tenant: string): Promise<number> {
    const { openRunsMax, runsPerMinute } = defaultQuota;
    const { rows } = await this.queries.execute<{ tokens: number; rate: number; open: number }>(
      sql`with quota as (
            select coalesce(max(runs_per_minute), ${runsPerMinute}::int) as rate,
              coalesce(max(open_runs_max), ${openRunsMax}::int) as open
            from sealflow.tenant_quotas where tenant = ${tenant}
          ), taken as (
            insert into sealflow.tenant_buckets as bucket (tenant, tokens, refilled_at)
            select ${tenant}::text, rate - 1, clock_timestamp() from quota
            on conflict (tenant) do update set refilled_at = clock_timestamp(),
              tokens = least((select rate from quota)::float8, bucket.tokens
                + greatest(extract(epoch from clock_timestamp() - bucket.refilled_at), 0)::float8
                  * (select rate from quota) / 60) - 1
            returning tokens
          )
          select taken.tokens, quota.rate, quota.open from taken, quota`,
    );
    const [{ tokens, rate, open } = { tokens: -1, rate: 0, open: 0 }] = rows;
    if (tokens >= 0) return open;
    const retryMs = rate === 0 ? 60_000 : Math.ceil((-tokens * 60_000) / rate);
    throw exceeded('runsPerMinute', rate, rate + 1, 'start runs more slowly', retryMs);
  }
}

function exceeded(limit: keyof Quota, max: number, got: number, advice: string, retryMs: number): ApiError {
  return new ApiError(
    'QUOTA_EXCEEDED',
    `${limit}: expected at most ${max} for this tenant, got ${got}: ${advice}`,
    { facts: { limit, max: String(max), actual: String(got) }, retryMs },
  );
}
