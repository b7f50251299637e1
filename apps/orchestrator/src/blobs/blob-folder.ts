import { randomBytes, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { asSystem } from '../auth/call-context.js';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { CONFIG } from '../tokens.js';

const ID_FILE = 'folder-id';
const filePattern = /^[0-9a-f]{64}-[0-9]{1,9}-[0-9a-f]{16}$/;

/** A file of the folder that no row may name any more. */
export interface FolderFile {
  readonly file: string;
  readonly changedMs: number;
}

/**
 * The folder that large blobs lie in, one for all replicas of a database. Files are written once, by one writer each,
 * and named in the database before they are begun. Nothing here decides what a blob is; that is in the rows.
 */
@Injectable()
export class BlobFolder {
  #checked: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Pick<Config, 'blobFolder'>,
  ) {}

  /** A name that nobody has: what a writer that was taken over still writes harms nobody. */
  newFile(digest: string, generation: number): string {
    return `${digest.slice('sha256:'.length)}-${generation}-${randomBytes(8).toString('hex')}`;
  }

  async create(file: string): Promise<FileHandle> {
    await this.#check();
    const path = this.#path(file);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, 'wx', 0o600);
  }

  async openToRead(file: string): Promise<FileHandle> {
    await this.#check();
    try {
      return await open(this.#path(file), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw away(`the blob folder has no file ${file}, which the database names`);
    }
  }

  /** A file is on the disk only when the folders above it are. */
  async sync(file: string): Promise<void> {
    for (const folder of [dirname(this.#path(file)), this.config.blobFolder]) {
      const handle = await open(folder, 'r');
      await handle.sync().finally(() => handle.close());
    }
  }

  async remove(file: string): Promise<void> {
    await rm(this.#path(file), { force: true });
  }

  /** Every file; the folder may have many, and never holds all names in memory. */
  async *files(): AsyncGenerator<FolderFile, void, undefined> {
    await this.#check();
    for (const folder of await readdir(this.config.blobFolder, { withFileTypes: true })) {
      if (!folder.isDirectory() || !/^[0-9a-f]{2}$/.test(folder.name)) continue;
      for (const file of await readdir(join(this.config.blobFolder, folder.name))) {
        if (!filePattern.test(file)) continue;
        const found = await stat(this.#path(file)).catch(() => null);
        if (found !== null) yield { file, changedMs: found.mtimeMs };
      }
    }
  }

  #path(file: string): string {
    if (!filePattern.test(file) || basename(file) !== file)
      throw new RangeError('no file of the blob folder');
    return join(this.config.blobFolder, file.slice(0, 2), file);
  }

  /** Once, before the first use: whether this is the folder of the database, which a new one becomes. */
  #check(): Promise<void> {
    this.#checked ??= this.#compare().catch((error: unknown) => {
      this.#checked = null;
      throw error;
    });
    return this.#checked;
  }

  async #compare(): Promise<void> {
    const { blobFolder } = this.config;
    await mkdir(blobFolder, { recursive: true, mode: 0o700 });
    const file = join(blobFolder, ID_FILE);
    const here = (await readFile(file, 'utf8').catch(() => '')).trim();
    const expected = await this.#idOf(here === '' ? randomUUID() : here);
    if (here === expected.id) return;
    if (here !== '' || !expected.isNew) {
      throw away(
        `the blob folder is ${here === '' ? 'empty' : `folder ${here}`}, expected folder ${expected.id} of this database: give every replica the same SEALFLOW_BLOB_FOLDER`,
      );
    }
    const written = await open(`${file}.new`, 'w', 0o600);
    await written.writeFile(`${expected.id}\n`);
    await written.sync().finally(() => written.close());
    await rename(`${file}.new`, file);
  }

  /** The id that the database has, or from now on has. */
  async #idOf(offered: string): Promise<{ readonly id: string; readonly isNew: boolean }> {
    return asSystem(() =>
      this.database.queries.transaction(async (transaction) => {
        await transaction.execute(sql`lock table sealflow.blob_folders in exclusive mode`);
        const { rows } = await transaction.execute<{ id: string }>(sql`select id from sealflow.blob_folders`);
        const [row] = rows;
        if (row !== undefined) return { id: row.id, isNew: false };
        await transaction.execute(sql`insert into sealflow.blob_folders (id) values (${offered})`);
        return { id: offered, isNew: true };
      }),
    );
  }
}

function away(text: string): ApiError {
  return new ApiError('UNAVAILABLE', text);
}
