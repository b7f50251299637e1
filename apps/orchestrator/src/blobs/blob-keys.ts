import { Injectable } from '@nestjs/common';
import { type SQL, sql } from 'drizzle-orm';
import { asSystem } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { Keyring, type WrappedKey } from '../keys/keyring.js';
import { contentKey } from './blob-seal.js';

/** Keys of blobs that are on their way to a tenant: from a worker's upload to its result. */
const KEPT_MAX = 8_192;
/** Of one blob; a tenant that is destroyed leaves one that opens nothing. */
const WRAPS_MAX = 64;

/** A sealed key as JSON has it: owner, version, base64. */
type WrapText = readonly [string, number, string];

/** Keys of blobs for whoever may have them. Nobody asks here whether somebody may: the rows that name a blob say that. */
@Injectable()
export class BlobKeys {
  readonly #kept = new Map<string, Buffer>();

  constructor(
    private readonly database: Database,
    readonly ring: Keyring,
  ) {
    ring.onChange(() => this.#kept.clear());
  }

  keep(digest: string, key: Buffer): void {
    this.#kept.delete(digest);
    this.#kept.set(digest, key);
    if (this.#kept.size <= KEPT_MAX) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }

  /** The key of a small blob that is about to be stored. */
  make(digest: string, bytes: Uint8Array): Buffer {
    const key = this.#kept.get(digest) ?? contentKey(bytes);
    this.keep(digest, key);
    return key;
  }

  kept(digest: string): Buffer | undefined {
    return this.#kept.get(digest);
  }

  /** Keys of blobs that are there and sealed, or will be. One that does not open any more is left out. */
  async keysOf(digests: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const keys = new Map<string, Buffer>();
    const missing: string[] = [];
    for (const digest of digests) {
      const key = this.#kept.get(digest);
      if (key === undefined) missing.push(digest);
      else keys.set(digest, key);
    }
    if (missing.length === 0) return keys;
    const { rows } = await asSystem(() =>
      this.database.queries.execute<{
        digest: string;
        wraps: readonly WrapText[] | null;
        plain: Buffer | null;
      }>(
        sql`select digest, ${wrapsOf(sql`blob`)} as wraps, case when blob.sealed then null else blob.data end as plain
            from sealflow.blobs blob where digest = any(${sql.param(missing)}::text[])
            union all
            select digest, ${wrapsOf(sql`blob`)}, null
            from sealflow.large_blobs blob where digest = any(${sql.param(missing)}::text[])`,
      ),
    );
    for (const { digest, wraps, plain } of rows) {
      // One of before, which a sweep seals later.
      const key = plain === null ? await this.#open(digest, parseWraps(wraps)) : contentKey(plain);
      if (key !== null) keys.set(digest, key);
    }
    return keys;
  }

  /** A large blob that is there, whoever has it: its key, null where it is not sealed, and whether anybody can open it. */
  async large(digest: string): Promise<{ readonly key: Buffer | null; readonly opens: boolean } | null> {
    const { rows } = await asSystem(() =>
      this.database.queries.execute<{ sealed: boolean; wraps: readonly WrapText[] | null }>(
        sql`select segments @> '[{"sealed":true}]' as sealed, ${wrapsOf(sql`blob`)} as wraps
            from sealflow.large_blobs blob where digest = ${digest}`,
      ),
    );
    const [row] = rows;
    if (row === undefined) return null;
    if (!row.sealed) return { key: null, opens: true };
    const key = await asSystem(() => this.#open(digest, parseWraps(row.wraps)));
    return { key, opens: key !== null };
  }

  async #open(digest: string, wraps: readonly WrappedKey[]): Promise<Buffer | null> {
    if (wraps.length === 0) return null;
    return this.ring.unwrapFirst(digest, wraps).catch(() => null);
  }
}

/**
 * Sealed keys of a blob as one column: its own, then those of tenants, of which a call of a tenant is shown its own.
 *
 * @param blob row of `blobs` or `large_blobs`
 */
export function wrapsOf(blob: SQL): SQL<readonly WrapText[] | null> {
  return sql<
    readonly WrapText[] | null
  >`(select json_agg(json_build_array(owner, version, encode(wrapped, 'base64'))) from (
      select ${blob}.key_owner as owner, ${blob}.key_version as version, ${blob}.wrapped_key as wrapped
        where ${blob}.wrapped_key is not null
      union all
      (select held.tenant, held.key_version, held.wrapped_key from sealflow.blob_tenants held
        where held.digest = ${blob}.digest and held.wrapped_key is not null limit ${WRAPS_MAX})
    ) wraps)`;
}

export function parseWraps(wraps: readonly WrapText[] | null): readonly WrappedKey[] {
  return (wraps ?? []).map(([owner, version, wrapped]) => ({
    owner,
    version,
    wrapped: Buffer.from(wrapped, 'base64'),
  }));
}
