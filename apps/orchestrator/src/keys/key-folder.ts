import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { canonicalBytes, isJsonObject, type Json, parseJsonStrict } from '#canonical';
import { KEY_BYTES, NONCE_BYTES, openBytes, sealBytes } from './aead.js';
import type { RootKey } from './root-key.js';
import {
  type KeyState,
  KeyStoreError,
  type KeyVersion,
  type TenantKey,
  type TenantKeyStore,
  type VersionState,
} from './tenant-key-store.js';

const FORM = 'sealflow/tenant-key/v1';
const FILE_BYTES_MAX = 1024 * 1024;
/** No tenant has this name: theirs begin with a letter or a digit. */
const NOBODY = '_staging';
const ownerPattern = /^[a-z0-9][a-z0-9.-]{0,62}$/;
const filePattern = /^([a-z0-9][a-z0-9.-]{0,62}|_staging)\.key$/;

/**
 * Keys of tenants as files of one folder, a file each, wrapped under a root key that lies elsewhere. Replicas share the
 * folder.
 *
 * Trusted for keeping what it was given and for forgetting what it was told to forget. A file that was changed is
 * noticed by its mark; one of earlier in the place of a later one is not, which is why no copy of the folder is kept
 * beside the backups of a database.
 */
export class KeyFolder implements TenantKeyStore {
  readonly id: string;

  constructor(
    private readonly folder: string,
    private readonly root: RootKey,
  ) {
    this.id = root.id;
  }

  async owners(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(ifMissing<string[]>([]));
    return names
      .flatMap((name) => filePattern.exec(name)?.[1] ?? [])
      .map((name) => (name === NOBODY ? '' : name))
      .sort();
  }

  async read(owner: string): Promise<TenantKey | null> {
    try {
      return await this.#read(owner);
    } catch (error) {
      if (!(error instanceof KeyStoreError)) throw error;
      // Whoever replaces a file wipes the one before: a reader that still had that one looks again.
      return this.#read(owner);
    }
  }

  async #read(owner: string): Promise<TenantKey | null> {
    const file = this.#file(owner);
    const bytes = await readFile(file).catch(ifMissing<Buffer | null>(null));
    return bytes === null ? null : this.#parse(owner, file, bytes);
  }

  async create(owner: string, nowMs: number): Promise<TenantKey> {
    const first: TenantKey = {
      owner,
      state: 'ACTIVE',
      changedMs: nowMs,
      revision: 1,
      versions: [newVersion(1, nowMs)],
    };
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const scratch = await this.#write(first);
    try {
      await link(scratch, this.#file(owner));
      await this.#sync();
      return first;
    } catch (error) {
      const there = await this.read(owner);
      if (there === null) throw error;
      return there;
    } finally {
      await rm(scratch, { force: true });
    }
  }

  async replace(next: TenantKey): Promise<void> {
    const file = this.#file(next.owner);
    const there = await this.read(next.owner);
    if ((there?.revision ?? 0) + 1 !== next.revision) {
      throw new KeyStoreError(
        'KEY_CONFLICT',
        `${file}: expected revision ${next.revision - 1}, got ${there?.revision ?? 'no file'}: read it again`,
      );
    }
    const scratch = await this.#write(next);
    const before = await open(file, 'r+').catch(ifMissing<FileHandle | null>(null));
    try {
      await rename(scratch, file);
      await this.#sync();
      // What a replica left that died while it wrote: it may have versions that the key no longer has.
      for (const left of await readdir(this.folder)) {
        if (left.startsWith(`${basename(file)}.`)) await wipe(join(this.folder, left));
      }
      if (before !== null) await overwrite(before);
    } finally {
      await before?.close();
    }
  }

  #file(owner: string): string {
    if (owner !== '' && !ownerPattern.test(owner)) throw new RangeError('no name of a tenant');
    return join(this.folder, `${owner === '' ? NOBODY : owner}.key`);
  }

  async #write(key: TenantKey): Promise<string> {
    const scratch = `${this.#file(key.owner)}.${process.pid}.${randomBytes(6).toString('hex')}`;
    const handle = await open(scratch, 'wx', 0o600);
    try {
      await handle.writeFile(this.#form(key));
      await handle.sync();
    } finally {
      await handle.close();
    }
    return scratch;
  }

  /** A name is on the disk only when its folder is. */
  async #sync(): Promise<void> {
    const handle = await open(this.folder, 'r');
    await handle.sync().finally(() => handle.close());
  }

  #form(key: TenantKey): string {
    const { owner, state, changedMs, revision } = key;
    const body = {
      v: FORM,
      owner,
      state,
      changedMs,
      revision,
      versions: key.versions.map((version) => ({
        version: version.version,
        state: version.state,
        createdMs: version.createdMs,
        retiredMs: version.retiredMs,
        wrapped: version.key === null ? null : this.#wrap(owner, version.version, version.key),
      })),
    };
    return `${JSON.stringify({ ...body, mark: this.#mark(body).toString('base64') })}\n`;
  }

  #mark(body: Json): Buffer {
    return this.root.mark(Buffer.from(canonicalBytes(body)).toString('latin1'));
  }

  #wrap(owner: string, version: number, key: Buffer): string {
    const nonce = randomBytes(NONCE_BYTES);
    const sealed = sealBytes(this.root.wrapping, nonce, about(owner, version), key);
    return Buffer.concat([nonce, sealed]).toString('base64');
  }

  #parse(owner: string, file: string, bytes: Buffer): TenantKey {
    const damaged = (what: string): KeyStoreError =>
      new KeyStoreError(
        'KEY_DAMAGED',
        `${file}: expected the key of ${owner === '' ? 'what workers sent' : `tenant ${owner}`} as this store wrote it, ` +
          `got ${what}: bring the file back from a copy of the key folder`,
      );
    if (bytes.length > FILE_BYTES_MAX) throw damaged(`${bytes.length} bytes`);
    let parsed: Json;
    try {
      parsed = parseJsonStrict(bytes);
    } catch {
      throw damaged('no JSON');
    }
    if (!isJsonObject(parsed)) throw damaged('another form');
    const { mark, ...body } = parsed;
    const marked = Buffer.from(typeof mark === 'string' ? mark : '', 'base64');
    const expected = this.#mark(body);
    if (marked.length !== expected.length || !timingSafeEqual(marked, expected)) {
      throw damaged('a mark of another root key, or changed content');
    }
    // What carries the mark was written by `#form`.
    if (body['v'] !== FORM || body['owner'] !== owner) throw damaged('the key of somebody else');
    const stored = body as unknown as StoredKey;
    return {
      owner,
      state: stored.state,
      changedMs: stored.changedMs,
      revision: stored.revision,
      versions: stored.versions.map((version) => {
        const key = version.wrapped === null ? null : this.#unwrap(owner, version.version, version.wrapped);
        if (version.wrapped !== null && key === null)
          throw damaged(`a version ${version.version} that does not open`);
        const { state, createdMs, retiredMs } = version;
        return { version: version.version, state, createdMs, retiredMs, key };
      }),
    };
  }

  #unwrap(owner: string, version: number, wrapped: string): Buffer | null {
    const bytes = Buffer.from(wrapped, 'base64');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    return openBytes(this.root.wrapping, nonce, about(owner, version), bytes.subarray(NONCE_BYTES));
  }
}

interface StoredKey {
  readonly state: KeyState;
  readonly changedMs: number;
  readonly revision: number;
  readonly versions: readonly {
    readonly version: number;
    readonly state: VersionState;
    readonly createdMs: number;
    readonly retiredMs: number | null;
    readonly wrapped: string | null;
  }[];
}

export function newVersion(version: number, nowMs: number): KeyVersion {
  return { version, state: 'ACTIVE', createdMs: nowMs, retiredMs: null, key: randomBytes(KEY_BYTES) };
}

function about(owner: string, version: number): Buffer {
  return Buffer.from(`${FORM}\n${owner}\n${version}`);
}

async function wipe(file: string): Promise<void> {
  const handle = await open(file, 'r+').catch(ifMissing<FileHandle | null>(null));
  if (handle === null) return;
  await overwrite(handle).finally(() => handle.close());
  await rm(file, { force: true });
}

/** As far as the medium goes along: what a file system or a disk keeps of old blocks is beyond a program. */
async function overwrite(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  await handle.write(randomBytes(size), 0, size, 0);
  await handle.sync();
}

function ifMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return instead;
    throw error;
  };
}
