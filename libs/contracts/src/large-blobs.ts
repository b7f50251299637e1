import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientWritableStream } from '@grpc/grpc-js';
import { ApiError, fromServiceError } from './api-error.js';
import { BLOB_CHUNK_BYTES } from './blobs.js';
import { serverStream, unary } from './call.js';
import type { BlobServiceClient } from './generated/sealflow/blob/v1/BlobService.js';
import type { QueryWriteStatusResponse__Output } from './generated/sealflow/blob/v1/QueryWriteStatusResponse.js';
import type { WriteBlobRequest } from './generated/sealflow/blob/v1/WriteBlobRequest.js';

/** Bytes that can be read from anywhere, as those of a file can: an upload goes on where the service says. */
export interface BlobSource {
  readonly digest: string;
  readonly size: number;
  read(from: number): AsyncIterable<Uint8Array>;
}

export interface TransferOptions {
  /** Of one stream; a transfer that takes longer is taken up again. */
  readonly deadlineMs: number;
  /** How long it goes on without a byte of progress. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  /** Called with the bytes that are there: sent, or received. */
  readonly onProgress?: (bytes: number) => void;
}

const STATUS_DEADLINE_MS = 10_000;
const PAUSE_MS = 250;

/** What another attempt may mend: the service, the way to it or the caller was away for a while. */
const passing: readonly string[] = [
  'UNAVAILABLE',
  'DRAINING',
  'WRITER_TOO_SLOW',
  'READER_TOO_SLOW',
  // A stream that was reset for the same has no room for a reason.
  'RESOURCE_EXHAUSTED',
  'DEADLINE_EXCEEDED',
  'BLOB_OFFSET_MISMATCH',
];

/** Uploads a blob of any size, and goes on where the service has it whenever that breaks. */
export async function uploadBlob(
  client: BlobServiceClient,
  source: BlobSource,
  options: TransferOptions,
): Promise<void> {
  const patience = new Patience(options);
  for (;;) {
    try {
      const status = await writeStatus(client, source.digest, options);
      const committed = Number(status.committedSize);
      options.onProgress?.(committed);
      patience.progressed(committed);
      if (status.complete) return;
      await sendFrom(client, source, committed, options);
      options.onProgress?.(source.size);
      return;
    } catch (error) {
      await patience.afterFailure(error);
    }
  }
}

/**
 * Downloads a blob of any size, and goes on where it stood whenever that breaks. The caller compares the digest: the
 * store is not trusted.
 *
 * @param from bytes to skip, which the caller has
 */
export async function* downloadBlob(
  client: BlobServiceClient,
  digest: string,
  options: TransferOptions,
  from = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  const patience = new Patience(options);
  let position = from;
  for (;;) {
    try {
      const call = serverStream(
        (callOptions) => client.readBlob({ digest, offset: String(position) }, callOptions),
        options,
      );
      for await (const { data } of call) {
        position += data.length;
        yield data;
        options.onProgress?.(position);
      }
      return;
    } catch (error) {
      patience.progressed(position);
      await patience.afterFailure(error);
    }
  }
}

function writeStatus(
  client: BlobServiceClient,
  digest: string,
  { signal }: TransferOptions,
): Promise<QueryWriteStatusResponse__Output> {
  return unary<QueryWriteStatusResponse__Output>(
    (options, callback) => client.queryWriteStatus({ digest }, options, callback),
    signal === undefined ? { deadlineMs: STATUS_DEADLINE_MS } : { deadlineMs: STATUS_DEADLINE_MS, signal },
  );
}

/** One stream. Ends with its answer, which may come before everything was sent. */
function sendFrom(
  client: BlobServiceClient,
  source: BlobSource,
  from: number,
  options: TransferOptions,
): Promise<void> {
  const { signal } = options;
  return new Promise<void>((resolve, reject) => {
    const call = client.writeBlob({ deadline: Date.now() + options.deadlineMs }, (error) => {
      signal?.removeEventListener('abort', cancel);
      stream.end();
      if (error === null) resolve();
      else reject(signal?.aborted === true ? signal.reason : fromServiceError(error));
    });
    const stream = new SendStream(call);
    const cancel = (): void => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    pump(stream, source, from, options).catch((error: unknown) => {
      call.cancel();
      reject(error);
    });
  });
}

async function pump(
  stream: SendStream,
  source: BlobSource,
  from: number,
  options: TransferOptions,
): Promise<void> {
  const { digest, size } = source;
  let position = from;
  await stream.write({ digest, size: String(size), offset: String(from), data: Buffer.alloc(0) });
  for await (const bytes of source.read(from)) {
    for (let offset = 0; offset < bytes.length; offset += BLOB_CHUNK_BYTES) {
      if (stream.isOver) return;
      const data = bytes.subarray(offset, offset + BLOB_CHUNK_BYTES);
      await stream.write({ data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) });
      position += data.length;
      options.onProgress?.(position);
    }
  }
  if (!stream.isOver) stream.close();
}

/** Writes while the service takes it. */
class SendStream {
  isOver = false;
  #wake: () => void = () => undefined;

  constructor(private readonly call: ClientWritableStream<WriteBlobRequest>) {
    // What was written to a stream that is over comes here; its answer says why it is.
    call.on('error', () => undefined);
  }

  async write(message: WriteBlobRequest): Promise<void> {
    if (this.isOver || this.call.write(message)) return;
    await new Promise<void>((done) => {
      this.#wake = done;
      this.call.once('drain', done);
    });
  }

  close(): void {
    this.call.end();
  }

  /** The answer came: nobody waits any more. */
  end(): void {
    this.isOver = true;
    this.#wake();
  }
}

/** Tries again while there is progress, and for a while without any. */
class Patience {
  #position = -1;
  #sinceMs = performance.now();

  constructor(private readonly options: TransferOptions) {}

  progressed(position: number): void {
    if (position <= this.#position) return;
    this.#position = position;
    this.#sinceMs = performance.now();
  }

  async afterFailure(error: unknown): Promise<void> {
    const { signal, patienceMs } = this.options;
    signal?.throwIfAborted();
    if (!(error instanceof ApiError) || !passing.includes(error.reason)) throw error;
    if (performance.now() - this.#sinceMs > patienceMs) throw error;
    await sleep(PAUSE_MS, undefined, signal === undefined ? {} : { signal });
  }
}
