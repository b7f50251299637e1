import { fromServiceError } from './api-error.js';
import { type CallLimits, serverStream } from './call.js';
import type { BlobServiceClient } from './generated/sealflow/blob/v1/BlobService.js';
import { joinBytes } from './join-bytes.js';

/** Chunks stay far below the 4 MiB that grpc-js receives by default. */
export const BLOB_CHUNK_BYTES = 256 * 1024;

/** Uploads bytes under their digest in chunks, respecting the stream's back-pressure. */
export async function writeBlob(
  client: BlobServiceClient,
  digest: string,
  bytes: Uint8Array,
  { deadlineMs, signal }: CallLimits,
): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const call = client.writeBlob({ deadline: Date.now() + deadlineMs }, (error) => {
      signal?.removeEventListener('abort', cancel);
      if (error !== null) reject(signal?.aborted ? signal.reason : fromServiceError(error));
      else resolve();
    });
    const cancel = (): void => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    let offset = 0;
    const pump = (): void => {
      let writable = true;
      while (writable && (offset < bytes.length || offset === 0)) {
        const data = bytes.subarray(offset, offset + BLOB_CHUNK_BYTES);
        const first = offset === 0 ? { digest, size: String(bytes.length) } : {};
        offset += Math.max(data.length, 1);
        writable = call.write({ ...first, data });
      }
      if (offset >= bytes.length) call.end();
      else call.once('drain', pump);
    };
    pump();
  });
}

/** Downloads a blob. The caller compares the digest: the store is not trusted. */
export async function readBlob(
  client: BlobServiceClient,
  digest: string,
  limits: CallLimits & { readonly bytesMax: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const call = serverStream((options) => client.readBlob({ digest }, options), {
    deadlineMs: limits.deadlineMs,
    signal: limits.signal,
  });
  for await (const { data } of call) {
    total += data.length;
    if (total > limits.bytesMax) throw new Error(`blob ${digest} is larger than ${limits.bytesMax} bytes`);
    chunks.push(data);
  }
  return joinBytes(chunks);
}
