import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type SQL, sql } from 'drizzle-orm';
import { limits } from '../config/limits.js';
import { Database, type Transaction } from '../database/database.js';
import { ReplicaSignals } from '../replicas/replica-signals.js';
import { CLOCK, type Clock } from '../tokens.js';
import { lockKey } from './key-lock.js';
import { rotated, withoutVersions } from './key-states.js';
import { Keyring, STAGING } from './keyring.js';

/** Rows that get a new key at a time. */
const AT_ONCE = 500;

/** What is sealed under this key: rows of a table that name nobody else who opens them. */
const places: readonly { readonly table: SQL; readonly where: SQL }[] = [
  {
    table: sql`sealflow.blobs`,
    where: sql`place.key_owner = '' and ${isYoung(sql`created_at`)} and ${isUnbound()}`,
  },
  {
    table: sql`sealflow.large_blobs`,
    where: sql`place.key_owner = '' and ${isYoung(sql`created_at`)} and ${isUnbound()}`,
  },
  { table: sql`sealflow.blob_uploads`, where: sql`place.tenant = ''` },
];

/**
 * The key of what workers sent, from its upload to the result that says whose it is. Nothing says whose a leftover of a
 * failed attempt is, so this key is a short one: a version seals for a day, and is destroyed soon after. A copy of the
 * database from between an upload and its result is then as unreadable as one from after it.
 */
@Injectable()
export class StagingKeys {
  constructor(
    private readonly database: Database,
    private readonly ring: Keyring,
    private readonly signals: Pick<ReplicaSignals, 'send'>,
    @Inject(CLOCK) private readonly clock: Clock,
    /** After which no replica seals under a version that was retired. */
    private readonly heldMs: number = limits.keyHeldMs + 1_000,
  ) {}

  /** Whether the version that seals has done so for a day. */
  async isDue(): Promise<boolean> {
    const key = await this.ring.store.read(STAGING);
    const newest = key?.versions.at(-1);
    if (key === null || newest === undefined) return false;
    return (
      this.clock() - newest.createdMs >= limits.uploadKeptMs ||
      key.versions.some((version) => version !== newest && version.key !== null)
    );
  }

  /** Nothing that was staged until now opens after, but for what still waits for its result. */
  async retire(): Promise<void> {
    const newest = await this.#rotate();
    // Another replica may still seal under the one before, as long as it holds what it read.
    await sleep(this.heldMs);
    for (const place of places) {
      while ((await this.#rewrap(newest, place)) === AT_ONCE);
    }
    await this.#destroyBefore(newest);
  }

  async #rotate(): Promise<number> {
    return this.database.queries.transaction(async (transaction) => {
      await lockKey(transaction, STAGING);
      const next = rotated(await this.ring.freshKeyOf(STAGING), this.clock());
      await this.ring.store.replace(next);
      this.#tell();
      return next.versions.at(-1)?.version ?? 0;
    });
  }

  async #rewrap(
    newest: number,
    { table, where }: { readonly table: SQL; readonly where: SQL },
  ): Promise<number> {
    return this.database.queries.transaction(async (transaction) => {
      const { rows } = await transaction.execute<{ digest: string; version: number; wrapped: Buffer }>(
        sql`select place.digest, place.key_version as version, place.wrapped_key as wrapped from ${table} place
            where ${where} and place.wrapped_key is not null and place.key_version < ${newest}
            limit ${AT_ONCE} for update of place`,
      );
      for (const { digest, version, wrapped } of rows) {
        const key = await this.ring.unwrap(digest, { owner: STAGING, version, wrapped });
        const next = key === null ? null : await this.ring.wrap(STAGING, digest, key);
        await setKey(transaction, { table, where }, digest, next);
      }
      return rows.length;
    });
  }

  async #destroyBefore(newest: number): Promise<void> {
    await this.database.queries.transaction(async (transaction) => {
      await lockKey(transaction, STAGING);
      const key = await this.ring.freshKeyOf(STAGING);
      await this.ring.store.replace(withoutVersions(key, this.clock(), ({ version }) => version < newest));
    });
    this.#tell();
  }

  #tell(): void {
    this.ring.forget();
    this.signals.send('keys staging');
  }
}

async function setKey(
  transaction: Transaction,
  { table, where }: { readonly table: SQL; readonly where: SQL },
  digest: string,
  next: { readonly version: number; readonly wrapped: Buffer } | null,
): Promise<void> {
  await transaction.execute(
    sql`update ${table} place set key_version = ${next?.version ?? null}, wrapped_key = ${next?.wrapped ?? null}
        where place.digest = ${digest} and ${where}`,
  );
}

function isYoung(createdAt: SQL): SQL {
  return sql`place.${createdAt} > now() - ${`${limits.uploadKeptMs} milliseconds`}::interval`;
}

function isUnbound(): SQL {
  return sql`not exists (
    select from sealflow.blob_tenants held where held.digest = place.digest and held.wrapped_key is not null)`;
}
