import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  digestOf,
  fromUtf8,
  isJsonObject,
  type JsonObject,
  parseDigest,
  parseJsonStrict,
  utf8,
} from '#canonical';
import type { CollateralDocument } from './collateral-document.js';
import { CollateralError } from './collateral-error.js';

/** What the store knows of a piece beside its bytes. */
export interface StoredCollateral {
  readonly document: CollateralDocument;
  readonly fetchedAtMs: number;
  /** By the vendor's word; an older piece never replaces a newer one. */
  readonly issuedAtMs: number;
  readonly source: string;
}

/** A failure that is not worth repeating yet. */
export interface NegativeEntry {
  readonly untilMs: number;
  readonly code: string;
  readonly message: string;
}

const INDEX_VERSION = 'sealflow/collateral-entry/v1';
const MARKS_VERSION = 'sealflow/collateral-marks/v1';
const MARKS = 'marks.json';
const INDEX_BYTES_MAX = 64 * 1024;

/**
 * Collateral in files: `objects/<sha256>` by content, `entries/<key>.json` to find it, `failures/<key>.json` for what
 * failed, `marks.json` for numbers that may only rise. Every file is written beside its place, flushed and renamed,
 * so that a crash leaves the old file or the new one.
 *
 * Nothing read from here is believed: bytes are compared with their digest and inspected again. One orchestrator
 * owns the folder; the marks are the one thing that is worth protecting, and a damaged mark stops the service.
 */
export class CollateralStore {
  constructor(private readonly folder: string) {}

  read(key: string): StoredCollateral | null {
    const entry = this.#json(join('entries', `${key}.json`));
    if (entry === null || entry['v'] !== INDEX_VERSION) return null;
    const { body, chain, fetchedAtMs, issuedAtMs, source } = entry;
    if (typeof fetchedAtMs !== 'number' || typeof issuedAtMs !== 'number' || typeof source !== 'string')
      return null;
    const document = { body: this.#object(body), chain: this.#object(chain) };
    if (document.body === null || document.chain === null) return null;
    return { document: { body: document.body, chain: document.chain }, fetchedAtMs, issuedAtMs, source };
  }

  write(key: string, { document, fetchedAtMs, issuedAtMs, source }: StoredCollateral): void {
    const entry = {
      v: INDEX_VERSION,
      body: this.#putObject(document.body),
      chain: this.#putObject(document.chain),
      fetchedAtMs,
      issuedAtMs,
      source,
    };
    this.#put(join('entries', `${key}.json`), utf8(JSON.stringify(entry)));
    this.clearFailure(key);
  }

  failure(key: string): NegativeEntry | null {
    const entry = this.#json(join('failures', `${key}.json`));
    const { untilMs, code, message } = entry ?? {};
    if (typeof untilMs !== 'number' || typeof code !== 'string' || typeof message !== 'string') return null;
    return { untilMs, code, message };
  }

  noteFailure(key: string, failure: NegativeEntry): void {
    this.#put(join('failures', `${key}.json`), utf8(JSON.stringify(failure)));
  }

  clearFailure(key: string): void {
    rmSync(join(this.folder, 'failures', `${key}.json`), { force: true });
  }

  /** The highest number seen; 0 before the first. @throws CollateralError `COLLATERAL_STORE_DAMAGED` */
  mark(name: string): number {
    return this.#marks().get(name) ?? 0;
  }

  raiseMark(name: string, value: number): void {
    const marks = this.#marks();
    if ((marks.get(name) ?? 0) >= value) return;
    marks.set(name, value);
    this.#put(MARKS, utf8(JSON.stringify({ v: MARKS_VERSION, marks: Object.fromEntries(marks) })));
  }

  /** An unreadable file is not a missing one: deleting the marks must be somebody's decision. */
  #marks(): Map<string, number> {
    const bytes = this.#bytes(MARKS);
    if (bytes === null) return new Map();
    const json = this.#parse(bytes);
    const marks = json?.['marks'];
    const valid = json?.['v'] === MARKS_VERSION && marks !== undefined && isJsonObject(marks);
    const entries = valid ? Object.entries(marks) : [];
    if (!valid || entries.some(([, value]) => !Number.isSafeInteger(value))) {
      throw new CollateralError(
        'COLLATERAL_STORE_DAMAGED',
        `${join('collateral', MARKS)} cannot be read: expected ${MARKS_VERSION}; restore it, or remove it and accept that old collateral may be taken once`,
      );
    }
    return new Map(entries.map(([name, value]) => [name, Number(value)]));
  }

  #object(digest: unknown): Uint8Array | null {
    try {
      const name = parseDigest(String(digest));
      const bytes = this.#bytes(join('objects', name.slice('sha256:'.length)));
      return bytes !== null && digestOf(bytes) === name ? bytes : null;
    } catch {
      return null;
    }
  }

  #putObject(bytes: Uint8Array): string {
    const digest = digestOf(bytes);
    if (this.#object(digest) === null) this.#put(join('objects', digest.slice('sha256:'.length)), bytes);
    return digest;
  }

  #json(path: string): JsonObject | null {
    const bytes = this.#bytes(path);
    return bytes === null ? null : this.#parse(bytes);
  }

  #parse(bytes: Uint8Array): JsonObject | null {
    try {
      fromUtf8(bytes);
      const json = parseJsonStrict(bytes, { bytesMax: INDEX_BYTES_MAX });
      return isJsonObject(json) ? json : null;
    } catch {
      return null;
    }
  }

  #bytes(path: string): Uint8Array | null {
    try {
      return new Uint8Array(readFileSync(join(this.folder, path)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  #put(path: string, bytes: Uint8Array): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    const partial = `${target}.${process.pid}.part`;
    const file = openSync(partial, 'w', 0o600);
    try {
      writeSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, target);
  }
}
