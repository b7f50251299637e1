import type { Metadata, ServerReadableStream, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { digestOf } from '#canonical';
import {
  ApiError,
  type Blob,
  type DeleteBlobRequest__Output,
  type DeleteBlobResponse,
  type ListBlobsRequest__Output,
  type ListBlobsResponse,
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
import { currentPrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import { pageSize } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { countField, digestField, invalidField } from '../request-fields.js';
import { RequestBook } from '../runs/request-book.js';
import { parseBlobName, parseTenantName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { serverStream } from '../server-stream.js';
import { LOGGER } from '../tokens.js';
import { BlobList, type ListedBlob } from './blob-list.js';
import { partsOf } from './blob-parts.js';
import { type BlobPart, BlobReceiver } from './blob-receiver.js';
import { BlobSender } from './blob-sender.js';
import { BlobStore, tooLarge } from './blob-store.js';
import { UploadBook, wrongOffset } from './upload-book.js';

/** Bulk bytes over raw grpc-js streams: Nest's own stream methods know no back-pressure. */
@Controller()
export class BlobController {
  /** Bytes of small blobs that are not whole yet. */
  #held = 0;

  constructor(
    private readonly store: BlobStore,
    private readonly receiver: BlobReceiver,
    private readonly sender: BlobSender,
    private readonly uploads: UploadBook,
    private readonly list: BlobList,
    private readonly requests: RequestBook,
    private readonly tokens: PageTokens,
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
      const digest = digestField('digest', request.digest, 'a blob');
      const blob = await this.store.bytes(digest);
      if (blob === undefined) throw new ApiError('NOT_FOUND', `no blob ${digest}`);
      const from = countField('offset', request.offset, blob.size);
      const length =
        request.length === '' ? null : countField('length', request.length, Number.MAX_SAFE_INTEGER);
      await this.sender.send(call, blob, from, Math.min(blob.size, from + (length ?? blob.size)));
    });
  }

  @GrpcMethod('BlobService', 'StatBlob')
  async statBlob(request: StatBlobRequest__Output): Promise<StatBlobResponse> {
    const digest = digestField('digest', request.digest, 'a blob');
    const size = await this.store.size(digest);
    if (size === undefined) throw new ApiError('NOT_FOUND', `no blob ${digest}`);
    return { digest, size: String(size) };
  }

  @GrpcMethod('BlobService', 'QueryWriteStatus')
  async queryWriteStatus(request: QueryWriteStatusRequest__Output): Promise<QueryWriteStatusResponse> {
    const digest = digestField('digest', request.digest, 'a blob');
    const size = await this.store.readableSize(digest);
    if (size !== undefined) return { committedSize: String(size), complete: true, size: String(size) };
    const upload = await this.uploads.status(callerOfBlobs(), digest);
    return {
      committedSize: String(upload?.committed ?? 0),
      complete: false,
      size: upload === undefined ? '' : String(upload.size),
    };
  }

  @GrpcMethod('BlobService', 'ListBlobs')
  async listBlobs(request: ListBlobsRequest__Output): Promise<ListBlobsResponse> {
    const tenant = parseTenantName(request.parent);
    const size = pageSize(request.pageSize);
    const question = { method: 'ListBlobs', scope: request.parent, uploads: request.uploads };
    const after = String(this.tokens.open(question, request.pageToken)?.['key'] ?? '');
    const read = request.uploads
      ? await this.list.unfinished(tenant, after, size + 1)
      : await this.list.blobs(tenant, after, size + 1);
    const rows = read.slice(0, size);
    const last = rows.at(-1);
    const more = read.length > size && last !== undefined;
    return {
      blobs: rows.map((row) => blobMessage(tenant, row)),
      nextPageToken: more ? this.tokens.seal(question, { key: last.digest }) : '',
    };
  }

  @GrpcMethod('BlobService', 'DeleteBlob')
  async deleteBlob({ name, requestId }: DeleteBlobRequest__Output): Promise<DeleteBlobResponse> {
    const { tenant, digest } = parseBlobName(name);
    await this.requests.once({ tenant, requestId, method: 'DeleteBlob', content: { name } }, () =>
      this.list.remove(tenant, digest),
    );
    return {};
  }

  async #receive(
    call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
  ): Promise<WriteBlobResponse> {
    const { first, parts } = await partsOf(call, limits.slowWriterMs);
    const { digest, size, offset } = declaredBlob(first);
    if ((size ?? 0) > limits.blobBytesMax) throw tooLarge('blobBytesMax', size);
    if (size === null || size <= limits.smallBlobBytesMax) {
      if (offset !== 0) throw wrongOffset(0, offset);
      return this.#receiveSmall(digest, size, parts);
    }
    // What is there already is not sent again: the stream ends with the answer.
    if ((await this.store.readableSize(digest)) === undefined) {
      await this.receiver.receive({ owner: callerOfBlobs(), digest, size, offset }, parts);
    }
    return { digest, size: String(size) };
  }

  async #receiveSmall(
    declared: string,
    size: number | null,
    parts: AsyncIterable<BlobPart>,
  ): Promise<WriteBlobResponse> {
    const chunks: Buffer[] = [];
    let total = 0;
    try {
      for await (const { data, offset } of parts) {
        if (offset !== null && offset !== total) throw wrongOffset(total, offset);
        total += data.length;
        this.#held += data.length;
        if (total > limits.smallBlobBytesMax) throw tooLarge('smallBlobBytesMax', null);
        if (this.#held > limits.smallBlobsBytesMax) {
          throw new ApiError(
            'LIMIT_EXCEEDED',
            `smallBlobsBytesMax: expected at most ${limits.smallBlobsBytesMax} bytes of blobs at a time: try again later`,
            {
              facts: { limit: 'smallBlobsBytesMax', max: String(limits.smallBlobsBytesMax) },
              retryMs: 1_000,
            },
          );
        }
        // The chunk is a view on the received frame: copy, or the frame lives as long as the blob.
        chunks.push(Buffer.from(data));
      }
      const bytes = Buffer.concat(chunks);
      if (size !== null && size !== total) {
        throw invalidField('size', `the ${size} bytes that were announced`, `${total}: send the blob again`);
      }
      const digest = digestOf(bytes);
      if (declared !== digest) {
        throw new ApiError(
          'BLOB_DIGEST_MISMATCH',
          `blob: expected ${declared}, got content of ${digest}: name it by the digest of its bytes`,
          { facts: { expected: declared, actual: digest } },
        );
      }
      await this.store.put(bytes);
      return { digest, size: String(total) };
    } finally {
      this.#held -= total;
    }
  }
}

/** Whose uploads a caller goes on with: its tenant's, or those of the workers of the platform. */
function callerOfBlobs(): string {
  return currentPrincipal()?.tenant ?? '';
}

interface DeclaredBlob {
  readonly digest: string;
  readonly size: number | null;
  readonly offset: number;
}

/** What the first chunk says of the whole; an empty size says nothing. */
function declaredBlob(chunk: WriteBlobRequest__Output): DeclaredBlob {
  return {
    digest: digestField('digest', chunk.digest, 'the blob, in its first chunk'),
    size: chunk.size === '' ? null : countField('size', chunk.size, Number.MAX_SAFE_INTEGER),
    offset: countField('offset', chunk.offset, Number.MAX_SAFE_INTEGER),
  };
}

function blobMessage(tenant: string, row: ListedBlob): Blob {
  return {
    name: `tenants/${tenant}/blobs/${row.digest.slice('sha256:'.length)}`,
    digest: row.digest,
    size: String(row.size),
    committedSize: String(row.committed),
    complete: row.complete,
    createTime: timestamp(row.createdAt),
  };
}
