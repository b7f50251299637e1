import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;

/** SHA-256, hexadecimal. @param size of the first bytes alone; where there are fewer, of those */
export function digestOfFile(path: string, size = Number.POSITIVE_INFINITY): string {
  const hash = createHash('sha256');
  for (const chunk of chunksOf(path, size)) hash.update(chunk);
  return hash.digest('hex');
}

/** Each chunk is good until the next is asked for. */
export function* chunksOf(path: string, size: number): Generator<Buffer, void, undefined> {
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  try {
    for (let left = size; left > 0; ) {
      const read = readSync(file, chunk, 0, Math.min(CHUNK_BYTES, left), null);
      if (read === 0) return;
      left -= read;
      yield chunk.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}

export async function toDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
}
