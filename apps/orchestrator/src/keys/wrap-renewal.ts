import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import type { Logger } from '#telemetry';
import { Database } from '../database/database.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { Keyring, STAGING, type WrappedKey } from './keyring.js';

/** Rows that one sweep looks at, of all tenants together. */
const AT_ONCE = 500;

const LOOK_MS = 3_600_000;
/** Well after every replica looked at the key again, which is seconds after it changed. */
const SETTLED_MS = 60_000;

/** Where sealed keys of blobs stand: whose each is, and its row. Uploads that are not whole are gone in a day. */
const places = [
  { table: 'blob_tenants', owner: 'tenant' },
  { table: 'blobs', owner: 'key_owner' },
  { table: 'large_blobs', owner: 'key_owner' },
] as const;

type Place = (typeof places)[number];

interface Found extends Record<string, unknown> {
  readonly digest: string;
  readonly version: number;
  readonly wrapped: Buffer;
}

interface Wrap extends WrappedKey {
  readonly digest: string;
  readonly before: number;
}

/** How far a pass over the rows of one owner is. */
interface Pass {
  readonly newest: number;
  place: number;
  after: string;
}

/**
 * Seals the keys of blobs under the newest version of their owner's key, after a rotation: without it, whoever got hold
 * of an earlier version opens what came before the rotation for ever, and so does the sealed copy that a later backup
 * takes. It changes no bytes of a blob, and says nothing of copies that were made before.
 *
 * Each row is changed only while it is what was read, so replicas may do the same at the same time; a pass that a death
 * ends begins again.
 */
@Injectable()
export class WrapRenewal {
  readonly #passes = new Map<string, Pass>();
  /** Owners of whom nothing is left to do, until a key changes, or for an hour: a signal may have been lost. */
  readonly #done = new Set<string>();
  #doneMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly ring: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'info'>,
  ) {
    ring.onChange(() => this.#done.clear());
  }

  /** A bounded part of what is left; the next call goes on. @returns how many rows were changed */
  async sweep(rowsMax: number = AT_ONCE): Promise<number> {
    let left = rowsMax;
    let changed = 0;
    if (Math.abs(this.clock() - this.#doneMs) > LOOK_MS) {
      this.#done.clear();
      this.#doneMs = this.clock();
    }
    for (const owner of await this.ring.store.owners()) {
      if (this.#done.has(owner)) continue;
      const { version: newest, settled } = await this.#newestOf(owner);
      if (newest <= 1) {
        this.#done.add(owner);
        continue;
      }
      let pass = this.#passes.get(owner);
      if (pass?.newest !== newest) pass = { newest, place: 0, after: '' };
      this.#passes.set(owner, pass);
      while (left > 0) {
        const place = places[pass.place];
        if (place === undefined) {
          this.#passes.delete(owner);
          // Until then another replica may still seal under the version before.
          if (!settled) break;
          this.#done.add(owner);
          this.logger.info({ tenant: owner, version: newest }, 'keys of blobs are under the newest version');
          break;
        }
        const found = await this.#older(place, owner, pass, left);
        left -= found.length;
        changed += await this.#renew(place, owner, found);
        const last = found.at(-1);
        if (last === undefined) Object.assign(pass, { place: pass.place + 1, after: '' });
        else pass.after = last.digest;
      }
      if (left <= 0) return changed;
    }
    return changed;
  }

  /** 0 for who has nothing to renew: nobody, what workers sent, which is renewed by itself, and who is gone. */
  async #newestOf(owner: string): Promise<{ readonly version: number; readonly settled: boolean }> {
    const nothing = { version: 0, settled: true };
    if (owner === STAGING) return nothing;
    const { state, versions } = await this.ring.keyOf(owner);
    const newest = versions.at(-1);
    if (state === 'DESTROYED' || newest === undefined) return nothing;
    return { version: newest.version, settled: this.clock() - newest.createdMs > SETTLED_MS };
  }

  async #older(
    { table, owner: column }: Place,
    owner: string,
    { newest, after }: Pass,
    limit: number,
  ): Promise<Found[]> {
    const { rows } = await this.database.queries.execute<Found>(
      sql`select digest, key_version as version, wrapped_key as wrapped from ${sql.raw(`sealflow.${table}`)}
          where ${sql.raw(column)} = ${owner} and digest > ${after} and key_version < ${newest}
            and wrapped_key is not null
          order by digest limit ${limit}`,
    );
    return rows;
  }

  async #renew({ table, owner: column }: Place, owner: string, found: readonly Found[]): Promise<number> {
    const wraps: Wrap[] = [];
    for (const { digest, version, wrapped } of found) {
      const key = await this.#open(digest, { owner, version, wrapped });
      if (key === null) continue;
      wraps.push({ ...(await this.ring.wrap(owner, digest, key)), digest, before: version });
    }
    if (wraps.length === 0) return 0;
    const rows = wraps.map(({ digest, before, version, wrapped }) => [
      digest,
      before,
      version,
      wrapped.toString('base64'),
    ]);
    const { rowCount } = await this.database.queries.execute(
      sql`update ${sql.raw(`sealflow.${table}`)} held
          set key_version = (wrap ->> 2)::int, wrapped_key = decode(wrap ->> 3, 'base64')
          from (select wrap from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) wrap order by wrap ->> 0) wraps
          where held.digest = wrap ->> 0 and held.${sql.raw(column)} = ${owner} and held.key_version = (wrap ->> 1)::int`,
    );
    return rowCount ?? 0;
  }

  /** Null for one that opens no more: it is not for this to judge, and must not hold up the others. */
  async #open(digest: string, wrap: WrappedKey): Promise<Buffer | null> {
    try {
      return await this.ring.unwrap(digest, wrap);
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'KEY_STATE_INVALID') return null;
      throw error;
    }
  }
}
