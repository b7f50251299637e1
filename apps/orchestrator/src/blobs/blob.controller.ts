import type { Metadata, ServerReadableStream, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { digestOf } from '#canonical';
import {
  ApiError,
  BLOB_CHUNK_BYTES,
  type QueryWriteStatusRequest__Output,
  type QueryWriteStatusResponse,
  type ReadBlobRequest__Output,
  type ReadBlobResponse,
  type StatBlobRequest__Output,
  type StatBlobResponse,
  type WriteBlobRequest__Output,
  type WriteBlobResponse,
} from '#contracts';
import { type Logger, toGrpcStatus } from '#telemetry';
import { limits } from '../config/limits.js';
import { countField, digestField, invalidField } from '../request-fields.js';
import { serverStream, writeMessage } from '../server-stream.js';
import { LOGGER } from '../tokens.js';
import { BlobStore } from './blob-store.js';

/** Bulk bytes over raw grpc-js streams: Nest's own stream methods know no back-pressure. */
@Controller()
export class BlobController {
  constructor(
    private readonly store: BlobStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @GrpcStreamCall('BlobService', 'WriteBlob')
  writeBlob(
    call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
    callback: sendUnaryData<WriteBlobResponse>,
  ): void {
    this.#receive(call).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toGrpcStatus(error, this.logger)),
    );
  }

  @GrpcMethod('BlobService', 'ReadBlob')
  readBlob(
    request: ReadBlobRequest__Output,
    _metadata: Metadata,
    call: ServerWritableStream<ReadBlobRequest__Output, ReadBlobResponse>,
  ): Observable<ReadBlobResponse> {
    return serverStream(async () => {
      const bytes = await this.store.get(digestField('digest', request.digest, 'a blob'));
      await sendBytes(call, bytes, countField('offset', request.offset, bytes.length));
    });
  }

  @GrpcMethod('BlobService', 'StatBlob')
  async statBlob(request: StatBlobRequest__Output): Promise<StatBlobResponse> {
    const digest = digestField('digest', request.digest, 'a blob');
    const size = await this.store.size(digest);
    if (size === undefined) throw new ApiError('NOT_FOUND', `no blob ${digest}`);
    return { digest, size: String(size) };
  }

  /** Nothing is kept of an upload that broke off: it goes on at 0. */
  @GrpcMethod('BlobService', 'QueryWriteStatus')
  async queryWriteStatus(request: QueryWriteStatusRequest__Output): Promise<QueryWriteStatusResponse> {
    const size = await this.store.size(digestField('digest', request.digest, 'a blob'));
    return { committedSize: String(size ?? 0), complete: size !== undefined };
  }

  async #receive(
    call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
  ): Promise<WriteBlobResponse> {
    const chunks: Buffer[] = [];
    let declared: { readonly digest: string; readonly size: number | null } | undefined;
    let total = 0;
    for await (const message of call) {
      const chunk = message as WriteBlobRequest__Output;
      declared ??= declaredBlob(chunk);
      total += chunk.data.length;
      if (total > limits.blobBytesMax || (declared.size ?? 0) > limits.blobBytesMax) {
        throw new ApiError(
          'BLOB_TOO_LARGE',
          `blob ${declared.digest}: expected at most ${limits.blobBytesMax} bytes, got ${declared.size ?? 'more'}`,
          { facts: { limit: 'blobBytesMax', max: String(limits.blobBytesMax) } },
        );
      }
      // The chunk is a view on the received frame: copy, or the frame lives as long as the blob.
      chunks.push(Buffer.from(chunk.data));
    }
    const bytes = Buffer.concat(chunks);
    const digest = digestOf(bytes);
    if (declared === undefined) throw invalidField('digest', 'a first chunk that names the blob', 'no chunk');
    if (declared.size !== null && declared.size !== total) {
      throw invalidField(
        'size',
        `the ${declared.size} bytes that were announced`,
        `${total}: send the blob again`,
      );
    }
    if (declared.digest !== digest) {
      throw new ApiError(
        'BLOB_DIGEST_MISMATCH',
        `blob: expected ${declared.digest}, got content of ${digest}: name it by the digest of its bytes`,
        { facts: { expected: declared.digest, actual: digest } },
      );
    }
    await this.store.put(bytes);
    return { digest, size: String(bytes.length) };
  }
}

/** What the first chunk says of the whole; an empty size says nothing. */
function declaredBlob(chunk: WriteBlobRequest__Output): { digest: string; size: number | null } {
  const offset = countField('offset', chunk.offset, Number.MAX_SAFE_INTEGER);
  if (offset !== 0) {
    throw new ApiError(
      'BLOB_OFFSET_MISMATCH',
      `offset: expected 0, where the kept bytes end, got ${offset}`,
      {
        facts: { committed: '0' },
      },
    );
  }
  return {
    digest: digestField('digest', chunk.digest, 'the blob, in its first chunk'),
    size: chunk.size === '' ? null : countField('size', chunk.size, Number.MAX_SAFE_INTEGER),
  };
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
    await writeMessage(call, { data }, limits.slowReaderMs);
  }
}
