import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { asSystem, currentPrincipal } from '../auth/call-context.js';
import type { Config } from '../config/config.js';
import { limits } from '../config/limits.js';
import { Database } from '../database/database.js';
import { CLOCK, type Clock, CONFIG, KEY_STORE } from '../tokens.js';
import { NONCE_BYTES, openBytes, sealBytes } from './aead.js';
import { KeyStoreError, type TenantKey, type TenantKeyStore } from './tenant-key-store.js';

/** Whose key it is that holds what workers sent and no result has named yet. */
export const STAGING = '';

/** The key of one blob as a row has it: sealed under a version of its owner's key. */
export interface WrappedKey {
  readonly owner: string;
  readonly version: number;
  readonly wrapped: Buffer;
}

interface Held {
  readonly key: TenantKey;
  readonly untilMs: number;
}

/**
 * The keys of tenants as this replica has them in memory, no longer than a few seconds without looking whether they are
 * still to be used: a replica that hears nothing forgets a destroyed key all the same.
 */
@Injectable()
export class Keyring {
  readonly #held = new Map<string, Held>();
  readonly #listeners: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    @Inject(KEY_STORE) readonly store: TenantKeyStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'sealBlobs'> = { sealBlobs: true },
  ) {}

  /** Whether what comes now is sealed; a release that opens nothing sealed may serve beside this one. */
  get seals(): boolean {
    return this.config.sealBlobs;
  }

  /** Called whenever a key changed: what was opened with it is to be forgotten. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Looks at the store at the next use. */
  forget(): void {
    this.#held.clear();
    this.#changed();
  }

  /** Whether keys that are held are still what the store has. Rejects while the store is away, and then none is held. */
  async look(): Promise<void> {
    for (const owner of [...this.#held.keys()]) {
      try {
        await this.#read(owner);
      } catch (error) {
        this.forget();
        throw error;
      }
    }
  }

  /** For a call of a tenant, before it gets anything of the tenant's. */
  async requireActive(tenant: string): Promise<void> {
    const { state } = await this.keyOf(tenant);
    if (state !== 'ACTIVE') throw keyState(tenant, state);
  }

  async wrap(owner: string, digest: string, blobKey: Buffer): Promise<WrappedKey> {
    const key = await this.#usable(owner);
    const newest = key.versions.at(-1);
    if (newest === undefined || newest.key === null) throw keyState(owner, key.state);
    const nonce = randomBytes(NONCE_BYTES);
    const sealed = sealBytes(newest.key, nonce, about(owner, digest), blobKey);
    return { owner, version: newest.version, wrapped: Buffer.concat([nonce, sealed]) };
  }

  /** Null where the version was destroyed. @throws ApiError KEY_STATE_INVALID where the key may not be used now */
  async unwrap(digest: string, { owner, version, wrapped }: WrappedKey): Promise<Buffer | null> {
    const key = await this.#usable(owner);
    const found = key.versions.find((candidate) => candidate.version === version);
    if (found === undefined || found.key === null) return null;
    const opened = openWrapped(key, digest, { owner, version, wrapped });
    if (opened !== null) return opened;
    throw new ApiError('KEY_STATE_INVALID', `blob ${digest}: its key does not open under ${nameOf(owner)}`, {
      facts: { state: 'FOREIGN' },
    });
  }

  /** The first of several that opens. @throws ApiError KEY_STATE_INVALID where none does */
  async unwrapFirst(digest: string, wraps: readonly WrappedKey[]): Promise<Buffer> {
    let refusal: unknown = null;
    for (const wrap of wraps) {
      try {
        const key = await this.unwrap(digest, wrap);
        if (key !== null) return key;
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'KEY_STATE_INVALID') throw error;
        refusal ??= error;
      }
    }
    throw (
      refusal ??
      new ApiError(
        'KEY_STATE_INVALID',
        `blob ${digest}: expected a key that opens it, got none: it was destroyed`,
        {
          facts: { state: 'DESTROYED' },
        },
      )
    );
  }

  /** As it is in the store now, or was a few seconds ago; made where the owner never had one. */
  async keyOf(owner: string): Promise<TenantKey> {
    const held = this.#held.get(owner);
    if (held !== undefined && performance.now() < held.untilMs) return held.key;
    return (await this.#read(owner)) ?? this.#make(owner);
  }

  /** As it is in the store now, for whoever changes it. */
  async freshKeyOf(owner: string): Promise<TenantKey> {
    return (await this.#read(owner)) ?? this.#make(owner);
  }

  /** Calls of a tenant need an active key; the orchestrator itself brings to its end what runs already. */
  async #usable(owner: string): Promise<TenantKey> {
    const key = await this.keyOf(owner);
    const isCall = currentPrincipal()?.tenant === owner;
    if (key.state === 'DESTROYED' || (isCall && key.state !== 'ACTIVE')) throw keyState(owner, key.state);
    return key;
  }

  async #read(owner: string): Promise<TenantKey | null> {
    const key = await this.store.read(owner).catch((error: unknown) => {
      throw away(error);
    });
    const before = this.#held.get(owner);
    if (key === null) this.#held.delete(owner);
    else this.#held.set(owner, { key, untilMs: performance.now() + limits.keyHeldMs });
    if (before !== undefined && before.key.revision !== key?.revision) this.#changed();
    return key;
  }

  /** The database remembers who had a key: one that is gone from the store is never replaced by another. */
  async #make(owner: string): Promise<TenantKey> {
    return asSystem(async () => {
      const { rows } = await this.database.queries.execute(
        sql`select from sealflow.tenant_keys where tenant = ${owner}`,
      );
      if (rows.length > 0) {
        // Another replica was first, in this moment.
        const there = await this.#read(owner);
        if (there !== null) return there;
        throw new ApiError(
          'UNAVAILABLE',
          `key store: expected the key of ${nameOf(owner)}, which was made before, got none: bring the key folder back`,
        );
      }
      await this.store.create(owner, this.clock()).catch((error: unknown) => {
        throw away(error);
      });
      await this.database.queries.execute(
        sql`insert into sealflow.tenant_keys (tenant) values (${owner}) on conflict do nothing`,
      );
      const made = await this.#read(owner);
      if (made === null)
        throw new ApiError('UNAVAILABLE', `key store: the key of ${nameOf(owner)} does not stay`);
      return made;
    });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Null for what no version of the key opens. */
export function openWrapped(key: TenantKey, digest: string, { version, wrapped }: WrappedKey): Buffer | null {
  const found = key.versions.find((candidate) => candidate.version === version);
  if (found === undefined || found.key === null) return null;
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  return openBytes(found.key, nonce, about(key.owner, digest), wrapped.subarray(NONCE_BYTES));
}

export function keyState(owner: string, state: string): ApiError {
  const after =
    state === 'SUSPENDED'
      ? 'an operator takes it up again, or destroys it'
      : 'what it sealed is gone for ever';
  return new ApiError(
    'KEY_STATE_INVALID',
    `${nameOf(owner)}: expected a key that is ACTIVE, got one that is ${state}: ${after}`,
    { facts: { state } },
  );
}

function nameOf(owner: string): string {
  return owner === STAGING ? 'what workers sent' : `tenant ${owner}`;
}

function about(owner: string, digest: string): Buffer {
  return Buffer.from(`sealflow/blob-key/v1\n${owner}\n${digest}`);
}

function away(error: unknown): unknown {
  return error instanceof KeyStoreError ? new ApiError('UNAVAILABLE', `key store: ${error.message}`) : error;
}
