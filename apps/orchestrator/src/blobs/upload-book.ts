import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { limits } from '../config/limits.js';
import type { Segment } from '../database/blob-schema.js';
import { Database, type Transaction } from '../database/database.js';
import { blobTenants, blobUploads, largeBlobs } from '../database/schema.js';
import { KEY_BYTES } from '../keys/aead.js';
import { STAGING } from '../keys/keyring.js';
import { addBytes, StorageBook } from '../quotas/storage-book.js';
import { countUsage } from '../quotas/usage-book.js';
import { invalidField } from '../request-fields.js';
import { BlobKeys } from './blob-keys.js';

/** First half of an advisory lock; the second is the digest of a large blob that comes or goes. */
export const BLOB_LOCK = 7_230_016;

/** Files of one upload: as often may it break and go on. */
const SEGMENTS_MAX = 1_000;

/** One writer's hold on an upload, until somebody else goes on with it. */
export interface Upload {
  /** The tenant; empty for the workers of the platform. */
  readonly owner: string;
  readonly digest: string;
  readonly size: number;
  readonly generation: number;
  readonly committed: number;
  readonly segments: readonly Segment[];
  /** Under which its files are sealed. */
  readonly key: Buffer;
  /** Whether the file that is written now is sealed. */
  readonly seals: boolean;
}

export type UploadStatus = Pick<Upload, 'size' | 'committed'>;

/**
 * Uploads that are not whole, in the database: any replica goes on with one. What a row says is kept lies on the disk.
 * A writer is fenced by its generation: one that was taken over, or froze meanwhile, changes nothing any more.
 */
@Injectable()
export class UploadBook {
  constructor(
    private readonly database: Database,
    private readonly keys: BlobKeys,
  ) {}

  async status(owner: string, digest: string): Promise<UploadStatus | undefined> {
    const [row] = await this.database.queries
      .select({ size: blobUploads.size, committed: blobUploads.committed })
      .from(blobUploads)
      .where(this.#of(owner, digest));
    return row;
  }

  /** Makes the caller the writer. The bytes of the whole are counted from now on. */
  async begin(owner: string, digest: string, size: number, offset: number): Promise<Upload> {
    const known = await this.status(owner, digest);
    if (known === undefined) {
      if (offset !== 0) throw wrongOffset(0, offset);
      await this.#announce(owner, digest, size);
    }
    return this.database.queries.transaction(async (transaction) => {
      const [row] = await transaction.select().from(blobUploads).where(this.#of(owner, digest)).for('update');
      // It became whole, or was given up, in this moment.
      if (row === undefined) throw takenOver(digest);
      if (row.size !== size) {
        throw invalidField('size', `the ${row.size} bytes that the upload began with`, String(size));
      }
      if (row.committed !== offset) throw wrongOffset(row.committed, offset);
      const segments = row.segments.filter((segment) => segment.size > 0);
      if (segments.length >= SEGMENTS_MAX) {
        throw new ApiError(
          'LIMIT_EXCEEDED',
          `upload ${digest}: expected one that goes on at most ${SEGMENTS_MAX} times: delete it and begin again`,
          { facts: { limit: 'segmentsMax', max: String(SEGMENTS_MAX), actual: String(segments.length) } },
        );
      }
      const generation = row.generation + 1;
      const key = await this.#keyOf(owner, row);
      const { version: keyVersion, wrapped: wrappedKey } = await this.keys.ring.wrap(owner, digest, key);
      await transaction
        .update(blobUploads)
        .set({ generation, segments, keyVersion, wrappedKey, changedAt: sql`now()` as never })
        .where(this.#of(owner, digest));
      return { ...row, owner, generation, segments, key, seals: this.keys.ring.seals };
    });
  }

  /** One that began before files were sealed gets its key now; its earlier files stay as they are. */
  async #keyOf(owner: string, row: typeof blobUploads.$inferSelect): Promise<Buffer> {
    const { digest, keyVersion: version, wrappedKey: wrapped } = row;
    if (version === null || wrapped === null) return randomBytes(KEY_BYTES);
    return this.keys.ring.unwrapFirst(digest, [{ owner, version, wrapped }]);
  }

  /**
   * Says that bytes are kept; they are on the disk by then.
   *
   * @param segments of the whole
   * @throws ApiError UPLOAD_TAKEN_OVER, QUOTA_EXCEEDED
   */
  async advance(upload: Upload, segments: readonly Segment[], received: number): Promise<void> {
    await this.database.queries.transaction(async (transaction) => {
      const changed = await transaction
        .update(blobUploads)
        .set({ segments, committed: bytesOf(segments), changedAt: sql`now()` as never })
        .where(this.#held(upload))
        .returning({ generation: blobUploads.generation });
      if (changed.length === 0) throw takenOver(upload.digest);
      if (upload.owner === '') return;
      await transaction.execute(countUsage(upload.owner, { 'bytes.in': received }));
    });
    if (upload.owner !== '') await new StorageBook(this.database.queries).checkKept(upload.owner);
  }

  /** Names the file before it is there, so that nobody takes it for one that was left behind. */
  async addFile(upload: Upload, file: string): Promise<void> {
    const changed = await this.database.queries
      .update(blobUploads)
      .set({ segments: [...upload.segments, { file, size: 0 }] })
      .where(this.#held(upload))
      .returning({ generation: blobUploads.generation });
    if (changed.length === 0) throw takenOver(upload.digest);
  }

  /**
   * Makes a blob of an upload whose bytes are on the disk and have the digest.
   *
   * @returns whether these files are the blob; false where another tenant sent the same bytes before, which still open
   */
  async finish(upload: Upload, segments: readonly Segment[], received: number): Promise<boolean> {
    const { owner, digest, size } = upload;
    return this.database.queries.transaction(async (transaction) => {
      await lockBlob(transaction, digest);
      const gone = await transaction
        .delete(blobUploads)
        .where(this.#held(upload))
        .returning({ generation: blobUploads.generation });
      if (gone.length === 0) throw takenOver(digest);
      // Under the lock nobody else makes it, or takes it away.
      const there = await this.keys.large(digest);
      const isKept = there === null || !there.opens;
      const key = isKept ? upload.key : there.key;
      const wrap = key === null ? null : await this.keys.ring.wrap(owner, digest, key);
      const sealedKey = { keyVersion: wrap?.version ?? null, wrappedKey: wrap?.wrapped ?? null };
      const ownKey = owner === STAGING ? { keyOwner: STAGING, ...sealedKey } : {};
      if (owner !== '') {
        const owned = await transaction
          .insert(blobTenants)
          .values({ digest, tenant: owner, ...sealedKey })
          .onConflictDoUpdate({ target: [blobTenants.digest, blobTenants.tenant], set: sealedKey })
          .returning({ isNew: sql<boolean>`xmax = 0` });
        const isNew = owned.some((row) => row.isNew);
        // A run of the tenant made the same bytes meanwhile: they count once.
        if (!isNew) await transaction.execute(addBytes(owner, -size));
        const stored = isNew ? size : 0;
        await transaction.execute(countUsage(owner, { 'bytes.in': received, 'bytes.stored': stored }));
      }
      if (there === null) {
        // No `returning` here: a caller is shown what is its own, and this it is by now.
        await transaction.insert(largeBlobs).values({ digest, size, segments: [...segments], ...ownKey });
      } else if (isKept) {
        // Nobody opens what is there: these files take its place, and a sweep takes those.
        await transaction
          .update(largeBlobs)
          .set({ segments: [...segments], keyOwner: null, keyVersion: null, wrappedKey: null, ...ownKey })
          .where(eq(largeBlobs.digest, digest));
      } else if (owner === STAGING) {
        await transaction.update(largeBlobs).set(ownKey).where(eq(largeBlobs.digest, digest));
      }
      return isKept;
    });
  }

  /** Gives an upload up. @returns its files, or null where there is none */
  async drop(owner: string, digest: string, generation?: number): Promise<readonly Segment[] | null> {
    return this.database.queries.transaction(async (transaction) => {
      const [row] = await transaction
        .delete(blobUploads)
        .where(
          and(
            this.#of(owner, digest),
            generation === undefined ? undefined : eq(blobUploads.generation, generation),
          ),
        )
        .returning();
      if (row === undefined) return null;
      if (owner !== '') await transaction.execute(addBytes(owner, -row.size));
      return row.segments;
    });
  }

  async #announce(owner: string, digest: string, size: number): Promise<void> {
    const key = await this.keys.ring.wrap(owner, digest, randomBytes(KEY_BYTES));
    const sealedKey = { keyVersion: key.version, wrappedKey: key.wrapped };
    const insert = async (transaction: Transaction) => {
      const begun = await transaction
        .insert(blobUploads)
        .values({ digest, tenant: owner, size, generation: 0, committed: 0, segments: [], ...sealedKey })
        .onConflictDoNothing()
        .returning({ size: blobUploads.size });
      if (begun.length === 0 || owner === '') return { added: 0, result: undefined };
      await this.#checkOpen(transaction, owner);
      await transaction.execute(addBytes(owner, size));
      return { added: size, result: undefined };
    };
    if (owner === '') await this.database.queries.transaction(insert);
    else await new StorageBook(this.database.queries).within(owner, size, insert, true);
  }

  async #checkOpen(transaction: Transaction, owner: string): Promise<void> {
    const max = limits.openUploadsPerTenantMax;
    const open = await transaction.$count(blobUploads, eq(blobUploads.tenant, owner));
    if (open <= max) return;
    throw new ApiError(
      'QUOTA_EXCEEDED',
      `openUploadsPerTenantMax: expected at most ${max} uploads that are not whole, got ${open}: finish or delete one`,
      { facts: { limit: 'openUploadsPerTenantMax', max: String(max), actual: String(open) } },
    );
  }

  #of(owner: string, digest: string) {
    return and(eq(blobUploads.tenant, owner), eq(blobUploads.digest, digest));
  }

  #held({ owner, digest, generation }: Upload) {
    return and(this.#of(owner, digest), eq(blobUploads.generation, generation));
  }
}

/** For a transaction in which a large blob comes or goes: two of them would not see each other's rows. */
export async function lockBlob(transaction: Transaction, digest: string): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(${BLOB_LOCK}, hashtext(${digest}))`);
}

export function bytesOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { size }) => sum + size, 0);
}

export function wrongOffset(committed: number, offset: number): ApiError {
  return new ApiError(
    'BLOB_OFFSET_MISMATCH',
    `offset: expected ${committed}, where the kept bytes end, got ${offset}`,
    { facts: { committed: String(committed) } },
  );
}

function takenOver(digest: string): ApiError {
  return new ApiError(
    'UPLOAD_TAKEN_OVER',
    `upload ${digest}: somebody else goes on with it, made it whole or gave it up: ask QueryWriteStatus`,
  );
}
