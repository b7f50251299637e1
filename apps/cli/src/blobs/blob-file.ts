import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import {
  BLOB_CHUNK_BYTES,
  type BlobSource,
  downloadBlob,
  type ServiceClients,
  type TransferOptions,
  uploadBlob,
} from '#contracts';
import { exitCode, UsageError } from '../output/failure.js';

/** Of one stream; a file that takes longer goes on with the next. */
const STREAM_MS = 3_000_000;
/** How long an orchestrator may be away under a transfer. */
const PATIENCE_MS = 120_000;

type OnProgress = (bytes: number) => void;

/** A file as it is now: it is read twice, once for its digest, and must not change between. */
export async function fileSource(path: string): Promise<BlobSource> {
  const hash = createHash('sha256');
  const { size } = await stat(path);
  await pipeline(createReadStream(path), hash);
  return {
    digest: `sha256:${hash.digest('hex')}`,
    size,
    read: (start) => createReadStream(path, { start, highWaterMark: BLOB_CHUNK_BYTES }),
  };
}

/** Sends a file. One that was sent in part goes on, and one that is there is not sent. */
export async function putFile(
  { blob }: ServiceClients,
  path: string,
  onProgress: (bytes: number, of: number) => void,
): Promise<BlobSource> {
  const source = await fileSource(path);
  await uploadBlob(
    blob,
    source,
    transfer((bytes) => onProgress(bytes, source.size)),
  );
  return source;
}

/**
 * Fetches a blob into a file, which gets its name when it is whole and has the digest. What is there of an earlier
 * attempt, in `<file>.part`, is not fetched again.
 */
export async function getFile(
  { blob }: ServiceClients,
  digest: string,
  path: string,
  onProgress: OnProgress,
): Promise<number> {
  if (existsSync(path)) {
    throw new UsageError(`${path}: expected a name that is free: remove the file, or give another`);
  }
  const part = `${path}.part`;
  const hash = createHash('sha256');
  const file = await open(part, 'a+', 0o600);
  let size = 0;
  try {
    for await (const bytes of file.createReadStream({ start: 0, autoClose: false })) {
      hash.update(bytes as Buffer);
      size += (bytes as Buffer).length;
    }
    for await (const bytes of downloadBlob(blob, digest, transfer(onProgress), size)) {
      hash.update(bytes);
      size += bytes.length;
      await file.write(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) {
    throw new UsageError(
      `${part}: expected ${digest}, got ${actual}: remove it and fetch the blob again; if that comes again, the store gives other bytes than it took`,
      exitCode.malformed,
    );
  }
  await rename(part, path);
  return size;
}

function transfer(onProgress: OnProgress): TransferOptions {
  return { deadlineMs: STREAM_MS, patienceMs: PATIENCE_MS, onProgress };
}
