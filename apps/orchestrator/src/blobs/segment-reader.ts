import type { FileHandle } from 'node:fs/promises';
import type { Segment } from '../database/blob-schema.js';
import { TAG_BYTES } from '../keys/aead.js';
import type { BlobFolder } from './blob-folder.js';
import { BLOCK_BYTES, SEALED_BLOCK_BYTES, SealedBlocks } from './sealed-blocks.js';

/** Part of a file, from a byte to before another. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/**
 * Bytes `from` to `to` of what lies in files one after the other. Each piece is the caller's to keep.
 *
 * @param key of the blob; null where no file of it is sealed
 */
export async function* readSegments(
  folder: BlobFolder,
  { segments, key }: { readonly segments: readonly Segment[]; readonly key: Buffer | null },
  from: number,
  to: number,
): AsyncGenerator<Buffer, void, undefined> {
  let start = 0;
  for (const segment of segments) {
    const { file, size } = segment;
    const span = { first: Math.max(from - start, 0), last: Math.min(to - start, size) };
    start += size;
    if (span.first >= span.last) continue;
    const handle = await folder.openToRead(file);
    try {
      if (segment.sealed !== true) yield* readPlain(handle, segment, span);
      else if (key === null)
        throw new Error(`blob file ${file}: expected the key that it is sealed under, got none`);
      else yield* readSealed(handle, segment, new SealedBlocks(key, file), span);
    } finally {
      await handle.close();
    }
  }
}

async function* readPlain(handle: FileHandle, { file, size }: Segment, { first, last }: Span) {
  for (let position = first; position < last; ) {
    const wanted = Math.min(BLOCK_BYTES, last - position);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
    if (bytesRead === 0) throw new Error(`blob file ${file}: expected ${size} bytes, got ${position}`);
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* readSealed(
  handle: FileHandle,
  { file, size }: Segment,
  blocks: SealedBlocks,
  { first, last }: Span,
) {
  const sealed = Buffer.allocUnsafeSlow(SEALED_BLOCK_BYTES);
  for (let index = Math.floor(first / BLOCK_BYTES); index * BLOCK_BYTES < last; index += 1) {
    const start = index * BLOCK_BYTES;
    const wanted = Math.min(BLOCK_BYTES, size - start) + TAG_BYTES;
    const got = await readAll(handle, sealed.subarray(0, wanted), index * SEALED_BLOCK_BYTES);
    const bytes = got === wanted ? blocks.open(index, sealed.subarray(0, wanted)) : null;
    if (bytes === null) {
      throw new Error(
        `blob file ${file}: expected the block ${index} that was sealed, got other bytes, or too few`,
      );
    }
    yield bytes.subarray(Math.max(first - start, 0), last - start);
  }
}

/** @returns how many there are, where there are fewer */
async function readAll(handle: FileHandle, into: Buffer, position: number): Promise<number> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) return done;
    done += bytesRead;
  }
  return into.length;
}
