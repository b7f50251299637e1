import { Injectable } from '@nestjs/common';
import { eq, inArray, isNull, sql } from 'drizzle-orm';
import { type Digest, digestOf } from '#canonical';
import { ApiError } from '#contracts';
import { asSystem, currentPrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import type { Segment } from '../database/blob-schema.js';
import { Database } from '../database/database.js';
import { repeatChange } from '../database/repeat-change.js';
import { blobs, blobTenants, largeBlobs } from '../database/schema.js';
import { STAGING } from '../keys/keyring.js';
import { addBytes, StorageBook } from '../quotas/storage-book.js';
import { countUsage } from '../quotas/usage-book.js';
import { BlobCache } from './blob-cache.js';
import { BlobKeys, parseWraps, wrapsOf } from './blob-keys.js';
import { contentKey, openAtRest, sealAtRest } from './blob-seal.js';

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
   * @param readSoon whether it takes the place of what was read longest ago
   * @throws ApiError KEY_STATE_INVALID
   */
  async put(
    bytes: Uint8Array,
    owner: string | typeof PUBLIC = STAGING,
    { readSoon = true }: { readonly readSoon?: boolean } = {},
  ): Promise<Digest> {
    const size = bytes.length;
    if (size > limits.smallBlobBytesMax) throw tooLarge('smallBlobBytesMax', size);
    const digest = digestOf(bytes);
    const epoch = this.#epoch;
    const data = Buffer.from(bytes);
    const tenant = currentPrincipal()?.tenant ?? null;
    if (tenant !== null) await this.#putOfCaller(tenant, digest, data);
    else if (owner === PUBLIC) await this.#putPublic(digest, data);
    // Whoever is not a tenant has it from a step, whose work is not thrown away for a moment of the database.
    else await repeatChange(() => this.#putOf(owner, digest, data));
    if (readSoon && epoch === this.#epoch) this.#cache.put(digest, data);
    return digest;
  }

  async #putOfCaller(tenant: string, digest: Digest, data: Buffer): Promise<void> {
    const key = contentKey(data);
    const { version: keyVersion, wrapped: wrappedKey } = await this.keys.ring.wrap(tenant, digest, key);
    const size = data.length;
    const row = { digest, size, ...this.atRest(digest, data) };
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
      ...this.atRest(digest, data),
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

  /** The columns of its row, under the blob's own key. */
  atRest(digest: string, data: Buffer): { readonly data: Buffer; readonly sealed: boolean } {
    return this.keys.ring.seals
      ? { data: sealAtRest(contentKey(data), digest, data), sealed: true }
      : { data, sealed: false };
  }

  async #putPublic(digest: Digest, data: Buffer): Promise<void> {
    const row = { data, sealed: false, keyVersion: PUBLIC_VERSION };
    await this.database.queries
      .insert(blobs)
      .values({ digest, size: data.length, ...row })
      .onConflictDoUpdate({ target: blobs.digest, set: row, setWhere: eq(blobs.sealed, true) });
  }

  /** What was just written and is about to be read, by the orchestrator itself. */
  keepRead(bytes: Uint8Array): void {
    this.#cache.put(digestOf(bytes), Buffer.from(bytes));
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

  /**
   * Says of several at once which of them the caller may see, so that reading them asks the database no more than it
   * has to. What became of a blob since then shows at the next call.
   */
  async seen(digests: readonly string[]): Promise<Pick<BlobStore, 'find' | 'get'>> {
    const tenant = currentPrincipal()?.tenant ?? null;
    if (tenant === null) return this;
    await this.keys.ring.requireActive(tenant);
    const visible = await this.sizes([...new Set(digests)]);
    const find = async (digest: string): Promise<Buffer | undefined> =>
      (visible.has(digest) ? this.#cache.get(digest) : undefined) ?? this.find(digest);
    return { find, get: async (digest) => present(digest, await find(digest)) };
  }

  async get(digest: string): Promise<Buffer> {
    return present(digest, await this.find(digest));
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
      return { size, data: openAtRest(key, digest, data, size) };
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

function present(digest: string, data: Buffer | undefined): Buffer {
  if (data === undefined) throw new ApiError('NOT_FOUND', `no blob ${digest}`);
  return data;
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
