import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type pg from 'pg';
import { BackupError } from './backup-error.js';
import { digestOfFile } from './file-digest.js';
import { forgetPins, pinFile } from './pinned-file.js';

/** Folder of a backup that has the files of large blobs, as the blob folder has them. */
export const BLOBS = 'blobs';
const ID_FILE = 'folder-id';
const filePattern = /^[0-9a-f]{64}-[0-9]{1,9}-[0-9a-f]{16}$/;

/** Where the blob folder has a file, and a backup too. */
export function placeOf(file: string): string {
  if (!filePattern.test(file)) throw new RangeError('no file of the blob folder');
  return join(file.slice(0, 2), file);
}

/** By its name in a manifest. */
export function isBlobFile(name: string): boolean {
  return name.startsWith(`${BLOBS}/`) && filePattern.test(basename(name));
}

/**
 * The files of large blobs that one state of the database names, kept from going while they are copied.
 *
 * A file is appended to by one writer and taken away after its row. So a second link to each, made while no row may
 * change, keeps the bytes that the rows count, however long the copy takes and whatever happens to the rows meanwhile.
 */
export class PinnedFiles {
  /** Files that rows name and the folder does not have: lost before. */
  readonly lost: readonly string[];
  readonly #files: readonly string[];

  private constructor(
    private readonly folder: string,
    private readonly pins: string,
    files: ReadonlyMap<string, boolean>,
  ) {
    this.#files = [...files].flatMap(([file, there]) => (there ? [file] : []));
    this.lost = [...files].flatMap(([file, there]) => (there ? [] : [file]));
  }

  /**
   * Inside a transaction: until it ends, no large blob comes or goes and no upload says that it has more.
   *
   * @param folder the blob folder
   */
  static async pin(client: pg.Client, folder: string): Promise<PinnedFiles> {
    const pins = join(folder, `backup-${randomBytes(8).toString('hex')}`);
    const files = new Map<string, boolean>();
    const there = await client.query<{ there: boolean }>(
      `select to_regclass('sealflow.large_blobs') is not null as there`,
    );
    if (there.rows[0]?.there !== true) return new PinnedFiles(folder, pins, files);
    // In the order in which an upload that becomes whole takes them.
    await client.query('lock table sealflow.blob_uploads, sealflow.large_blobs in share row exclusive mode');
    const { rows } = await client.query<{ file: string }>(
      `select distinct segment ->> 'file' as file
       from (select segments from sealflow.blob_uploads union all select segments from sealflow.large_blobs) blob,
         jsonb_array_elements(blob.segments) segment
       where (segment ->> 'size')::bigint > 0`,
    );
    if (rows.length > 0) {
      forgetPins(folder);
      mkdirSync(pins, { recursive: true, mode: 0o700 });
    }
    for (const { file } of rows) files.set(file, pinFile(join(folder, placeOf(file)), join(pins, file)));
    return new PinnedFiles(folder, pins, files);
  }

  /** @param out the backup */
  copyTo(out: string): void {
    const to = join(out, BLOBS);
    const id = join(this.folder, ID_FILE);
    if (existsSync(id)) {
      mkdirSync(to, { recursive: true, mode: 0o700 });
      copyFileSync(id, join(to, ID_FILE));
    }
    for (const file of this.#files) {
      mkdirSync(dirname(join(to, placeOf(file))), { recursive: true, mode: 0o700 });
      copyFileSync(join(this.pins, file), join(to, placeOf(file)));
    }
  }

  release(): void {
    rmSync(this.pins, { recursive: true, force: true });
  }
}

/** Before anything is moved: whether the files of a backup may lie in this folder. */
export function expectSameFolder(backup: string, folder: string): void {
  const [theirs, here] = [join(backup, BLOBS), folder].map((place) => {
    const file = join(place, ID_FILE);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  });
  if (theirs === '' || here === '' || theirs === here) return;
  throw new BackupError(
    'BLOB_FOLDER_FOREIGN',
    `${folder}: expected the blob folder ${theirs} of the backup or a new one, got folder ${here}: ` +
      `name another with SEALFLOW_BLOB_FOLDER`,
  );
}

/**
 * Puts the files of a backup into the blob folder. What is there stays: a file of the same name is the same, or a later
 * state of it, with more bytes; one that is neither is moved aside.
 *
 * @returns how many were put there
 */
export function restoreBlobFiles(backup: string, folder: string): number {
  const from = join(backup, BLOBS);
  if (!existsSync(from)) return 0;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let count = 0;
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === ID_FILE) continue;
    const [source, target] = [join(entry.parentPath, entry.name), join(folder, placeOf(entry.name))];
    if (existsSync(target)) {
      if (digestOfFile(source) === digestOfFile(target, statSync(source).size)) continue;
      renameSync(target, `${target}.before-restore-${Date.now()}`);
    }
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    copyFileSync(source, `${target}.new`);
    renameSync(`${target}.new`, target);
    count += 1;
  }
  // Last: a folder with an id has its files.
  const id = join(from, ID_FILE);
  if (existsSync(id)) copyFileSync(id, join(folder, ID_FILE));
  return count;
}
