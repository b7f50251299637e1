import { createHash } from 'node:crypto';
import {
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiError } from './api-error.js';
import { BLOB_CHUNK_BYTES, readBlob, writeBlob } from './blobs.js';
import type { ReadBlobRequest__Output } from './generated/sealflow/blob/v1/ReadBlobRequest.js';
import type { ReadBlobResponse } from './generated/sealflow/blob/v1/ReadBlobResponse.js';
import type { WriteBlobRequest__Output } from './generated/sealflow/blob/v1/WriteBlobRequest.js';
import type { WriteBlobResponse } from './generated/sealflow/blob/v1/WriteBlobResponse.js';
import { type Loopback, serve, unused } from './loopback.fixture.js';

const DEADLINE = { deadlineMs: 10_000 };
const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31) & 0xff);
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

let loopback: Loopback | undefined;

afterEach(() => loopback?.close());

async function blobService(handlers: Partial<UntypedServiceImplementation>): Promise<Loopback> {
  loopback = await serve('sealflow.blob.v1.BlobService', {
    writeBlob: unused,
    readBlob: unused,
    statBlob: unused,
    ...handlers,
  } as UntypedServiceImplementation);
  return loopback;
}

/** Takes what a client uploads; `pauseMs` after every chunk makes it a slow reader. */
function store(chunks: WriteBlobRequest__Output[], pauseMs = 0) {
  return (
    call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
    callback: sendUnaryData<WriteBlobResponse>,
  ): void => {
    const take = async (): Promise<void> => {
      for await (const chunk of call) {
        chunks.push(chunk as WriteBlobRequest__Output);
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      callback(null, {});
    };
    void take();
  };
}

describe('writing a blob', () => {
  it.each([
    ['nothing', 0, 1],
    ['one byte', 1, 1],
    ['one whole chunk', BLOB_CHUNK_BYTES, 1],
    ['one byte more than a chunk', BLOB_CHUNK_BYTES + 1, 2],
    ['several chunks', 5 * BLOB_CHUNK_BYTES + 17, 6],
  ])('sends %s whole, in chunks, and names digest and size first', async (_what, length, count) => {
    const chunks: WriteBlobRequest__Output[] = [];
    const { services } = await blobService({ writeBlob: store(chunks) });
    const bytes = bytesOf(length);
    await writeBlob(services.blob, digestOf(bytes), bytes, DEADLINE);
    expect(chunks).toHaveLength(count);
    expect(chunks[0]).toMatchObject({ digest: digestOf(bytes), size: String(length) });
    expect(chunks.every(({ data }) => data.length <= BLOB_CHUNK_BYTES)).toBe(true);
    expect(digestOf(Buffer.concat(chunks.map(({ data }) => data)))).toBe(digestOf(bytes));
  });

  it('waits for a slow reader and loses nothing', async () => {
    const chunks: WriteBlobRequest__Output[] = [];
    const { services } = await blobService({ writeBlob: store(chunks, 5) });
    const bytes = bytesOf(20 * BLOB_CHUNK_BYTES);
    await writeBlob(services.blob, digestOf(bytes), bytes, DEADLINE);
    expect(digestOf(Buffer.concat(chunks.map(({ data }) => data)))).toBe(digestOf(bytes));
  });

  it('ends with the reason of a server that refuses in the middle', async () => {
    const { services } = await blobService({
      writeBlob: (
        call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
        callback: sendUnaryData<WriteBlobResponse>,
      ) => {
        call.once('data', () => callback(new ApiError('BLOB_TOO_LARGE', 'at most 1 byte').toStatus()));
      },
    });
    const bytes = bytesOf(40 * BLOB_CHUNK_BYTES);
    await expect(writeBlob(services.blob, digestOf(bytes), bytes, DEADLINE)).rejects.toMatchObject({
      reason: 'BLOB_TOO_LARGE',
      message: 'at most 1 byte',
    });
  });

  it('ends at its deadline when the server takes nothing', async () => {
    const { services } = await blobService({ writeBlob: () => undefined });
    const bytes = bytesOf(40 * BLOB_CHUNK_BYTES);
    await expect(writeBlob(services.blob, digestOf(bytes), bytes, { deadlineMs: 100 })).rejects.toMatchObject(
      {
        reason: 'DEADLINE_EXCEEDED',
      },
    );
  });
});

describe('reading a blob', () => {
  const send =
    (chunks: readonly Uint8Array[], code?: status) =>
    (call: ServerWritableStream<ReadBlobRequest__Output, ReadBlobResponse>): void => {
      for (const data of chunks) call.write({ data: Buffer.from(data) });
      if (code === undefined) call.end();
      else call.emit('error', { code, details: 'gone' });
    };

  it('joins the chunks', async () => {
    const { services } = await blobService({ readBlob: send([bytesOf(3), bytesOf(0), bytesOf(2)]) });
    const read = await readBlob(services.blob, 'sha256:00', { ...DEADLINE, bytesMax: 5 });
    expect([...read]).toEqual([...bytesOf(3), ...bytesOf(2)]);
  });

  it('stops when more comes than the caller wants to hold', async () => {
    const { services } = await blobService({ readBlob: send([bytesOf(3), bytesOf(3)]) });
    await expect(readBlob(services.blob, 'sha256:00', { ...DEADLINE, bytesMax: 5 })).rejects.toThrow(
      'larger than 5 bytes',
    );
  });

  it('fails when the stream breaks, and gives no half of a blob', async () => {
    const { services } = await blobService({ readBlob: send([bytesOf(3)], status.UNAVAILABLE) });
    await expect(readBlob(services.blob, 'sha256:00', { ...DEADLINE, bytesMax: 5 })).rejects.toMatchObject({
      reason: 'UNAVAILABLE',
    });
  });
});
