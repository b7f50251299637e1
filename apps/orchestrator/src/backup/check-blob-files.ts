import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import type { Segment } from '../database/blob-schema.js';
import { placeOf } from './blob-files.js';
import type { DatabaseCheck } from './check-database.js';
import { chunksOf } from './file-digest.js';

const PAGE = 1_000;
const NAMED_MAX = 10;

interface Row {
  readonly digest: string;
  readonly segments: readonly Segment[];
}

/**
 * Whether the files of large blobs and of uploads are there, and large blobs are the bytes that their digest names. Every
 * byte is read again, but for files that are sealed at rest: those have at least the bytes that are counted.
 *
 * @param client in no transaction: each look is at what there is now
 */
export async function blobFilesCheck(client: pg.Client, folder: string): Promise<DatabaseCheck> {
  const name = 'large blobs';
  const missing: string[] = [];
  const changed: string[] = [];
  let count = 0;
  for await (const { digest, segments, whole } of rowsOf(client)) {
    count += 1;
    const gone = segments.filter((segment) => segment.size > 0 && !isThere(folder, segment));
    for (const { file } of gone) if (await isNamed(client, digest, file)) missing.push(file);
    if (gone.length > 0 || !whole || segments.some((segment) => 'sealed' in segment)) continue;
    if (digestOf(folder, segments) !== digest) changed.push(digest);
  }
  if (missing.length > 0) {
    return {
      name,
      code: 'BLOB_FILE_MISSING',
      text: `${folder}: ${missing.length} files that the database names are not there, or shorter than it says: ${listed(missing)}`,
    };
  }
  if (changed.length === 0)
    return { name, code: null, text: `${count} large blobs and uploads, with their files` };
  return {
    name,
    code: 'BLOB_CHANGED',
    text: `${changed.length} are not the bytes that their digest names: ${listed(changed)}`,
  };
}

/** Large blobs, then uploads, which are not what their digest names yet. */
async function* rowsOf(
  client: pg.Client,
): AsyncGenerator<Row & { readonly whole: boolean }, void, undefined> {
  for (let after = ''; ; ) {
    const { rows } = await client.query<Row>(
      'select digest, segments from sealflow.large_blobs where digest > $1 order by digest limit $2',
      [after, PAGE],
    );
    for (const row of rows) yield { ...row, whole: true };
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.digest;
  }
  const { rows } = await client.query<Row>('select digest, segments from sealflow.blob_uploads');
  for (const row of rows) yield { ...row, whole: false };
}

/** While a database serves, a blob may be deleted between a look at its row and one at its file; its row goes first. */
async function isNamed(client: pg.Client, digest: string, file: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from sealflow.large_blobs where digest = $1 and segments @> $2::jsonb
     union all select from sealflow.blob_uploads where digest = $1 and segments @> $2::jsonb`,
    [digest, JSON.stringify([{ file }])],
  );
  return (rowCount ?? 0) > 0;
}

function isThere(folder: string, { file, size }: Segment): boolean {
  const path = join(folder, placeOf(file));
  return existsSync(path) && statSync(path).size >= size;
}

function digestOf(folder: string, segments: readonly Segment[]): string {
  const hash = createHash('sha256');
  for (const { file, size } of segments) {
    for (const chunk of chunksOf(join(folder, placeOf(file)), size)) hash.update(chunk);
  }
  return `sha256:${hash.digest('hex')}`;
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : '';
  return `${names.slice(0, NAMED_MAX).join(', ')}${more}`;
}
