import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { Logger } from '#telemetry';
import { limits } from '../config/limits.js';
import type { Segment } from '../database/blob-schema.js';
import { Database } from '../database/database.js';
import { addBytes } from '../quotas/storage-book.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { BlobFolder } from './blob-folder.js';
import { lockBlob } from './upload-book.js';

/** Of each kind in one sweep; the next one goes on. */
const AT_ONCE = 100;
/** How often files without a row are looked for; younger ones may still have their writer. */
const ORPHAN_MS = 3_600_000;

export interface Swept {
  readonly uploads: number;
  readonly blobs: number;
  readonly files: number;
}

/**
 * Takes away what nobody will ask for: uploads that nobody went on with, large blobs that are no tenant's, and files that
 * no row names, e.g. because a replica died between a row and its file. Rows go first: a row never names a file that is
 * gone. Replicas may do it at the same time.
 */
@Injectable()
export class BlobSweeper {
  #sweptMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly folder: BlobFolder,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Does nothing most of the time; made to be called often, and by nobody who waits for it. Never rejects. */
  async sweepWhenDue(): Promise<void> {
    const nowMs = this.clock();
    if (nowMs - this.#sweptMs < limits.blobSweepMs) return;
    this.#sweptMs = nowMs;
    try {
      if (!(await this.#isEmpty())) await this.sweep();
    } catch (error) {
      this.logger.warn({ err: error }, 'blobs were not swept');
    }
  }

  async sweep(): Promise<Swept> {
    const uploads = await this.#dropUploads();
    const blobs = await this.#dropBlobs();
    return { uploads, blobs, files: await this.#removeOrphans() };
  }

  /** Where no large blob ever was, the folder is not even made. */
  async #isEmpty(): Promise<boolean> {
    const { rows } = await this.database.queries.execute('select from sealflow.blob_folders');
    return rows.length === 0;
  }

  async #dropUploads(): Promise<number> {
    const dropped = await this.database.queries.transaction(async (transaction) => {
      const { rows } = await transaction.execute<{ tenant: string; size: string; segments: Segment[] }>(
        sql`delete from sealflow.blob_uploads where (digest, tenant) in (
              select digest, tenant from sealflow.blob_uploads
              where changed_at < now() - ${`${limits.uploadKeptMs} milliseconds`}::interval
              order by changed_at limit ${AT_ONCE} for update skip locked)
            returning tenant, size::text as size, segments`,
      );
      for (const { tenant, size } of rows) {
        if (tenant !== '') await transaction.execute(addBytes(tenant, -Number(size)));
      }
      return rows;
    });
    for (const { segments } of dropped) await this.#remove(segments);
    return dropped.length;
  }

  /** What a worker sent is a tenant's only once its result came, so the young ones stay. */
  async #dropBlobs(): Promise<number> {
    const { rows } = await this.database.queries.execute<{ digest: string }>(
      sql`select digest from sealflow.large_blobs
          where created_at < now() - ${`${limits.uploadKeptMs} milliseconds`}::interval
            and not exists (select from sealflow.blob_tenants held where held.digest = large_blobs.digest)
          limit ${AT_ONCE}`,
    );
    return this.dropUnowned(rows.map(({ digest }) => digest));
  }

  /** Large blobs of nobody, with their files. @returns how many there were; those that somebody has stay */
  async dropUnowned(digests: readonly string[]): Promise<number> {
    let count = 0;
    for (const digest of digests) {
      const gone = await this.database.queries.transaction(async (transaction) => {
        await lockBlob(transaction, digest);
        return transaction.execute<{ segments: Segment[] }>(
          sql`delete from sealflow.large_blobs where digest = ${digest}
                and not exists (select from sealflow.blob_tenants held where held.digest = ${digest})
              returning segments`,
        );
      });
      for (const { segments } of gone.rows) await this.#remove(segments);
      count += gone.rows.length;
    }
    return count;
  }

  async #removeOrphans(): Promise<number> {
    const nowMs = this.clock();
    if (nowMs - this.#lookedMs < ORPHAN_MS) return 0;
    this.#lookedMs = nowMs;
    let count = 0;
    for await (const { file, changedMs } of this.folder.files()) {
      if (nowMs - changedMs < ORPHAN_MS) continue;
      const digest = `sha256:${file.slice(0, 64)}`;
      const named = JSON.stringify([{ file }]);
      const { rows } = await this.database.queries.execute(
        sql`select from sealflow.large_blobs where digest = ${digest} and segments @> ${named}::jsonb
            union all select from sealflow.blob_uploads where digest = ${digest} and segments @> ${named}::jsonb`,
      );
      if (rows.length > 0) continue;
      await this.folder.remove(file);
      count += 1;
    }
    return count;
  }

  async #remove(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) await this.folder.remove(file);
  }
}
