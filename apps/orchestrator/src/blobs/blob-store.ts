import { Injectable } from '@nestjs/common';
import { eq, inArray } from 'drizzle-orm';
import { type Digest, digestOf } from '#canonical';
import { ApiError } from '#contracts';
import { limits } from '../config/limits.js';
import { Database, type Queries, type Transaction } from '../database/database.js';
import { blobs } from '../database/schema.js';

/**
 * Content-addressed bytes: envelopes, ciphertexts, statements, evidence packages.
 * The store can lose or withhold a blob, never change one: every reader compares the digest.
 */
@Injectable()
export class BlobStore {
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
    return digest;
  }

  async find(digest: string): Promise<Buffer | undefined> {
    const [row] = await this.database.queries
      .select({ data: blobs.data })
      .from(blobs)
      .where(eq(blobs.digest, digest));
    return row?.data;
  }

  async get(digest: string): Promise<Buffer> {
    const data = await this.find(digest);
    if (data === undefined) throw new ApiError('NOT_FOUND', `no blob ${digest}`);
    return data;
  }

  async size(digest: string): Promise<number | undefined> {
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
}
