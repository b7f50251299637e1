import { Injectable } from '@nestjs/common';
import { type SQL, sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { Database, type Transaction } from '../database/database.js';
import { Keyring, type WrappedKey } from '../keys/keyring.js';
import { contentKey, sealBlob } from './blob-seal.js';

const AT_ONCE = 200;

/**
 * Seals rows of earlier releases, which kept blobs as they came. Each gets the keys of those whose it is: tenants that
 * sent it, and the tenant of a run that it is the bundle of. What is nobody's stays as it is.
 */
@Injectable()
export class PlainBlobs {
  constructor(
    private readonly database: Database,
    private readonly ring: Keyring,
  ) {}

  /** @returns how many rows were looked at; fewer than before means that there are no more */
  async seal(tenant: string | null = null): Promise<number> {
    const { rows } = await this.database.queries.execute<{ digest: string }>(
      sql`select digest from sealflow.blobs
          where not sealed and key_version is null ${tenant === null ? sql`` : sql`and ${isOf(tenant)}`} limit ${AT_ONCE}`,
    );
    const digests = rows.map(({ digest }) => digest);
    if (digests.length === 0) return 0;
    const ofRuns = await this.#tenantsOfBundles(digests);
    for (const digest of digests) await this.#sealOne(digest, ofRuns.get(digest) ?? null);
    return digests.length;
  }

  /** Everything of one tenant. */
  async sealAll(tenant: string): Promise<void> {
    while ((await this.seal(tenant)) > 0);
  }

  async #tenantsOfBundles(digests: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.database.queries.execute<{ digest: string; tenant: string }>(
      sql`select named.digest, run.tenant from sealflow.runs run, lateral (
            select run.bundle as digest union select run.pending_bundle union select run.pending_leaf
            union select jsonb_array_elements_text(coalesce(run.earlier_bundles, '[]') || coalesce(run.replaced_bundles, '[]'))
          ) named where named.digest in (select jsonb_array_elements_text(${JSON.stringify(digests)}::jsonb))`,
    );
    return new Map(rows.map(({ digest, tenant }) => [digest, tenant]));
  }

  async #sealOne(digest: string, ofRun: string | null): Promise<void> {
    await this.database.queries.transaction(async (transaction) => {
      const { rows } = await transaction.execute<{ data: Buffer }>(
        sql`select data from sealflow.blobs where digest = ${digest} and not sealed and key_version is null for update`,
      );
      const [row] = rows;
      if (row === undefined) return;
      const held = await transaction.execute<{ tenant: string }>(
        sql`select tenant from sealflow.blob_tenants where digest = ${digest} for update`,
      );
      if (ofRun === null && held.rows.length === 0) {
        await transaction.execute(sql`update sealflow.blobs set key_version = 0 where digest = ${digest}`);
        return;
      }
      const key = contentKey(row.data);
      for (const { tenant } of held.rows) await this.#hold(transaction, tenant, digest, key);
      const own = ofRun === null ? null : await this.#wrap(ofRun, digest, key);
      await transaction.execute(
        sql`update sealflow.blobs set data = ${sealBlob(key, digest, row.data)}, sealed = true, key_owner = ${own?.owner ?? null},
              key_version = ${own?.version ?? null}, wrapped_key = ${own?.wrapped ?? null} where digest = ${digest}`,
      );
    });
  }

  async #hold(transaction: Transaction, tenant: string, digest: string, key: Buffer): Promise<void> {
    const wrap = await this.#wrap(tenant, digest, key);
    if (wrap === null) return;
    await transaction.execute(
      sql`update sealflow.blob_tenants set key_version = ${wrap.version}, wrapped_key = ${wrap.wrapped}
          where digest = ${digest} and tenant = ${tenant} and wrapped_key is null`,
    );
  }

  /** Null for a tenant whose key is destroyed: what was only its own opens for nobody then. */
  async #wrap(tenant: string, digest: string, key: Buffer): Promise<WrappedKey | null> {
    try {
      return await this.ring.wrap(tenant, digest, key);
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'KEY_STATE_INVALID') return null;
      throw error;
    }
  }
}

function isOf(tenant: string): SQL {
  return sql`(exists (select from sealflow.blob_tenants held where held.digest = blobs.digest and held.tenant = ${tenant})
    or exists (select from sealflow.runs run where run.tenant = ${tenant} and (blobs.digest in (run.bundle, run.pending_bundle,
      run.pending_leaf) or run.earlier_bundles @> to_jsonb(blobs.digest) or run.replaced_bundles @> to_jsonb(blobs.digest))))`;
}
