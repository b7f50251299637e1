/** Suspended: calls of the tenant are refused, what runs goes on. Destroyed: nothing of it is readable, for ever. */
export type KeyState = 'ACTIVE' | 'SUSPENDED' | 'DESTROYED';

/** The newest version seals; those before it open what they sealed, until the key is destroyed. */
export type VersionState = 'ACTIVE' | 'DEACTIVATED' | 'COMPROMISED' | 'DESTROYED';

export interface KeyVersion {
  readonly version: number;
  readonly state: VersionState;
  readonly createdMs: number;
  /** When it stopped sealing; null for the newest. */
  readonly retiredMs: number | null;
  /** 32 bytes; null once it is destroyed. */
  readonly key: Buffer | null;
}

/** The key-encryption key of one tenant, with every version that it had. */
export interface TenantKey {
  /** Name of the tenant; empty for what workers have sent and no result has named yet. */
  readonly owner: string;
  readonly state: KeyState;
  readonly changedMs: number;
  /** Greater after every change. */
  readonly revision: number;
  /** Oldest first. */
  readonly versions: readonly KeyVersion[];
}

/** KEY_DAMAGED: not what this store wrote. KEY_CONFLICT: somebody else changed the key meanwhile. */
export type KeyStoreErrorCode =
  | 'KEY_DAMAGED'
  | 'KEY_CONFLICT'
  | 'KEY_MISSING'
  | 'ROOT_KEY_MISSING'
  | 'ROOT_KEY_FOREIGN'
  | 'ROOT_KEY_EXPOSED'
  | 'ROOT_KEY_MALFORMED';

export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError';

  constructor(
    readonly code: KeyStoreErrorCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/**
 * Where key-encryption keys are: never in the database, so that no dump or backup of it has them. A key is destroyed
 * here, once for all replicas, and what says so outlives every restore of the database.
 */
export interface TenantKeyStore {
  /** Names the store and its root key, and tells nothing of it. */
  readonly id: string;
  owners(): Promise<readonly string[]>;
  /** Null where the owner never had a key. */
  read(owner: string): Promise<TenantKey | null>;
  /** The first version of a key, or the key that somebody else was first to make. */
  create(owner: string, nowMs: number): Promise<TenantKey>;
  /**
   * Puts a key in the place of the one that was read. It is on the disk afterwards, and what it no longer has is gone.
   *
   * @throws KeyStoreError KEY_CONFLICT when it is not the next one after what is there
   */
  replace(next: TenantKey): Promise<void>;
}
