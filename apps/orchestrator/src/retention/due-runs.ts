import { sql } from 'drizzle-orm';
import type { Transaction } from '../database/database.js';
import { uncountBundles } from '../quotas/bundle-count.js';
import { ownShard } from '../quotas/usage-book.js';

export type Part = 'payload' | 'evidence';

export interface DueRun {
  readonly runId: string;
  readonly tenant: string;
  /** The class of the rule that holds for it. */
  readonly class: string;
}

/**
 * Runs that ended longer ago than their rule keeps this part, and that no hold covers. The narrowest rule holds alone:
 * one for the run, else for its workflow, else for the tenant. Locked, so that nothing else changes them meanwhile.
 */
export async function dueRuns(
  transaction: Transaction,
  part: Part,
  now: Date,
  limit: number,
): Promise<DueRun[]> {
  const days = sql.raw(`${part}_days`);
  const deletedAt = sql.raw(`${part}_deleted_at`);
  const { rows } = await transaction.execute<{ run_id: string; tenant: string; class: string }>(
    sql`select run.run_id, run.tenant, rule.class
        from (
          select tenant, min(${days}) as days from sealflow.retention_rules where ${days} is not null group by tenant
        ) soonest
        join sealflow.runs run on run.tenant = soonest.tenant
        left join sealflow.plans plan on plan.digest = run.plan and plan.tenant = run.tenant
        cross join lateral (
          select one.class, one.${days} as days from sealflow.retention_rules one
          where one.tenant = run.tenant and (
            (one.scope = 'run' and one.subject = run.run_id)
            or (one.scope = 'workflow' and one.subject = plan.plan -> 'definition' ->> 'name')
            or one.scope = 'tenant')
          order by case one.scope when 'run' then 0 when 'workflow' then 1 else 2 end limit 1
        ) rule
        where run.ended_at is not null and run.${deletedAt} is null
          and run.ended_at <= ${now.toISOString()}::timestamptz - soonest.days * interval '1 day'
          and run.ended_at <= ${now.toISOString()}::timestamptz - rule.days * interval '1 day'
          and not exists (
            select from sealflow.legal_holds hold where hold.tenant = run.tenant and hold.lifted_at is null
            and (hold.held_run is null or hold.held_run = run.run_id))
        order by run.ended_at, run.run_id limit ${limit}
        for update of run skip locked`,
  );
  return rows.map((row) => ({ runId: row.run_id, tenant: row.tenant, class: row.class }));
}

const outputsOfLease = sql.raw(
  `case jsonb_typeof(lease.result -> 'outputs') when 'array' then lease.result -> 'outputs' else '[]' end`,
);

/** What one batch took away. */
export interface Deleted {
  readonly blobs: number;
  /** Large blobs that nobody has any more: their rows and files go after the transaction. */
  readonly large: readonly string[];
}

/**
 * Sealed inputs, with the envelopes that others took the place of, and sealed outputs, of refused attempts too. What a ledger goes on with, and
 * what people decided, is no payload: balances live longer than runs, and a decision is evidence.
 */
export async function deletePayloads(transaction: Transaction, runIds: readonly string[]): Promise<Deleted> {
  const ids = JSON.stringify(runIds);
  const deleted = await forget(
    transaction,
    sql`select run.tenant, envelope.digest from sealflow.runs run, jsonb_array_elements(run.inputs) input,
          lateral (
            select input ->> 'blob' as digest
            union select jsonb_array_elements_text(coalesce(input -> 'earlier', '[]'))
          ) envelope
        where run.run_id in (select jsonb_array_elements_text(${ids}::jsonb))
        union
        select run.tenant, output ->> 'blob' from sealflow.tasks task join sealflow.runs run using (run_id),
          jsonb_array_elements(coalesce(task.outputs, '[]')) output
        where task.run_id in (select jsonb_array_elements_text(${ids}::jsonb))
          and task.operation not like 'ledger.%' and task.operation not like 'human.%'
        union
        -- Of attempts that did not count, also those of ledgers: what counted is an output of a task, and stays there.
        select run.tenant, output ->> 'blob' from sealflow.leases lease join sealflow.runs run using (run_id),
          jsonb_array_elements(${outputsOfLease}) output
        where lease.run_id in (select jsonb_array_elements_text(${ids}::jsonb)) and lease.operation not like 'human.%'
          and not exists (
            select from sealflow.tasks task, jsonb_array_elements(coalesce(task.outputs, '[]')) counted
            where task.run_id = lease.run_id and counted ->> 'blob' = output ->> 'blob')`,
  );
  await transaction.execute(
    sql`update sealflow.runs set payload_deleted_at = now()
        where run_id in (select jsonb_array_elements_text(${ids}::jsonb))`,
  );
  return deleted;
}

/** Bundles in all their versions, and statements, of refused attempts too. Evidence of workers and plans stays: other runs rest on them, and they are nobody's data. */
export async function deleteEvidence(transaction: Transaction, runIds: readonly string[]): Promise<Deleted> {
  const ids = JSON.stringify(runIds);
  const deleted = await forget(
    transaction,
    sql`select run.tenant, named.digest from sealflow.runs run, lateral (
          select run.bundle as digest union select run.pending_bundle union select run.pending_leaf
          union select jsonb_array_elements_text(coalesce(run.earlier_bundles, '[]'))
          union select jsonb_array_elements_text(coalesce(run.replaced_bundles, '[]'))
          union select lease.result ->> 'statement' from sealflow.leases lease where lease.run_id = run.run_id
          union select output ->> 'blob' from sealflow.leases lease, jsonb_array_elements(${outputsOfLease}) output
            where lease.run_id = run.run_id and lease.operation like 'human.%'
          union select task.statement from sealflow.tasks task where task.run_id = run.run_id
          union select output ->> 'blob' from sealflow.tasks task, jsonb_array_elements(coalesce(task.outputs, '[]')) output
            where task.run_id = run.run_id and task.operation like 'human.%'
        ) named
        where named.digest is not null and run.run_id in (select jsonb_array_elements_text(${ids}::jsonb))`,
  );
  await uncountBundles(transaction, runIds);
  await transaction.execute(
    sql`update sealflow.runs set evidence_deleted_at = now(), bundle = null, pending_bundle = null, earlier_bundles = null,
          replaced_bundles = null
        where run_id in (select jsonb_array_elements_text(${ids}::jsonb))`,
  );
  await transaction.execute(
    sql`delete from sealflow.timestamp_queue where run_id in (select jsonb_array_elements_text(${ids}::jsonb))`,
  );
  return deleted;
}

/**
 * Takes blobs from their tenants, gives their bytes back to quota and usage, and deletes the small ones that nobody has
 * any more. A blob that a ledger stands on stays, whoever names it.
 *
 * @param named query with the columns tenant and digest
 */
async function forget(transaction: Transaction, named: ReturnType<typeof sql>): Promise<Deleted> {
  const { rows } = await transaction.execute<{ count: number; large: string[] }>(
    sql`with named as (${named}), gone as (
          select named.tenant, named.digest from named
          where not exists (
            select from sealflow.ledgers kept where kept.tenant = named.tenant
              and named.digest in (kept.available, kept.reserved, kept.receipt))
            -- Of a ledger of pages the whole history: a key enclave that takes over makes its state of it.
            and not exists (
              select from sealflow.ledger_batches batch where batch.tenant = named.tenant
              and named.digest in (batch.intents, batch.outcomes, batch.receipt))
            and not exists (
              select from sealflow.ledger_pages page where page.tenant = named.tenant and page.digest = named.digest)
            and not exists (
              select from sealflow.page_ledgers head where head.tenant = named.tenant and head.receipt = named.digest)
        ), released as (
          delete from sealflow.blob_tenants held using gone
          where held.digest = gone.digest and held.tenant = gone.tenant returning held.digest, held.tenant
        ), freed as (
          select released.tenant, sum(coalesce(small.size, large.size))::bigint as bytes from released
          left join sealflow.blobs small using (digest) left join sealflow.large_blobs large using (digest)
          group by released.tenant
        ), counted as (
          insert into sealflow.tenant_storage (tenant, shard, bytes)
          select tenant, ${ownShard}, -bytes from freed where bytes > 0
          on conflict (tenant, shard) do update set bytes = tenant_storage.bytes + excluded.bytes
        ), used as (
          insert into sealflow.usage_days (tenant, day, counter, shard, amount)
          select tenant, (now() at time zone 'UTC')::date, 'bytes.stored', ${ownShard}, -bytes from freed where bytes > 0
          on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount
        ), removed as (
          delete from sealflow.blobs blob using gone
          where blob.digest = gone.digest and not exists (
            select from sealflow.blob_tenants held where held.digest = gone.digest and held.tenant <> gone.tenant)
          returning blob.digest
        )
        select (select count(*) from removed)::int as count,
          (select coalesce(jsonb_agg(digest), '[]') from released join sealflow.large_blobs using (digest)) as large`,
  );
  const [row] = rows;
  return { blobs: row?.count ?? 0, large: row?.large ?? [] };
}
