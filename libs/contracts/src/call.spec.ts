import { constants, createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '#loopback';
import { serverStream, unary } from './call.js';
import type { GetRunRequest__Output } from './generated/sealflow/run/v1/GetRunRequest.js';
import type { GetRunResponse, GetRunResponse__Output } from './generated/sealflow/run/v1/GetRunResponse.js';
import type { WatchRunRequest__Output } from './generated/sealflow/run/v1/WatchRunRequest.js';
import type { WatchRunResponse } from './generated/sealflow/run/v1/WatchRunResponse.js';
import { type Loopback, serve, unused } from './loopback.fixture.js';
import { connectServices } from './services.js';

let loopback: Loopback | undefined;

afterEach(() => loopback?.close());

type Unary = (
  call: ServerUnaryCall<GetRunRequest__Output, GetRunResponse>,
  callback: sendUnaryData<GetRunResponse>,
) => void;
type Watch = (call: ServerWritableStream<WatchRunRequest__Output, WatchRunResponse>) => void;

async function runService(handlers: { getRun?: Unary; watchRun?: Watch }): Promise<Loopback> {
  loopback = await serve('sealflow.run.v1.RunService', {
    createRun: unused,
    getRun: handlers.getRun ?? unused,
    listRuns: unused,
    watchRun: handlers.watchRun ?? unused,
    cancelRun: unused,
    approveStep: unused,
  });
  return loopback;
}

function getRun(services: Loopback['services'], limits: { deadlineMs: number; signal?: AbortSignal }) {
  return unary<GetRunResponse__Output>(
    (options, callback) => services.run.getRun({ name: 'x' }, options, callback),
    limits,
  );
}

/** An answer without a field: five bytes of gRPC's frame, and the status. */
function answerEmpty(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.alloc(5));
}

describe('a unary call', () => {
  it('gives the response', async () => {
    const { services } = await runService({
      getRun: (_call, callback) => callback(null, { run: { name: 'a' } }),
    });
    expect((await getRun(services, { deadlineMs: 5_000 })).run?.name).toBe('a');
  });

  it('that changes nothing is made again when a replica goes away under it', async () => {
    let calls = 0;
    const { services } = await runService({
      getRun: (_call, callback) => {
        calls += 1;
        if (calls < 3) callback({ code: status.UNAVAILABLE, details: 'gone' });
        else callback(null, { run: { name: 'a' } });
      },
    });
    expect((await getRun(services, { deadlineMs: 30_000 })).run?.name).toBe('a');
    expect(calls).toBe(3);
  });

  it('is made again when its stream is reset, and is UNAVAILABLE where that does not end', async () => {
    let resets = 2;
    let calls = 0;
    const server = createHttp2Server();
    server.on('stream', (stream) => {
      calls += 1;
      // As Node does with the streams of a connection that goes away.
      if (calls <= resets) stream.close(constants.NGHTTP2_CANCEL);
      else answerEmpty(stream);
    });
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const services = connectServices(`127.0.0.1:${port}`);
    expect(await getRun(services, { deadlineMs: 30_000 })).toMatchObject({ run: null });
    expect(calls).toBe(3);
    resets = Number.MAX_SAFE_INTEGER;
    await expect(getRun(services, { deadlineMs: 30_000 })).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    services.close();
    server.close();
  });

  it('ends at its deadline when nobody answers', async () => {
    const { services } = await runService({ getRun: () => undefined });
    await expect(getRun(services, { deadlineMs: 50 })).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });

  it('ends when its signal aborts', async () => {
    const abort = new AbortController();
    const { services } = await runService({ getRun: () => abort.abort(new Error('enough')) });
    await expect(getRun(services, { deadlineMs: 5_000, signal: abort.signal })).rejects.toThrow('enough');
  });

  it('is not made when its signal aborted before', async () => {
    const { services } = await runService({});
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(getRun(services, { deadlineMs: 5_000, signal })).rejects.toThrow('too late');
  });

  it('says UNAVAILABLE when nobody listens', async () => {
    const services = connectServices(`127.0.0.1:${await freePort()}`);
    await expect(getRun(services, { deadlineMs: 5_000 })).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    services.close();
  });
});

describe('a server stream', () => {
  const three: Watch = (call) => {
    for (const sequence of ['1', '2', '3']) call.write({ sequence });
    call.end();
  };
  const endless: Watch = (call) => {
    call.write({ sequence: '1' });
  };

  function watch(services: Loopback['services'], limits: { deadlineMs?: number; signal?: AbortSignal } = {}) {
    return serverStream((options) => services.run.watchRun({ name: 'x' }, options), limits);
  }

  it('gives every message and ends', async () => {
    const { services } = await runService({ watchRun: three });
    const seen: string[] = [];
    for await (const { sequence } of watch(services)) seen.push(sequence);
    expect(seen).toEqual(['1', '2', '3']);
  });

  it('is cancelled at the server when the reader leaves the loop', async () => {
    let cancel = (): void => undefined;
    const cancelled = new Promise<void>((resolve) => {
      cancel = resolve;
    });
    const { services } = await runService({
      watchRun: (call) => {
        call.on('cancelled', () => cancel());
        endless(call);
      },
    });
    for await (const _event of watch(services)) break;
    await cancelled;
  });

  it('ends with an error when its signal aborts', async () => {
    const { services } = await runService({ watchRun: endless });
    const abort = new AbortController();
    const reading = (async () => {
      for await (const _event of watch(services, { signal: abort.signal })) abort.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });

  it('is not opened when its signal aborted before', async () => {
    const { services } = await runService({ watchRun: endless });
    const signal = AbortSignal.abort(new Error('too late'));
    const reading = (async () => {
      for await (const _event of watch(services, { signal, deadlineMs: 2_000 })) throw new Error('read');
    })();
    await expect(reading).rejects.toThrow('too late');
  });

  it('ends with the reason of the server', async () => {
    const { services } = await runService({
      watchRun: (call) => call.emit('error', { code: status.NOT_FOUND, details: 'no run' }),
    });
    const reading = (async () => {
      for await (const _event of watch(services)) throw new Error('read');
    })();
    await expect(reading).rejects.toMatchObject({ reason: 'NOT_FOUND', message: 'no run' });
  });
});
