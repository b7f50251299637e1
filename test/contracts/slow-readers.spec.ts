import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Readable } from 'node:stream';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import {
  connectServices,
  fromServiceError,
  loadContracts,
  type ReadBlobResponse,
  type ServiceClients,
} from '#contracts';
import { failureRules } from '../../apps/orchestrator/src/grpc-calls.js';
import { serverStream, writeMessage } from '../../apps/orchestrator/src/server-stream.js';
import { until } from '../support/until.js';

const logger = { warn: () => undefined, error: () => undefined, info: () => undefined } as never;
const PATIENCE_MS = 60;
const LONG_MS = 60_000;
const CHUNK = Buffer.alloc(256 * 1024, 7);
/** What one message waits in the transport, and what the stream of grpc-js queues before it says that it is full. */
const HELD_MAX = 20;
/** Empty request of gRPC: no compression, no bytes. */
const EMPTY = Buffer.alloc(5);
const path = (method: string) => `/sealflow.blob.v1.BlobService/${method}`;

interface Offered {
  chunks: number;
  done: boolean;
}

let server: Server | undefined;
let session: ClientHttp2Session | undefined;
let services: ServiceClients | undefined;
afterEach(() => {
  services?.close();
  session?.destroy();
  server?.forceShutdown();
});

/** A blob of so many chunks, and a unary answer of one; `patienceMs` as the orchestrator has it, only shorter. */
async function serve(
  chunks: number,
  patienceMs = PATIENCE_MS,
  graceMs = patienceMs,
): Promise<{ port: number; offered: Offered }> {
  const offered: Offered = { chunks: 0, done: false };
  const made = new Server({ interceptors: [failureRules(logger, { patienceMs, graceMs })] });
  made.addService(
    loadContracts()['sealflow.blob.v1.BlobService'] as ServiceDefinition,
    {
      readBlob: (call: ServerWritableStream<unknown, ReadBlobResponse>) => {
        const send = async (): Promise<void> => {
          for (; offered.chunks < chunks && !call.cancelled; offered.chunks += 1)
            await writeMessage(call, { data: CHUNK });
          offered.done = true;
        };
        serverStream(send).subscribe({ complete: () => call.end() });
      },
      listBlobs: (_call: unknown, answer: (error: null, response: unknown) => void) =>
        answer(null, { blobs: [], nextPageToken: 'x'.repeat(CHUNK.length) }),
    } as never,
  );
  server = made;
  const port = await new Promise<number>((resolve, reject) => {
    made.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, offered };
}

/** A client of HTTP/2 alone, that asks and reads nothing until it is told to. */
async function ask(port: number, method: string, deadline: string): Promise<ClientHttp2Stream> {
  session = connect(`http://127.0.0.1:${port}`);
  // A stream that is reset, as some of these are, is an error of its session too.
  session.on('error', () => undefined);
  await once(session, 'connect');
  const stream = session.request({
    ':method': 'POST',
    ':path': path(method),
    te: 'trailers',
    'content-type': 'application/grpc',
    'grpc-timeout': deadline,
  });
  stream.on('error', () => undefined);
  stream.end(EMPTY);
  return stream;
}

/** Rejects nothing: that it is reset is what is looked for. */
function closed(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve());
  });
}

describe('a reader that stops reading', () => {
  it('ends the work that is done for it, with a bound on what was kept', async () => {
    const { port, offered } = await serve(10_000);
    await ask(port, 'ReadBlob', '100S');
    await until('the handler is told', () => offered.done);
    expect(offered.chunks).toBeLessThan(HELD_MAX);
  });

  it('gets what was on its way and READER_TOO_SLOW with RetryInfo, when it reads on', async () => {
    const { port, offered } = await serve(10_000, PATIENCE_MS, LONG_MS);
    const stream = await ask(port, 'ReadBlob', '100S');
    await until('the handler is told', () => offered.done);
    const trailers = once(stream, 'trailers');
    let bytes = 0;
    stream.on('data', (data: Buffer) => {
      bytes += data.length;
    });
    const [sent] = (await trailers) as [Record<string, string>];
    expect(sent['grpc-status']).toBe('8');
    const details = Buffer.from(sent['grpc-status-details-bin'] ?? '', 'base64');
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', details);
    expect(fromServiceError({ code: 8, metadata })).toMatchObject({
      reason: 'READER_TOO_SLOW',
      retryMs: 1_000,
    });
    // Whole messages, none left out between.
    expect(bytes).toBeGreaterThan(CHUNK.length);
    expect(bytes).toBeLessThan(2 * CHUNK.length);
  });

  it('is reset when it does not read on: nothing of it stays, and its connection does', async () => {
    const { port } = await serve(10_000);
    const stream = await ask(port, 'ReadBlob', '100S');
    await closed(stream);
    expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect(session?.destroyed).toBe(false);
  });

  it('is ended after the last message too, when that is what it does not take', async () => {
    const { port, offered } = await serve(2);
    const stream = await ask(port, 'ReadBlob', '100S');
    await closed(stream);
    expect(offered).toEqual({ chunks: 2, done: true });
    expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  });

  it('is reset when the deadline of a unary call comes, the answer of which it did not take', async () => {
    const { port } = await serve(0, LONG_MS);
    const stream = await ask(port, 'ListBlobs', '80m');
    await closed(stream);
    expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  });

  it('is ended at the deadline of its stream, however much patience there is', async () => {
    const { port, offered } = await serve(10_000, LONG_MS);
    await ask(port, 'ReadBlob', '80m');
    await until('the handler is told', () => offered.done);
    expect(offered.chunks).toBeLessThan(HELD_MAX);
  });
});

describe('a reader that reads', () => {
  it('gets everything, however little patience there is', async () => {
    const { port, offered } = await serve(200, LONG_MS);
    const stream = await ask(port, 'ReadBlob', '100S');
    let bytes = 0;
    stream.on('data', (data: Buffer) => {
      bytes += data.length;
    });
    const [sent] = (await once(stream, 'trailers')) as [Record<string, string>];
    expect(sent['grpc-status']).toBe('0');
    expect(offered).toEqual({ chunks: 200, done: true });
    expect(bytes).toBeGreaterThan(200 * CHUNK.length);
  });
});

describe('a caller of the ordinary client that waits before it reads', () => {
  async function waiting(deadlineMs: number): Promise<{ error: Promise<unknown>; stream: Readable }> {
    const { port, offered } = await serve(10_000, PATIENCE_MS, LONG_MS);
    services = connectServices(`127.0.0.1:${port}`);
    const stream = services.blob.readBlob({}, { deadline: Date.now() + deadlineMs });
    const error = new Promise((resolve) => {
      // The end of a stream that nobody broke: this one must not have one.
      stream.once('error', resolve).once('status', resolve);
    });
    await until('the handler is told', () => offered.done);
    expect(offered.chunks).toBeLessThan(3 * HELD_MAX);
    return { error, stream };
  }

  it('holds a bounded part of the stream, and sees READER_TOO_SLOW when it reads on', async () => {
    const { error, stream } = await waiting(LONG_MS);
    stream.resume();
    expect(fromServiceError(await error)).toMatchObject({ reason: 'READER_TOO_SLOW', retryMs: 1_000 });
  });

  it('sees the end of its deadline when it never reads on', async () => {
    const { error } = await waiting(2_000);
    expect(fromServiceError(await error)).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });
});
