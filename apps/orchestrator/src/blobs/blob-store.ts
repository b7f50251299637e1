import { Injectable } from '@nestjs/common';
import { eq, inArray, isNull, sql } from 'drizzle-orm';
import { type Digest, digestOf } from '#canonical';
import { ApiError } from '#contracts';
import { asSystem, currentPrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import type { Segment } from '../database/blob-schema.js';
import { Database } from '../database/database.js';
import { blobs, blobTenants, largeBlobs, leases, runs } from '../database/schema.js';
import { STAGING } from '../keys/keyring.js';
import { addBytes, StorageBook } from '../quotas/storage-book.js';
import { countUsage, ownShard } from '../quotas/usage-book.js';
import { BlobCache } from './blob-cache.js';
import { BlobKeys, parseWraps, wrapsOf } from './blob-keys.js';
import { contentKey, openBlob, sealBlob } from './blob-seal.js';

/** Where the bytes of a blob are: here, or in files, with the key that opens those that are sealed. */
export type BlobBytes =
  | { readonly size: number; readonly data: Buffer }
  | { readonly size: number; readonly segments: readonly Segment[]; readonly key: Buffer | null };

/** What everybody may know, e.g. lists that vendors publish: kept as it is, under no tenant's key. */
export const PUBLIC = null;
/** Says of a row that it stays unsealed. */
const PUBLIC_VERSION = 0;

/**
 * Content-addressed bytes: envelopes, ciphertexts, statements, evidence packages.
 * The store can lose or withhold a blob, never change one: every reader compares the digest. In a call of a tenant it
 * shows the blobs that are that tenant's.
 *
 * What it keeps is sealed under a key of the blob, and that under the key of each tenant that has it, see `Keyring`:
 * with the key of the tenant, its blobs are gone from the database, its copies and the files alike.
 */
@Injectable()
export class BlobStore {
  /** For the orchestrator itself: whether a tenant may see a blob, the database says each time. */
  readonly #cache = new BlobCache(limits.blobCacheBytesMax, limits.blobCacheMs, () => performance.now());
  /** What was read before a key changed is not kept after. */
  #epoch = 0;

  constructor(
    private readonly database: Database,
    private readonly keys: BlobKeys,
  ) {
    keys.ring.onChange(() => {
      this.#epoch += 1;
      this.#cache.clear();
    });
  }

  /**
   * For a small blob. What a call of a tenant puts in counts for that tenant.
   *
   * @param owner whose it is where the orchestrator itself puts it in; what workers send is nobody's yet
   * @throws ApiError KEY_STATE_INVALID
   */
  async put(bytes: Uint8Array, owner: string | typeof PUBLIC = STAGING): Promise<Digest> {
    const size = bytes.length;
    if (size > limits.smallBlobBytesMax) throw tooLarge('smallBlobBytesMax', size);
    const digest = digestOf(bytes);
    const epoch = this.#epoch;
    const data = Buffer.from(bytes);
    const tenant = currentPrincipal()?.tenant ?? null;
    if (tenant !== null) await this.#putOfCaller(tenant, digest, data);
    else if (owner === PUBLIC) await this.#putPublic(digest, data);
    else await this.#putOf(owner, digest, data);
    if (epoch === this.#epoch) this.#cache.put(digest, data);
    return digest;
  }

  async #putOfCaller(tenant: string, digest: Digest, data: Buffer): Promise<void> {
    const key = contentKey(data);
    const { version: keyVersion, wrapped: wrappedKey } = await this.keys.ring.wrap(tenant, digest, key);
    const size = data.length;
    const row = { digest, size, ...this.#atRest(key, digest, data) };
    await new StorageBook(this.database.queries).within(tenant, size, async (transaction) => {
      await transaction.insert(blobs).values(row).onConflictDoNothing();
      const owned = await transaction
        .insert(blobTenants)
        .values({ digest, tenant, keyVersion, wrappedKey })
        .onConflictDoUpdate({
          target: [blobTenants.digest, blobTenants.tenant],
          set: { keyVersion, wrappedKey },
          setWhere: isNull(blobTenants.wrappedKey),
        })
        .returning({ isNew: sql<boolean>`xmax = 0` });
      const added = owned.some(({ isNew }) => isNew) ? size : 0;
      if (added > 0) await transaction.execute(addBytes(tenant, added));
      await transaction.execute(countUsage(tenant, { 'bytes.in': size, 'bytes.stored': added }));
      return { added, result: undefined };
    });
  }

  async #putOf(owner: string, digest: Digest, data: Buffer): Promise<void> {
    const key = contentKey(data);
    const isKnown = this.keys.kept(digest) !== undefined;
    const { version: keyVersion, wrapped: wrappedKey } = await this.keys.ring.wrap(owner, digest, key);
    const wrap = { keyOwner: owner, keyVersion, wrappedKey };
    const insert = this.database.queries.insert(blobs).values({
      digest,
      size: data.length,
      ...this.#atRest(key, digest, data),
      ...(this.keys.ring.seals ? wrap : {}),
    });
    // Most blobs come once; the rest is sent again and again, as evidence is, and its row need not be locked each time.
    if (isKnown || !this.keys.ring.seals) await insert.onConflictDoNothing();
    else {
      const isOlder = sql`${blobs.keyOwner} is null or ${blobs.keyOwner} = ${STAGING}`;
      await insert.onConflictDoUpdate({ target: blobs.digest, set: wrap, setWhere: isOlder });
    }
    this.keys.keep(digest, key);
  }

  #atRest(key: Buffer, digest: Digest, data: Buffer): { readonly data: Buffer; readonly sealed: boolean } {
    return this.keys.ring.seals
      ? { data: sealBlob(key, digest, data), sealed: true }
      : { data, sealed: false };
  }

  async #putPublic(digest: Digest, data: Buffer): Promise<void> {
    const row = { data, sealed: false, keyVersion: PUBLIC_VERSION };
    await this.database.queries
      .insert(blobs)
      .values({ digest, size: data.length, ...row })
      .onConflictDoUpdate({ target: blobs.digest, set: row, setWhere: eq(blobs.sealed, true) });
  }

  /** What a worker made for a lease belongs to the tenant of the run, and counts for it, whatever its quota is. */
  async ownedByRunOf(lease: string, digests: readonly string[]): Promise<void> {
    if (digests.length === 0) return;
    const named = [...new Set(digests)];
    const [tenant, keys] = await Promise.all([this.#tenantOf(lease), this.keys.keysOf(named)]);
    if (tenant === null) return;
    const held: (readonly [string, number | null, string | null])[] = [];
    for (const digest of named) {
      const key = keys.get(digest);
      const wrap = key === undefined ? null : await this.keys.ring.wrap(tenant, digest, key);
      held.push([digest, wrap?.version ?? null, wrap?.wrapped.toString('base64') ?? null]);
    }
    await this.database.queries.execute(
      sql`with sized as (
            select held ->> 0 as digest, coalesce(${blobs.size}, ${largeBlobs.size}) as size,
              (held ->> 1)::int as key_version, decode(held ->> 2, 'base64') as wrapped_key
            from jsonb_array_elements(${JSON.stringify(held)}::jsonb) held
            left join ${blobs} on ${blobs.digest} = held ->> 0
            left join ${largeBlobs} on ${largeBlobs.digest} = held ->> 0
          ), owned as (
            insert into ${blobTenants} (digest, tenant, of_run, key_version, wrapped_key)
            select digest, ${tenant}, true, key_version, wrapped_key from sized
            where size is not null and not exists (
              select from ${blobTenants} held where held.digest = sized.digest and held.tenant = ${tenant}
                and held.of_run and (held.wrapped_key is not null or sized.wrapped_key is null))
            -- Results name the same evidence: who waits for a row of another waits in one order.
            order by digest
            on conflict (digest, tenant) do update set of_run = true,
              key_version = coalesce(blob_tenants.key_version, excluded.key_version),
              wrapped_key = coalesce(blob_tenants.wrapped_key, excluded.wrapped_key)
            returning digest, tenant, xmax = 0 as is_new
          ), added as (
            select tenant, sum(size)::bigint as bytes
            from owned join sized using (digest) where is_new group by tenant
          ), kept as (
            insert into sealflow.tenant_storage (tenant, shard, bytes) select tenant, ${ownShard}, bytes from added
            on conflict (tenant, shard) do update set bytes = tenant_storage.bytes + excluded.bytes
          )
          insert into sealflow.usage_days (tenant, day, counter, shard, amount)
          select tenant, (now() at time zone 'UTC')::date, 'bytes.stored', ${ownShard}, bytes from added
          on conflict (tenant, day, counter, shard) do update set amount = usage_days.amount + excluded.amount`,
    );
  }

  async #tenantOf(lease: string): Promise<string | null> {
    const { rows } = await this.database.queries.execute<{ tenant: string }>(
      sql`select ${runs.tenant} from ${leases} join ${runs} on ${runs.runId} = ${leases.runId}
          where ${leases.lease} = ${lease}`,
    );
    return rows[0]?.tenant ?? null;
  }

  /**
   * A small blob, or undefined where there is none.
   *
   * @throws ApiError BLOB_TOO_LARGE for one that lies in files: nobody holds it in memory
   */
  async find(digest: string): Promise<Buffer | undefined> {
    const kept = this.#kept(digest);
    if (kept !== undefined) return kept;
    const epoch = this.#epoch;
    const found = await this.bytes(digest);
    if (found === undefined) return undefined;
    if ('segments' in found) throw tooLarge('smallBlobBytesMax', found.size);
    if (epoch === this.#epoch) this.#cache.put(digest, found.data);
    return found.data;
  }

  async get(digest: string): Promise<Buffer> {
    const data = await this.find(digest);
    if (data === undefined) throw new ApiError('NOT_FOUND', `no blob ${digest}`);
    return data;
  }

  /** For a call of a tenant, what the orchestrator keeps about the tenant's runs and shows in its own way. */
  async getFor(tenant: string, digest: string): Promise<Buffer> {
    await this.keys.ring.requireActive(tenant);
    return asSystem(() => this.get(digest));
  }

  /** @throws ApiError KEY_STATE_INVALID where the keys that open it are suspended or destroyed */
  async bytes(digest: string): Promise<BlobBytes | undefined> {
    const tenant = currentPrincipal()?.tenant ?? null;
    const [small] = await this.database.queries
      .select({ size: blobs.size, data: blobs.data, sealed: blobs.sealed, wraps: wrapsOf(sql`${blobs}`) })
      .from(blobs)
      .where(eq(blobs.digest, digest));
    if (small !== undefined) {
      if (tenant !== null) await this.keys.ring.requireActive(tenant);
      const { size, data } = small;
      if (!small.sealed) return { size, data };
      const key = await this.keys.ring.unwrapFirst(digest, parseWraps(small.wraps));
      return { size, data: openBlob(key, digest, data) };
    }
    const [large] = await this.database.queries
      .select({ size: largeBlobs.size, segments: largeBlobs.segments, wraps: wrapsOf(sql`${largeBlobs}`) })
      .from(largeBlobs)
      .where(eq(largeBlobs.digest, digest));
    if (large === undefined) return undefined;
    if (tenant !== null) await this.keys.ring.requireActive(tenant);
    const { size, segments } = large;
    const isSealed = segments.some(({ sealed }) => sealed === true);
    const key = isSealed ? await this.keys.ring.unwrapFirst(digest, parseWraps(large.wraps)) : null;
    return { size, segments, key };
  }

  async size(digest: string): Promise<number | undefined> {
    return this.#kept(digest)?.length ?? (await this.sizes([digest])).get(digest);
  }

  /** For whoever would send a blob: one that nobody can open any more is not there. */
  async readableSize(digest: string): Promise<number | undefined> {
    const size = await this.size(digest);
    if (size === undefined || size <= limits.smallBlobBytesMax) return size;
    const tenant = currentPrincipal()?.tenant ?? null;
    if (tenant !== null) await this.keys.ring.requireActive(tenant);
    return (await this.keys.large(digest))?.opens === true ? size : undefined;
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
