import type { Metadata, ServerReadableStream, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { digestOf, parseDigest } from '#canonical';
import {
  ApiError,
  BLOB_CHUNK_BYTES,
  type ReadBlobRequest__Output,
  type ReadBlobResponse,
  type StatBlobRequest__Output,
  type StatBlobResponse,
  type WriteBlobRequest__Output,
  type WriteBlobResponse,
} from '#contracts';
import { type Logger, toGrpcStatus } from '#telemetry';
import { limits } from '../config/limits.js';
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
      await sendBytes(call, await this.store.get(request.digest), Number(request.offset || '0'));
    });
  }

  @GrpcMethod('BlobService', 'StatBlob')
  async statBlob(request: StatBlobRequest__Output): Promise<StatBlobResponse> {
    const size = await this.store.size(request.digest);
    if (size === undefined) throw new ApiError('NOT_FOUND', `no blob ${request.digest}`);
    return { digest: request.digest, size: String(size) };
  }

  async #receive(
    call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
  ): Promise<WriteBlobResponse> {
    const chunks: Buffer[] = [];
    let declared: string | undefined;
    let total = 0;
    for await (const message of call) {
      const chunk = message as WriteBlobRequest__Output;
      declared ??= parseDigest(chunk.digest);
      total += chunk.data.length;
      if (total > limits.blobBytesMax) {
        throw new ApiError('BLOB_TOO_LARGE', `blob ${declared}: more than ${limits.blobBytesMax} bytes`);
      }
      // The chunk is a view on the received frame: copy, or the frame lives as long as the blob.
      chunks.push(Buffer.from(chunk.data));
    }
    const bytes = Buffer.concat(chunks);
    const digest = digestOf(bytes);
    if (declared !== digest) {
      throw new ApiError(
        'BLOB_DIGEST_MISMATCH',
        `blob declared as ${declared ?? 'nothing'}, content is ${digest}`,
        {
          facts: { expected: declared ?? '', actual: digest },
        },
      );
    }
    await this.store.put(bytes);
    return { digest, size: String(bytes.length) };
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
    await writeMessage(call, { data: bytes.subarray(offset, offset + BLOB_CHUNK_BYTES) });
  }
}
