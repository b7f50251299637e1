import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { digestOf } from '#canonical';
import { BlobKeys } from '../blobs/blob-keys.js';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { SharedWrites } from '../database/shared-writes.js';
import { ownShard } from '../quotas/usage-book.js';
import type { LeaseRow } from './lease-book.js';
import type { LeaseResult } from './lease-result.js';

/** A PostgreSQL bigint that is no less than nothing. */
const fencePattern = /^(0|[1-9][0-9]{0,17})$/;

/** Results that are written together at most. */
const RESULTS_MAX = 64;

/** A result as it came from the worker that holds the lease. */
export interface NewResult {
  readonly lease: string;
  /** As the worker wrote it. */
  readonly fence: string;
  readonly bootId: string;
  readonly result: LeaseResult;
  /** Signed statement of a task that was done. */
  readonly statement: Uint8Array | null;
  /** Blobs that the result names, and whatever else it names that may be one. */
  readonly named: readonly string[];
  readonly atMs: number;
}

/** A blob that becomes the tenant's with a result. */
interface HeldBlob {
  readonly lease: string;
  readonly tenant: string;
  readonly digest: string;
  /** Of the tenant's key, null where the blob is not sealed. */
  readonly version: number | null;
  readonly wrapped: string | null;
}

/**
 * Puts results on record: the lease that ends, the statement, and whose the blobs are that it names. All of it counts for
 * the tenant of the run, whatever its quota is, and happens only where the worker still holds the lease.
 */
@Injectable()
export class ResultBook {
  readonly #writes = new SharedWrites<NewResult, LeaseRow | null>(
    (results) => this.#write(results),
    RESULTS_MAX,
  );

  constructor(
    private readonly database: Database,
    private readonly blobs: BlobStore,
    private readonly keys: BlobKeys,
  ) {}

  /** @returns null for a lease that is not out at this worker under this fence, or not any more */
  async add(result: NewResult): Promise<LeaseRow | null> {
    if (!fencePattern.test(result.fence)) return null;
    const row = await this.#writes.add(result);
    if (row !== null && result.statement !== null) this.blobs.keepRead(result.statement);
    return row;
  }

  async #write(results: readonly NewResult[]): Promise<(LeaseRow | null)[]> {
    const statements = new Map<string, Buffer>();
    for (const { statement } of results) {
      if (statement !== null) statements.set(digestOf(statement), Buffer.from(statement));
    }
    const [tenants, keys] = await Promise.all([this.#tenantsOf(results), this.#keysOf(results, statements)]);
    const held: HeldBlob[] = [];
    for (const { lease, named, statement } of results) {
      const tenant = tenants.get(lease);
      if (tenant === undefined) continue;
      const own = statement === null ? [] : [digestOf(statement)];
      for (const digest of new Set([...named, ...own])) {
        const key = keys.get(digest);
        const wrap = key === undefined ? null : await this.keys.ring.wrap(tenant, digest, key);
        const wrapped = wrap?.wrapped.toString('base64') ?? null;
        held.push({ lease, tenant, digest, version: wrap?.version ?? null, wrapped });
      }
    }
    const rows = await this.#record(results, held, statements);
    return results.map(({ lease }) => rows.get(lease) ?? null);
  }

  async #tenantsOf(results: readonly NewResult[]): Promise<ReadonlyMap<string, string>> {
    const named = sql.param(results.map(({ lease }) => lease));
    const { rows } = await this.database.queries.execute<{ lease: string; tenant: string }>(
      sql`select lease, tenant from sealflow.leases join sealflow.runs using (run_id) where lease = any(${named}::text[])`,
    );
    return new Map(rows.map(({ lease, tenant }) => [lease, tenant]));
  }

  async #keysOf(
    results: readonly NewResult[],
    statements: ReadonlyMap<string, Buffer>,
  ): Promise<ReadonlyMap<string, Buffer>> {
    const named = new Set(results.flatMap((result) => result.named));
    const keys = new Map(await this.keys.keysOf([...named].filter((digest) => !statements.has(digest))));
    if (!this.keys.ring.seals) return keys;
    for (const [digest, bytes] of statements) keys.set(digest, this.keys.make(digest, bytes));
    return keys;
  }

  async #record(
    results: readonly NewResult[],
    held: readonly HeldBlob[],
    statements: ReadonlyMap<string, Buffer>,
  ): Promise<ReadonlyMap<string, LeaseRow>> {
    const given = results.map(({ lease, fence, bootId, result, statement, atMs }) => ({
      ...{ lease, fence, boot: bootId, result, at: new Date(atMs).toISOString() },
      state: result.kind === 'completed' ? 'completed' : 'failed',
      statement: statement === null ? null : digestOf(statement),
    }));
    const brought = [...statements].map(([digest, bytes]) => ({
      ...{ digest, size: bytes.length },
      ...this.blobs.atRest(digest, bytes),
    }));
    const column = (values: readonly unknown[]) => sql.param(values);
    const { rows } = await this.database.queries.execute<RawLease>(
      sql`with given as (
            select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(
              lease text, fence bigint, boot text, state text, result jsonb, statement text, at timestamptz)
          ), settled as (
            update sealflow.leases set state = given.state, result = given.result from given
            where leases.lease = given.lease and leases.state = 'sent' and leases.fence = given.fence
              and leases.boot_id = given.boot and leases.deadline > given.at
            returning leases.*
          ), brought as (
            select * from unnest(${column(brought.map(({ digest }) => digest))}::text[],
              ${column(brought.map(({ size }) => size))}::int[], ${column(brought.map(({ data }) => data))}::bytea[],
              ${column(brought.map(({ sealed }) => sealed))}::boolean[]) as b(digest, size, data, sealed)
          ), kept_statements as (
            insert into sealflow.blobs (digest, size, data, sealed)
            select digest, size, data, sealed from brought
            where digest in (select statement from given join settled using (lease))
            order by digest on conflict (digest) do nothing
          ), held as (
            select distinct on (h.digest, h.tenant) h.digest, h.tenant, h.version as key_version,
              decode(h.wrapped, 'base64') as wrapped_key, coalesce(brought.size, small.size, large.size) as size
            from jsonb_to_recordset(${JSON.stringify(held)}::jsonb) as h(
                lease text, tenant text, digest text, version int, wrapped text)
              join settled using (lease)
              left join brought on brought.digest = h.digest
              left join lateral (select size from sealflow.blobs where digest = h.digest limit 1) small on true
              left join lateral (select size from sealflow.large_blobs where digest = h.digest limit 1) large on true
          ), owned as (
            insert into sealflow.blob_tenants (digest, tenant, of_run, key_version, wrapped_key)
            select digest, tenant, true, key_version, wrapped_key from held
            where size is not null and not exists (
              select from sealflow.blob_tenants has where has.digest = held.digest and has.tenant = held.tenant
                and has.of_run and (has.wrapped_key is not null or held.wrapped_key is null))
            -- Results name the same evidence: who waits for a row of another waits in one order.
            order by digest, tenant
            on conflict (digest, tenant) do update set of_run = true,
              key_version = coalesce(blob_tenants.key_version, excluded.key_version),
              wrapped_key = coalesce(blob_tenants.wrapped_key, excluded.wrapped_key)
            returning digest, tenant, xmax = 0 as is_new
          ), added as (
            select tenant, sum(size)::bigint as bytes
            from owned join held using (digest, tenant) where is_new group by tenant order by tenant
          ), stored as (
            insert into sealflow.tenant_storage (tenant, shard, bytes) select tenant, ${ownShard}, bytes from added
            on conflict (tenant, shard) do update set bytes = tenant_storage.bytes + excluded.bytes
          ), counted as (
            insert into sealflow.usage_days (tenant, day, counter, shard, amount)
            select tenant, (now() at time zone 'UTC')::date, 'bytes.stored', ${ownShard}, bytes from added
            on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount
          )
          select * from settled`,
    );
    return new Map(rows.map((row) => [row.lease, leaseOf(row)]));
  }
}

/** A row of `leases` as the driver gives it. */
type RawLease = {
  lease: string;
  fence: string;
  run_id: string;
  task_id: string;
  attempt: number;
  operation: string;
  state: string;
  worker: string | null;
  boot_id: string | null;
  deadline: string;
  ledger_state: LeaseRow['ledgerState'];
  waiter: string | null;
  priority: number;
  reason: string | null;
  error_class: string | null;
  ended_at: string | null;
  result: LeaseRow['result'];
  sent_at: string | null;
};

function leaseOf(row: RawLease): LeaseRow {
  const { lease, attempt, operation, state, worker, waiter, priority, reason, result } = row;
  return {
    ...{ lease, attempt, operation, state, worker, waiter, priority, reason, result },
    fence: BigInt(row.fence),
    runId: row.run_id,
    taskId: row.task_id,
    bootId: row.boot_id,
    deadline: new Date(row.deadline),
    ledgerState: row.ledger_state,
    errorClass: row.error_class,
    endedAt: dateOf(row.ended_at),
    sentAt: dateOf(row.sent_at),
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
