import { type SQL, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { limits } from '../config/limits.js';
import type { Queries, Transaction } from '../database/database.js';
import { ownShard } from './usage-book.js';

/** First half of an advisory lock; the second is the tenant. */
const STORAGE_LOCK = 7_230_015;

/**
 * Nobody counts alone while this much is free: more than all connections of all replicas can add at a time, each of
 * them a small blob.
 */
export const ROOM_FOR_ALL_BYTES = 1024 * 1024 * 1024;

const tooNear = new Error('count alone');

interface Kept {
  readonly bytes: number;
  readonly bytesMax: number;
}

/**
 * Bytes that are kept for tenants, and what they may be. Counted in the database, so that replicas share one count: far
 * from its quota calls of a tenant count beside each other, near it one after the other, and the sum never passes it.
 */
export class StorageBook {
  constructor(private readonly queries: Queries | Transaction) {}

  /**
   * Does `work` in a transaction in which at most `bytes` more may be kept.
   *
   * @param bytes at most what a small blob has, unless `alone`
   * @param work gives what was added, and must have written it down with `addBytes`
   * @throws ApiError QUOTA_EXCEEDED, and nothing happened
   */
  async within<T>(
    tenant: string,
    bytes: number,
    work: (transaction: Transaction) => Promise<{ readonly added: number; readonly result: T }>,
    alone = false,
  ): Promise<T> {
    try {
      return await this.queries.transaction(async (transaction) => {
        await lock(transaction, tenant, alone);
        const kept = await keptBytes(transaction, tenant);
        const free = kept.bytesMax - kept.bytes;
        if (!alone && free < ROOM_FOR_ALL_BYTES) throw tooNear;
        const { added, result } = await work(transaction);
        if (added > 0 && added > free) throw exceeded(kept, bytes);
        return result;
      });
    } catch (error) {
      if (error !== tooNear) throw error;
      return this.within(tenant, bytes, work, true);
    }
  }

  kept(tenant: string): Promise<Kept> {
    return keptBytes(this.queries, tenant);
  }

  /** For an upload that goes on after its tenant's quota was lowered. */
  async checkKept(tenant: string): Promise<void> {
    const kept = await keptBytes(this.queries, tenant);
    if (kept.bytes > kept.bytesMax) throw exceeded(kept, 0);
  }
}

/** Negative where bytes are given back. */
export function addBytes(tenant: string, bytes: number): SQL {
  return sql`insert into sealflow.tenant_storage (tenant, shard, bytes) values (${tenant}, ${ownShard}, ${bytes})
    on conflict (tenant, shard) do update set bytes = tenant_storage.bytes + excluded.bytes`;
}

async function lock(transaction: Transaction, tenant: string, alone: boolean): Promise<void> {
  const how = sql.raw(alone ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared');
  await transaction.execute(sql`select ${how}(${STORAGE_LOCK}, hashtext(${tenant}))`);
}

/** A statement of its own, after the lock: it sees what whoever had it before wrote. */
async function keptBytes(queries: Queries | Transaction, tenant: string): Promise<Kept> {
  const { rows } = await queries.execute<{ bytes: string; max: string | null }>(
    sql`select (select coalesce(sum(bytes), 0) from sealflow.tenant_storage where tenant = ${tenant})::text as bytes,
          (select blob_bytes_max from sealflow.tenant_quotas where tenant = ${tenant})::text as max`,
  );
  const [row] = rows;
  return {
    bytes: Number(row?.bytes ?? 0),
    bytesMax: Number(row?.max ?? limits.blobBytesPerTenantMax),
  };
}

function exceeded({ bytes, bytesMax }: Kept, more: number): ApiError {
  return new ApiError(
    'QUOTA_EXCEEDED',
    `blobBytesMax: expected at most ${bytesMax} bytes for this tenant, got ${bytes} and ${more} more: delete blobs, or ask for a larger quota`,
    { facts: { limit: 'blobBytesMax', max: String(bytesMax), actual: String(bytes + more) } },
  );
}
