import { Injectable } from '@nestjs/common';
import { eq, inArray, sql } from 'drizzle-orm';
import { type Digest, digestOf } from '#canonical';
import { ApiError } from '#contracts';
import { currentPrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import type { Segment } from '../database/blob-schema.js';
import { Database } from '../database/database.js';
import { blobs, blobTenants, largeBlobs, leases, runs } from '../database/schema.js';
import { addBytes, StorageBook } from '../quotas/storage-book.js';
import { countUsage, ownShard } from '../quotas/usage-book.js';
import { BlobCache } from './blob-cache.js';

/** Where the bytes of a blob are: here, or in files. */
export type BlobBytes =
  | { readonly size: number; readonly data: Buffer }
  | { readonly size: number; readonly segments: readonly Segment[] };

/**
 * Content-addressed bytes: envelopes, ciphertexts, statements, evidence packages.
 * The store can lose or withhold a blob, never change one: every reader compares the digest. In a call of a tenant it
 * shows the blobs that are that tenant's.
 */
@Injectable()
export class BlobStore {
  /** For the orchestrator itself: whether a tenant may see a blob, the database says each time. */
  readonly #cache = new BlobCache(limits.blobCacheBytesMax, limits.blobCacheMs, () => performance.now());

  constructor(private readonly database: Database) {}

  /** For a small blob. What a call of a tenant puts in counts for that tenant. */
  async put(bytes: Uint8Array): Promise<Digest> {
    const size = bytes.length;
    if (size > limits.smallBlobBytesMax) throw tooLarge('smallBlobBytesMax', size);
    const digest = digestOf(bytes);
    const row = { digest, size, data: Buffer.from(bytes) };
    const tenant = currentPrincipal()?.tenant ?? null;
    if (tenant === null) {
      await this.database.queries.insert(blobs).values(row).onConflictDoNothing();
      this.#cache.put(digest, row.data);
      return digest;
    }
    await new StorageBook(this.database.queries).within(tenant, size, async (transaction) => {
      await transaction.insert(blobs).values(row).onConflictDoNothing();
      const owned = await transaction
        .insert(blobTenants)
        .values({ digest, tenant })
        .onConflictDoNothing()
        .returning({ digest: blobTenants.digest });
      const added = owned.length * size;
      if (added > 0) await transaction.execute(addBytes(tenant, added));
      await transaction.execute(countUsage(tenant, { 'bytes.in': size, 'bytes.stored': added }));
      return { added, result: undefined };
    });
    this.#cache.put(digest, row.data);
    return digest;
  }

  /** What a worker made for a lease belongs to the tenant of the run, and counts for it, whatever its quota is. */
  async ownedByRunOf(lease: string, digests: readonly string[]): Promise<void> {
    if (digests.length === 0) return;
    await this.database.queries.execute(
      sql`with sized as (
            select held.digest, coalesce(${blobs.size}, ${largeBlobs.size}) as size
            from jsonb_array_elements_text(${JSON.stringify(digests)}::jsonb) held (digest)
            left join ${blobs} on ${blobs.digest} = held.digest
            left join ${largeBlobs} on ${largeBlobs.digest} = held.digest
          ), owned as (
            insert into ${blobTenants} (digest, tenant, of_run)
            select distinct sized.digest, ${runs.tenant}, true
            from ${leases} join ${runs} on ${runs.runId} = ${leases.runId}, sized
            where ${leases.lease} = ${lease} and sized.size is not null
            on conflict (digest, tenant) do update set of_run = true
            returning digest, tenant, xmax = 0 as is_new
          ), added as (
            select tenant, sum(size)::bigint as bytes
            from owned join (select distinct digest, size from sized) of_digest using (digest)
            where is_new group by tenant
          ), kept as (
            insert into sealflow.tenant_storage (tenant, shard, bytes) select tenant, ${ownShard}, bytes from added
            on conflict (tenant, shard) do update set bytes = tenant_storage.bytes + excluded.bytes
          )
          insert into sealflow.usage_days (tenant, day, counter, shard, amount)
          select tenant, (now() at time zone 'UTC')::date, 'bytes.stored', ${ownShard}, bytes from added
          on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount`,
    );
  }

  /**
   * A small blob, or undefined where there is none.
   *
   * @throws ApiError BLOB_TOO_LARGE for one that lies in files: nobody holds it in memory
   */
  async find(digest: string): Promise<Buffer | undefined> {
    const kept = this.#kept(digest);
    if (kept !== undefined) return kept;
    const found = await this.bytes(digest);
    if (found === undefined) return undefined;
    if ('segments' in found) throw tooLarge('smallBlobBytesMax', found.size);
    this.#cache.put(digest, found.data);
    return found.data;
  }

  async get(digest: string): Promise<Buffer> {
    const data = await this.find(digest);
    if (data === undefined) throw new ApiError('NOT_FOUND', `no blob ${digest}`);
    return data;
  }

  async bytes(digest: string): Promise<BlobBytes | undefined> {
    const [small] = await this.database.queries
      .select({ size: blobs.size, data: blobs.data })
      .from(blobs)
      .where(eq(blobs.digest, digest));
    if (small !== undefined) return small;
    const [large] = await this.database.queries
      .select({ size: largeBlobs.size, segments: largeBlobs.segments })
      .from(largeBlobs)
      .where(eq(largeBlobs.digest, digest));
    return large;
  }

  async size(digest: string): Promise<number | undefined> {
    return this.#kept(digest)?.length ?? (await this.sizes([digest])).get(digest);
  }

  async sizes(digests: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (digests.length === 0) return new Map();
    const named = [...digests];
    const rows = await this.database.queries
      .select({ digest: blobs.digest, size: sql<number>`${blobs.size}::bigint`.mapWith(Number) })
      .from(blobs)
      .where(inArray(blobs.digest, named))
      .unionAll(
        this.database.queries
          .select({ digest: largeBlobs.digest, size: sql<number>`${largeBlobs.size}`.mapWith(Number) })
          .from(largeBlobs)
          .where(inArray(largeBlobs.digest, named)),
      );
    return new Map(rows.map(({ digest, size }) => [digest, size]));
  }

  #kept(digest: string): Buffer | undefined {
    return (currentPrincipal()?.tenant ?? null) === null ? this.#cache.get(digest) : undefined;
  }
}

export function tooLarge(limit: 'smallBlobBytesMax' | 'blobBytesMax', size: number | null): ApiError {
  const max = limits[limit];
  const advice =
    limit === 'smallBlobBytesMax' ? 'a larger one is uploaded with its size, and no run reads it' : '';
  return new ApiError(
    'BLOB_TOO_LARGE',
    `blob: expected at most ${max} bytes, got ${size ?? 'more'}${advice === '' ? '' : `: ${advice}`}`,
    { facts: { limit, max: String(max), ...(size === null ? {} : { actual: String(size) }) } },
  );
}
