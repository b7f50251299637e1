import type { ServerWritableStream } from '@grpc/grpc-js';
import { Injectable } from '@nestjs/common';
import { BLOB_CHUNK_BYTES, type ReadBlobRequest__Output, type ReadBlobResponse } from '#contracts';
import { currentPrincipal } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { countUsage } from '../quotas/usage-book.js';
import { writeMessage } from '../server-stream.js';
import { BlobFolder } from './blob-folder.js';
import type { BlobBytes } from './blob-store.js';
import { readSegments } from './segment-reader.js';

/** Bytes after which what was sent is counted: what a replica sent when it died is not, and is no more than this. */
const COUNTED_BYTES = 64 * 1024 * 1024;

type BlobCall = ServerWritableStream<ReadBlobRequest__Output, ReadBlobResponse>;

/** Sends blobs, as fast as their readers take them, and counts it for the tenant that asked. */
@Injectable()
export class BlobSender {
  constructor(
    private readonly database: Database,
    private readonly folder: BlobFolder,
  ) {}

  async send(call: BlobCall, blob: BlobBytes, from: number, to: number): Promise<void> {
    let uncounted = 0;
    try {
      for await (const piece of this.#pieces(blob, from, to)) {
        await sendBytes(call, piece);
        if (call.cancelled) return;
        uncounted += piece.length;
        if (uncounted < COUNTED_BYTES) continue;
        await this.#count(uncounted);
        uncounted = 0;
      }
    } finally {
      await this.#count(uncounted);
    }
  }

  async *#pieces(blob: BlobBytes, from: number, to: number): AsyncGenerator<Buffer, void, undefined> {
    if ('data' in blob) yield blob.data.subarray(from, to);
    else yield* readSegments(this.folder, blob, from, to);
  }

  async #count(bytes: number): Promise<void> {
    const tenant = currentPrincipal()?.tenant ?? null;
    if (tenant !== null && bytes > 0)
      await this.database.queries.execute(countUsage(tenant, { 'bytes.out': bytes }));
  }
}

/** Writes bytes in chunks and waits for the reader whenever its window is full. */
export async function sendBytes(
  call: ServerWritableStream<unknown, { data: Buffer }>,
  bytes: Buffer,
  from = 0,
): Promise<void> {
  for (let offset = from; offset < bytes.length; offset += BLOB_CHUNK_BYTES) {
    if (call.cancelled) return;
    const data = bytes.subarray(offset, offset + BLOB_CHUNK_BYTES);
    await writeMessage(call, { data });
  }
}
