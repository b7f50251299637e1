import { timingSafeEqual } from 'node:crypto';
import { ApiError, apiKeyDigest, apiKeyId, apiKeyPrefix } from '#contracts';
import type { ApiKeyRow, KeyStore } from './key-store.js';
import { type Principal, rolesOf } from './principal.js';

/** How long another replica may still accept a key that was revoked here. */
export const KEY_CACHE_MS = 5_000;
/** Nobody makes the database look for a key that is not there more often than this. */
const UNKNOWN_CACHE_MS = 1_000;
const CACHED_MAX = 10_000;

interface Cached {
  readonly row: ApiKeyRow | undefined;
  readonly untilMs: number;
}

/** Compared with when there is no such key, so that an answer takes as long. */
const NO_DIGEST = '0'.repeat(64);

/** API keys. Believes the database about roles and tenants, and nobody about a secret: only its SHA-256 is here. */
export class KeyAuthenticator {
  readonly #cache = new Map<string, Cached>();

  constructor(
    private readonly store: Pick<KeyStore, 'key'>,
    private readonly clock: () => number,
  ) {}

  /** Whether a credential is meant to be an API key. */
  static isKey(credential: string): boolean {
    return credential.startsWith('sfk_');
  }

  /** @throws ApiError CREDENTIAL_MALFORMED, KEY_UNKNOWN, KEY_REVOKED, KEY_EXPIRED */
  async authenticate(credential: string): Promise<Principal> {
    const id = apiKeyId(credential);
    if (id === null) {
      throw new ApiError(
        'CREDENTIAL_MALFORMED',
        'authorization: expected a key sfk_<16 hex digits>_<64 hex digits>, got another form: copy the whole key',
      );
    }
    return judge(credential, id, await this.#row(id), this.clock());
  }

  /**
   * The same at once, for a key that was looked at a moment ago; null for one that has to be asked about.
   *
   * @throws ApiError as `authenticate`
   */
  recent(credential: string): Principal | null {
    const id = apiKeyId(credential);
    const cached = id === null ? undefined : this.#fresh(id);
    return id === null || cached === undefined ? null : judge(credential, id, cached.row, this.clock());
  }

  /** What this replica changed holds here at once. */
  forget(id: string): void {
    this.#cache.delete(id);
  }

  #fresh(id: string): Cached | undefined {
    const cached = this.#cache.get(id);
    return cached !== undefined && cached.untilMs > this.clock() ? cached : undefined;
  }

  async #row(id: string): Promise<ApiKeyRow | undefined> {
    const cached = this.#fresh(id);
    if (cached !== undefined) return cached.row;
    const askedMs = this.clock();
    const row = await this.store.key(id);
    if (this.#cache.size >= CACHED_MAX) this.#cache.clear();
    this.#cache.set(id, { row, untilMs: askedMs + (row === undefined ? UNKNOWN_CACHE_MS : KEY_CACHE_MS) });
    return row;
  }
}

function judge(credential: string, id: string, row: ApiKeyRow | undefined, nowMs: number): Principal {
  const same = timingSafeEqual(
    Buffer.from(apiKeyDigest(credential), 'hex'),
    Buffer.from(row?.digest ?? NO_DIGEST, 'hex'),
  );
  // A wrong secret and a key that is not there are one answer: ids are no secret, and are confirmed to nobody.
  if (row === undefined || !same) {
    throw new ApiError(
      'KEY_UNKNOWN',
      `authorization: expected a key of this orchestrator, got ${apiKeyPrefix(id)}, which is none, or has another secret`,
    );
  }
  const facts = { key: apiKeyPrefix(id) };
  if (row.revokedAt !== null) {
    throw new ApiError(
      'KEY_REVOKED',
      `authorization: expected a valid key, got ${facts.key}, which was revoked`,
      {
        facts,
      },
    );
  }
  const expiresMs = row.expiresAt.getTime();
  if (expiresMs <= nowMs) {
    throw new ApiError(
      'KEY_EXPIRED',
      `authorization: expected a valid key, got ${facts.key}, which expired ${row.expiresAt.toISOString()}: make another`,
      { facts },
    );
  }
  const roles = rolesOf(row.roles, row.tenant);
  if (roles === null)
    throw new ApiError('INTERNAL', `key ${facts.key} has roles that this version does not know`);
  return { subject: `key:${id}`, tenant: row.tenant, roles, kind: 'key', holder: row.subject, expiresMs };
}
