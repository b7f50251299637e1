import { Injectable } from '@nestjs/common';
import { eq, inArray, sql } from 'drizzle-orm';
import { type Digest, digestOf } from '#canonical';
import { ApiError } from '#contracts';
import { currentPrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { blobs, blobTenants, leases, runs } from '../database/schema.js';
import { BlobCache } from './blob-cache.js';

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

  async put(bytes: Uint8Array, queries: Queries | Transaction = this.database.queries): Promise<Digest> {
    if (bytes.length > limits.blobBytesMax) {
      throw new ApiError('BLOB_TOO_LARGE', `blob of ${bytes.length} bytes, at most ${limits.blobBytesMax}`);
    }
    const digest = digestOf(bytes);
    await queries
      .insert(blobs)
      .values({ digest, size: bytes.length, data: Buffer.from(bytes) })
      .onConflictDoNothing();
    // What is put in a transaction may be taken back.
    if (queries === this.database.queries) this.#cache.put(digest, Buffer.from(bytes));
    const tenant = currentPrincipal()?.tenant ?? null;
    if (tenant !== null) await queries.insert(blobTenants).values({ digest, tenant }).onConflictDoNothing();
    return digest;
  }

  /** What a worker made for a lease belongs to the tenant of the run. */
  async ownedByRunOf(lease: string, digests: readonly string[]): Promise<void> {
    if (digests.length === 0) return;
    await this.database.queries.execute(
      sql`insert into ${blobTenants} (digest, tenant)
          select held.digest, ${runs.tenant}
          from ${leases} join ${runs} on ${runs.runId} = ${leases.runId}, jsonb_array_elements_text(${JSON.stringify(digests)}::jsonb) held (digest)
          where ${leases.lease} = ${lease} and exists (select from ${blobs} where ${blobs.digest} = held.digest)
          on conflict do nothing`,
    );
  }

  async find(digest: string): Promise<Buffer | undefined> {
    const kept = this.#kept(digest);
    if (kept !== undefined) return kept;
    const [row] = await this.database.queries
      .select({ data: blobs.data })
      .from(blobs)
      .where(eq(blobs.digest, digest));
    if (row !== undefined) this.#cache.put(digest, row.data);
    return row?.data;
  }

  async get(digest: string): Promise<Buffer> {
    const data = await this.find(digest);
    if (data === undefined) throw new ApiError('NOT_FOUND', `no blob ${digest}`);
    return data;
  }

  async size(digest: string): Promise<number | undefined> {
    const kept = this.#kept(digest);
    if (kept !== undefined) return kept.length;
    const [row] = await this.database.queries
      .select({ size: blobs.size })
      .from(blobs)
      .where(eq(blobs.digest, digest));
    return row?.size;
  }

  async sizes(digests: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (digests.length === 0) return new Map();
    const rows = await this.database.queries
      .select({ digest: blobs.digest, size: blobs.size })
      .from(blobs)
      .where(inArray(blobs.digest, [...digests]));
    return new Map(rows.map(({ digest, size }) => [digest, size]));
  }

  #kept(digest: string): Buffer | undefined {
    return (currentPrincipal()?.tenant ?? null) === null ? this.#cache.get(digest) : undefined;
  }
}
