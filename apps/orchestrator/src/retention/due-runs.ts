import { sql } from 'drizzle-orm';
import type { Transaction } from '../database/database.js';

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

/**
 * Sealed inputs and outputs. What a ledger goes on with, and what people decided, is no payload: balances live longer
 * than runs, and a decision is evidence.
 */
export async function deletePayloads(transaction: Transaction, runIds: readonly string[]): Promise<number> {
  const ids = JSON.stringify(runIds);
  const deleted = await forget(
    transaction,
    sql`select run.tenant, input ->> 'blob' as digest from sealflow.runs run, jsonb_array_elements(run.inputs) input
        where run.run_id in (select jsonb_array_elements_text(${ids}::jsonb))
        union
        select run.tenant, output ->> 'blob' from sealflow.tasks task join sealflow.runs run using (run_id),
          jsonb_array_elements(coalesce(task.outputs, '[]')) output
        where task.run_id in (select jsonb_array_elements_text(${ids}::jsonb))
          and task.operation not like 'ledger.%' and task.operation not like 'human.%'`,
  );
  await transaction.execute(
    sql`update sealflow.runs set payload_deleted_at = now()
        where run_id in (select jsonb_array_elements_text(${ids}::jsonb))`,
  );
  return deleted;
}

/** Bundles and statements. Evidence of workers and plans stays: other runs rest on them, and they are nobody's data. */
export async function deleteEvidence(transaction: Transaction, runIds: readonly string[]): Promise<number> {
  const ids = JSON.stringify(runIds);
  const deleted = await forget(
    transaction,
    sql`select run.tenant, named.digest from sealflow.runs run, lateral (
          select run.bundle as digest union select run.pending_bundle union select run.pending_leaf
          union select jsonb_array_elements_text(coalesce(run.earlier_bundles, '[]'))
          union select task.statement from sealflow.tasks task where task.run_id = run.run_id
          union select output ->> 'blob' from sealflow.tasks task, jsonb_array_elements(coalesce(task.outputs, '[]')) output
            where task.run_id = run.run_id and task.operation like 'human.%'
        ) named
        where named.digest is not null and run.run_id in (select jsonb_array_elements_text(${ids}::jsonb))`,
  );
  await transaction.execute(
    sql`update sealflow.runs set evidence_deleted_at = now(), bundle = null, pending_bundle = null, earlier_bundles = null
        where run_id in (select jsonb_array_elements_text(${ids}::jsonb))`,
  );
  await transaction.execute(
    sql`delete from sealflow.timestamp_queue where run_id in (select jsonb_array_elements_text(${ids}::jsonb))`,
  );
  return deleted;
}

/**
 * Takes blobs from their tenants, and away when nobody has them any more. A blob that a ledger stands on stays, whoever
 * names it.
 *
 * @param named query with the columns tenant and digest
 */
async function forget(transaction: Transaction, named: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await transaction.execute<{ count: number }>(
    sql`with named as (${named}), gone as (
          select named.tenant, named.digest from named
          where not exists (
            select from sealflow.ledgers kept where kept.tenant = named.tenant
              and named.digest in (kept.available, kept.reserved, kept.receipt))
        ), released as (
          delete from sealflow.blob_tenants held using gone
          where held.digest = gone.digest and held.tenant = gone.tenant returning held.digest, held.tenant
        ), counted as (
          update sealflow.tenant_storage stored set bytes = stored.bytes - freed.bytes
          from (select released.tenant, sum(blob.size)::bigint as bytes from released
                join sealflow.blobs blob using (digest) group by released.tenant) freed
          where stored.tenant = freed.tenant
            and stored.shard = (select min(shard) from sealflow.tenant_storage one where one.tenant = freed.tenant)
        ), removed as (
          delete from sealflow.blobs blob using gone
          where blob.digest = gone.digest and not exists (
            select from sealflow.blob_tenants held where held.digest = gone.digest and held.tenant <> gone.tenant)
          returning blob.digest
        )
        select count(*)::int as count from removed`,
  );
  return rows[0]?.count ?? 0;
}
