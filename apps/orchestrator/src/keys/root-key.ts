import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KEY_BYTES } from './aead.js';
import { KeyStoreError } from './tenant-key-store.js';

/** Everybody but the owner of the file. */
const OTHERS = 0o077;
const GROUP_READS = 0o040;

/**
 * The key under which the keys of tenants lie. Whoever has it and a copy of the key folder reads what was not destroyed
 * when the copy was made; the database and its backups have neither.
 */
export class RootKey {
  /** Of the root key, not the root key: a database remembers it, and notices a store that is another. */
  readonly id: string;
  readonly #wrapping: Buffer;
  readonly #marking: Buffer;

  constructor(bytes: Buffer) {
    this.#wrapping = derive(bytes, 'sealflow/root-key/wrap/v1');
    this.#marking = derive(bytes, 'sealflow/root-key/mark/v1');
    this.id = derive(bytes, 'sealflow/root-key/id/v1').toString('hex').slice(0, 32);
  }

  /** @param make whether a new one may be made; false where something was sealed under one before */
  static load(file: string, make: boolean): RootKey {
    if (!existsSync(file)) {
      if (!make) {
        throw new KeyStoreError(
          'ROOT_KEY_MISSING',
          `${file}: expected the root key that the blobs of this database were sealed under, got no file: ` +
            'bring it back from where it is kept (it is in no backup of the database), or set SEALFLOW_ROOT_KEY_FILE',
        );
      }
      makeFile(file);
    }
    const { mode, uid, gid } = statSync(file);
    if ((mode & OTHERS) !== 0 && !isMounted(mode, uid, gid)) {
      throw new KeyStoreError(
        'ROOT_KEY_EXPOSED',
        `${file}: expected a file that its owner alone can read (mode 0600), got mode ${(mode & 0o777).toString(8)}`,
      );
    }
    const bytes = readFileSync(file);
    if (bytes.length !== KEY_BYTES) {
      throw new KeyStoreError(
        'ROOT_KEY_MALFORMED',
        `${file}: expected ${KEY_BYTES} bytes, got ${bytes.length}`,
      );
    }
    return new RootKey(bytes);
  }

  get wrapping(): Buffer {
    return this.#wrapping;
  }

  mark(text: string): Buffer {
    return createHmac('sha256', this.#marking).update(text).digest();
  }
}

/**
 * How Kubernetes gives a secret to a process that is not root: a file of root, which the process reads as a member of
 * a group of its own (`fsGroup`) and cannot change.
 */
function isMounted(mode: number, uid: number, gid: number): boolean {
  return (
    (mode & OTHERS) === GROUP_READS && uid === 0 && gid !== 0 && process.getgroups?.().includes(gid) === true
  );
}

function derive(bytes: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), purpose, KEY_BYTES));
}

/** A link fails when another process was first; its key wins. */
function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const scratch = `${file}.${process.pid}`;
  writeFileSync(scratch, randomBytes(KEY_BYTES), { mode: 0o600, flush: true });
  try {
    linkSync(scratch, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(scratch, { force: true });
  }
}
