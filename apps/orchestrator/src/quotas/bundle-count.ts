import { sql } from 'drizzle-orm';
import type { Transaction } from '../database/database.js';
import { ownShard } from './usage-book.js';

/**
 * Counts bundles of runs for their tenants, as what runs make is counted: it is never refused, so it may be counted a
 * moment later, and no run waits for it. A bundle that another took the place of, because a stamp came or because the
 * run was taken up again, is counted as it is now.
 *
 * @returns how many runs were counted
 */
export async function countBundles(transaction: Transaction, limit: number): Promise<number> {
  const { rows } = await transaction.execute<{ count: number }>(
    sql`with uncounted as (
          select run_id, tenant, bundle, earlier_bundles, bundle_bytes from sealflow.runs
          where bundle is not null and counted_bundle is distinct from bundle
          order by ended_at limit ${limit} for update skip locked
        ), sized as (
          select run.run_id, run.tenant, run.bundle, run.bundle_bytes as before, (
              select coalesce(sum(blob.size), 0)::bigint from sealflow.blobs blob
              where blob.digest in (
                select run.bundle union select jsonb_array_elements_text(coalesce(run.earlier_bundles, '[]')))
            ) as bytes
          from uncounted run
        ), marked as (
          update sealflow.runs run set counted_bundle = sized.bundle, bundle_bytes = sized.bytes
          from sized where run.run_id = sized.run_id
        ), added as (
          select tenant, sum(bytes - before)::bigint as bytes from sized group by tenant
        ), kept as (
          insert into sealflow.tenant_storage (tenant, shard, bytes)
          select tenant, ${ownShard}, bytes from added where bytes <> 0
          on conflict (tenant, shard) do update set bytes = tenant_storage.bytes + excluded.bytes
        ), used as (
          insert into sealflow.usage_days (tenant, day, counter, shard, amount)
          select tenant, (now() at time zone 'UTC')::date, 'bytes.stored', ${ownShard}, bytes from added where bytes <> 0
          on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount
        )
        select count(*)::int as count from sized`,
  );
  return rows[0]?.count ?? 0;
}

/** Of runs whose bundles are deleted in this transaction: their bytes count no longer. */
export async function uncountBundles(transaction: Transaction, runIds: readonly string[]): Promise<void> {
  await transaction.execute(
    sql`with freed as (
          select tenant, sum(bundle_bytes)::bigint as bytes from sealflow.runs
          where run_id in (select jsonb_array_elements_text(${JSON.stringify(runIds)}::jsonb)) group by tenant
        ), kept as (
          insert into sealflow.tenant_storage (tenant, shard, bytes)
          select tenant, ${ownShard}, -bytes from freed where bytes <> 0
          on conflict (tenant, shard) do update set bytes = tenant_storage.bytes + excluded.bytes
        ), used as (
          insert into sealflow.usage_days (tenant, day, counter, shard, amount)
          select tenant, (now() at time zone 'UTC')::date, 'bytes.stored', ${ownShard}, -bytes from freed where bytes <> 0
          on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount
        )
        update sealflow.runs set bundle_bytes = 0, counted_bundle = null
        where run_id in (select jsonb_array_elements_text(${JSON.stringify(runIds)}::jsonb))`,
  );
}
