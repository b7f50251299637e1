import type { Segment } from '../database/blob-schema.js';
import type { BlobFolder } from './blob-folder.js';

/** Read at a time; a multiple of what one message carries. */
const READ_BYTES = 1024 * 1024;

/** Bytes `from` to `to` of what lies in files one after the other. Each piece is the caller's to keep. */
export async function* readSegments(
  folder: BlobFolder,
  segments: readonly Segment[],
  from: number,
  to: number,
): AsyncGenerator<Buffer, void, undefined> {
  let start = 0;
  for (const { file, size } of segments) {
    const first = Math.max(from - start, 0);
    const last = Math.min(to - start, size);
    start += size;
    if (first >= last) continue;
    const handle = await folder.openToRead(file);
    try {
      for (let position = first; position < last; ) {
        const wanted = Math.min(READ_BYTES, last - position);
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
        if (bytesRead === 0) throw new Error(`blob file ${file}: expected ${size} bytes, got ${position}`);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }
}
