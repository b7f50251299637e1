import { Injectable } from '@nestjs/common';
import { type SQL, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { Database } from '../database/database.js';
import { addBytes } from '../quotas/storage-book.js';
import { countUsage } from '../quotas/usage-book.js';
import { BlobFolder } from './blob-folder.js';
import { UploadBook } from './upload-book.js';

export interface ListedBlob {
  readonly digest: string;
  readonly size: number;
  readonly committed: number;
  readonly complete: boolean;
  readonly createdAt: Date;
}

/** What a tenant has: whole blobs and uploads, to look at and to take away. */
@Injectable()
export class BlobList {
  constructor(
    private readonly database: Database,
    private readonly uploads: UploadBook,
    private readonly folder: BlobFolder,
  ) {}

  /** By digest. @param after a digest, exclusive */
  async blobs(tenant: string, after: string, count: number): Promise<ListedBlob[]> {
    return this.#read(
      sql`select held.digest, coalesce(small.size, large.size)::text as size,
            coalesce(small.size, large.size)::text as committed, true as complete,
            coalesce(small.created_at, large.created_at) as created_at
          from sealflow.blob_tenants held left join sealflow.blobs small using (digest)
            left join sealflow.large_blobs large using (digest)
          where held.tenant = ${tenant} and held.digest > ${after}
            and coalesce(small.size, large.size) is not null
          order by held.digest limit ${count}`,
    );
  }

  async unfinished(tenant: string, after: string, count: number): Promise<ListedBlob[]> {
    return this.#read(
      sql`select digest, size::text as size, committed::text as committed, false as complete, created_at
          from sealflow.blob_uploads where tenant = ${tenant} and digest > ${after}
          order by digest limit ${count}`,
    );
  }

  /** Gives an upload up, or takes the blob from its tenant. Bytes that nobody has any more go with the next sweep. */
  async remove(tenant: string, digest: string): Promise<void> {
    const segments = await this.uploads.drop(tenant, digest);
    for (const { file } of segments ?? []) await this.folder.remove(file);
    if (!(await this.#disown(tenant, digest)) && segments === null) {
      throw new ApiError('NOT_FOUND', `no blob ${digest}`);
    }
  }

  async #disown(tenant: string, digest: string): Promise<boolean> {
    return this.database.queries.transaction(async (transaction) => {
      const { rows } = await transaction.execute<{ size: string | null; used: boolean }>(
        sql`select held.of_run or ${namedBy(tenant, digest)} as used,
              coalesce((select size from sealflow.blobs where digest = ${digest}),
                (select size from sealflow.large_blobs where digest = ${digest}))::text as size
            from sealflow.blob_tenants held where held.tenant = ${tenant} and held.digest = ${digest} for update`,
      );
      const [row] = rows;
      if (row === undefined) return false;
      if (row.used) {
        throw new ApiError(
          'BLOB_IN_USE',
          `blob ${digest}: expected one that no run and no plan names, got one of a run or a plan: it goes when they do`,
        );
      }
      const size = Number(row.size ?? 0);
      await transaction.execute(
        sql`delete from sealflow.blob_tenants where tenant = ${tenant} and digest = ${digest}`,
      );
      await transaction.execute(addBytes(tenant, -size));
      await transaction.execute(countUsage(tenant, { 'bytes.stored': -size }));
      return true;
    });
  }

  async #read(query: SQL): Promise<ListedBlob[]> {
    const { rows } = await this.database.queries.execute<Record<string, unknown>>(query);
    return rows.map((row) => ({
      digest: String(row['digest']),
      size: Number(row['size']),
      committed: Number(row['committed']),
      complete: row['complete'] === true,
      createdAt: new Date(String(row['created_at'])),
    }));
  }
}

/** What a run made is marked; this is what it was made of. */
function namedBy(tenant: string, digest: string): SQL {
  return sql`(exists (
      select from sealflow.runs where tenant = ${tenant} and (policy = ${digest} or bundle = ${digest}
        or strpos(inputs::text, ${digest}) > 0 or strpos(offers::text, ${digest}) > 0))
    or exists (select from sealflow.plans where tenant = ${tenant} and signed_plan = ${digest}))`;
}
