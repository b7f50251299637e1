/** Bundles are at most 16 MiB; what is said to be larger is not read. */
export const FILE_BYTES_MAX = 16 * 1024 * 1024;

export class FileRefusal extends Error {
  override readonly name = 'FileRefusal';
}

/** Bytes of a file, unpacked when it is gzip. A small gzip that grows beyond the limit is refused before it fills memory. */
export async function readFile(file: Blob): Promise<Uint8Array> {
  if (file.size > FILE_BYTES_MAX)
    throw new FileRefusal(`the file has ${file.size} bytes; the limit is ${FILE_BYTES_MAX}`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read().catch(() => {
      throw new FileRefusal('the file begins like gzip and cannot be unpacked; fetch it again');
    });
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    size += value.length;
    if (size > FILE_BYTES_MAX) {
      await reader.cancel();
      throw new FileRefusal(`the file unpacks to more than ${FILE_BYTES_MAX} bytes`);
    }
    parts.push(value);
  }
}
