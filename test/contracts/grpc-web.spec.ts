import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Metadata,
  Server,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ApiError,
  type Bearer,
  type GetRunRequest__Output,
  type GetRunResponse,
  type GetRunResponse__Output,
  loadContracts,
  serverStream,
  unary,
  type WatchRunRequest__Output,
  type WatchRunResponse,
  type WriteBlobRequest__Output,
  type WriteBlobResponse,
  writeBlob,
} from '#contracts';
import { grpcWeb } from '../../apps/orchestrator/src/grpc-web/grpc-web.js';
import { InnerConnections } from '../../apps/orchestrator/src/grpc-web/inner-connections.js';
import { connectFromPage } from '../../libs/contracts/src/from-page.fixture.js';

/*
 * What a page does, by the client that pages have, against the door of the orchestrator and a real gRPC server behind it.
 * `fetch` is Node's; what browsers add, which is to refuse, is told in test/browser.
 */
const PAGE = 'https://app.example.com';

interface Handlers {
  getRun(
    call: ServerUnaryCall<GetRunRequest__Output, GetRunResponse>,
    answer: sendUnaryData<GetRunResponse>,
  ): void;
  watchRun(call: ServerWritableStream<WatchRunRequest__Output, WatchRunResponse>): void;
  writeBlob(
    call: ServerReadableStream<WriteBlobRequest__Output, WriteBlobResponse>,
    answer: sendUnaryData<WriteBlobResponse>,
  ): void;
}

const idle: Handlers = {
  getRun: (call, answer) => answer(null, { run: { name: call.request.name } }),
  watchRun: (call) => call.end(),
  writeBlob: (_call, answer) => answer(null, {}),
};
let handlers: Handlers;
let seen: Metadata | null;
let grpc: Server;
let http: HttpServer;
let address: string;

beforeAll(async () => {
  grpc = new Server();
  const contracts = loadContracts();
  grpc.addService(contracts['sealflow.run.v1.RunService'] as ServiceDefinition, {
    getRun: (call: Parameters<Handlers['getRun']>[0], answer: Parameters<Handlers['getRun']>[1]) => {
      seen = call.metadata;
      handlers.getRun(call, answer);
    },
    watchRun: (call: Parameters<Handlers['watchRun']>[0]) => handlers.watchRun(call),
  });
  grpc.addService(contracts['sealflow.blob.v1.BlobService'] as ServiceDefinition, {
    writeBlob: (...call: Parameters<Handlers['writeBlob']>) => handlers.writeBlob(...call),
  });
  const inside = new InnerConnections(grpc);
  const door = grpcWeb({ origins: new Set([PAGE]), inside: () => inside });
  http = createServer((request, response) => {
    door(request, response, () => response.writeHead(404).end());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
  grpc.forceShutdown();
});
beforeEach(() => {
  handlers = idle;
  seen = null;
});

const services = (bearer?: Bearer) => connectFromPage(address, { bearer });

function getRun(
  name = 'a',
  { bearer, ...limits }: { bearer?: Bearer; deadlineMs?: number; signal?: AbortSignal } = {},
) {
  return unary<GetRunResponse__Output>(
    (options, callback) => services(bearer).run.getRun({ name }, options, callback),
    { deadlineMs: 10_000, ...limits },
  );
}

function watch(signal?: AbortSignal) {
  return serverStream((options) => services().run.watchRun({ name: 'a' }, options), {
    deadlineMs: 30_000,
    signal,
  });
}

/** A server that sends one event and no end. @returns when a call of it is cancelled */
function cancelledAfterOne(): Promise<void> {
  return new Promise((cancelled) => {
    handlers = {
      ...idle,
      watchRun: (call) => {
        call.on('cancelled', cancelled);
        call.write({ sequence: '1' });
      },
    };
  });
}

/** A request as it goes over the line. */
function post(path: string, headers: Record<string, string>, method = 'POST') {
  const body = method === 'POST' ? Buffer.alloc(5) : null;
  return fetch(`${address}${path}`, {
    method,
    headers: { 'content-type': 'application/grpc-web+proto', 'grpc-timeout': '5S', ...headers },
    body,
  });
}

const GET_RUN = '/sealflow.run.v1.RunService/GetRun';

describe('a page that may not call', () => {
  it('of another origin is refused before anything is asked, with the reason', async () => {
    const answer = await post(GET_RUN, { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(await answer.json()).toMatchObject({ reason: 'ORIGIN_NOT_ALLOWED' });
    expect(seen).toBeNull();
  });

  it('is told so by the preflight of its browser', async () => {
    const answer = await post(GET_RUN, { origin: 'https://evil.example' }, 'OPTIONS');
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('finds nothing where no origin is named', async () => {
    const closed = grpcWeb({ origins: new Set(), inside: () => null });
    let passed = 0;
    const request = { url: GET_RUN, method: 'POST', headers: {} };
    closed(request as never, {} as never, () => {
      passed += 1;
    });
    expect(passed).toBe(1);
  });

  it.each([
    ['text of the same protocol', 'application/grpc-web-text'],
    ['gRPC itself', 'application/grpc'],
    ['a form', 'application/x-www-form-urlencoded'],
  ])('sends %s and gets what was expected', async (_what, type) => {
    const answer = await post(GET_RUN, { 'content-type': type });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ reason: 'INVALID_REQUEST' });
    expect(seen).toBeNull();
  });

  it.each([
    '/v1/runs',
    '/sealflow.run.v1.RunService',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  ])('asks for %s, which is not of this door', async (path) => {
    expect((await post(path, { origin: PAGE })).status).toBe(404);
  });
});

describe('a page that may', () => {
  it('is told by the preflight what it may send', async () => {
    const answer = await post(GET_RUN, { origin: PAGE }, 'OPTIONS');
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'POST',
      vary: 'origin',
    });
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('gets the answer, under its own origin', async () => {
    const answer = await post(GET_RUN, { origin: PAGE });
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await getRun('tenants/demo/runs/01')).run?.name).toBe('tenants/demo/runs/01');
  });

  it('calls with its credential and its deadline, and with no cookie or ticket', async () => {
    await post(GET_RUN, { cookie: 'session=x', 'sealflow-ticket': 'y', authorization: 'Bearer z' });
    expect(seen?.get('authorization')).toEqual(['Bearer z']);
    expect(Object.keys(seen?.getMap() ?? {}).sort()).toEqual(['authorization']);
    await getRun('a', { bearer: async () => 'renewed' });
    expect(seen?.get('authorization')).toEqual(['Bearer renewed']);
  });

  it('gets an error with its reason, its facts and its violations', async () => {
    const sent = new ApiError('LIMIT_EXCEEDED', 'zu groß: 5 > 4', {
      facts: { limit: 'x' },
      violations: [{ field: 'name', description: 'a run' }],
    });
    handlers = { ...idle, getRun: (_call, answer) => answer(sent.toStatus()) };
    const { reason, message, facts, violations } = sent;
    await expect(getRun()).rejects.toMatchObject({ reason, message, facts, violations });
  });

  it('repeats what may be repeated, and nothing else', async () => {
    let calls = 0;
    const away = new ApiError('UNAVAILABLE', 'away').toStatus();
    handlers = {
      ...idle,
      getRun: (_call, answer) => {
        calls += 1;
        if (calls < 3) answer(away);
        else answer(null, { run: { name: 'a' } });
      },
      writeBlob: (_call, answer) => {
        calls += 1;
        answer(away);
      },
    };
    expect((await getRun()).run?.name).toBe('a');
    expect(calls).toBe(3);
    calls = 0;
    await expect(
      writeBlob(services().blob, 'sha256:00', new Uint8Array(3), { deadlineMs: 5_000 }),
    ).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    expect(calls).toBe(1);
  });

  it('sends a blob in chunks and is answered once', async () => {
    const chunks: WriteBlobRequest__Output[] = [];
    handlers = {
      ...idle,
      writeBlob: (call, answer) => {
        call.on('data', (chunk: WriteBlobRequest__Output) => chunks.push(chunk));
        call.on('end', () => answer(null, {}));
      },
    };
    const bytes = Uint8Array.from({ length: 600_000 }, (_, index) => index % 256);
    await writeBlob(services().blob, 'sha256:ab', bytes, { deadlineMs: 10_000 });
    expect(chunks.map(({ digest, size, data }) => [digest, size, data.length])).toEqual([
      ['sha256:ab', '600000', 262_144],
      ['', '', 262_144],
      ['', '', 75_712],
    ]);
    expect(Buffer.concat(chunks.map(({ data }) => data)).equals(bytes)).toBe(true);
  });
});

describe('a stream to a page', () => {
  it('comes message by message', async () => {
    let next: () => void = () => undefined;
    handlers = {
      ...idle,
      watchRun: (call) => {
        let sequence = 0;
        next = () => {
          sequence += 1;
          call.write({ sequence: String(sequence) });
          if (sequence === 3) call.end();
        };
        next();
      },
    };
    const read: string[] = [];
    // The next one is made when the one before was read: a door that waits for the end would wait for ever.
    for await (const { sequence } of watch()) {
      read.push(sequence);
      next();
    }
    expect(read).toEqual(['1', '2', '3']);
  });

  it('ends at its server when the page leaves', async () => {
    const gone = cancelledAfterOne();
    for await (const _ of watch()) break;
    await gone;
  });

  it('ends at its server, and here with the reason, when its signal says so', async () => {
    const gone = cancelledAfterOne();
    const enough = new AbortController();
    const reading = (async () => {
      for await (const _ of watch(enough.signal)) enough.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    await gone;
  });

  it('that breaks off is no whole answer', async () => {
    let onRead: () => void = () => undefined;
    handlers = {
      ...idle,
      watchRun: (call) => {
        call.write({ sequence: '1' });
        // When it has been read.
        onRead = () => http.closeAllConnections();
      },
    };
    const read = async () => {
      for await (const _ of watch()) onRead();
    };
    await expect(read()).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
  });

  it('waits for a page that reads slowly, and keeps little meanwhile', async () => {
    const messages = 400;
    const bytes = 16 * 1024;
    let written = 0;
    handlers = {
      ...idle,
      watchRun: (call) => {
        const pump = (): void => {
          while (written < messages) {
            written += 1;
            if (!call.write({ prevDigest: Buffer.alloc(bytes) })) {
              call.once('drain', pump);
              return;
            }
          }
          call.end();
        };
        pump();
      },
    };
    const iterator = watch()[Symbol.asyncIterator]();
    await iterator.next();
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    // What lies in the windows and buffers on the way, and not the whole.
    expect(written * bytes).toBeLessThan(5 * 1024 * 1024);
    let read = 1;
    while ((await iterator.next()).done !== true) read += 1;
    expect(read).toBe(messages);
  });
});

describe('time', () => {
  it('ends a call that is not answered, at the page and at the server', async () => {
    let cancelled: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    handlers = { ...idle, getRun: (call) => call.on('cancelled', cancelled) };
    await expect(getRun('a', { deadlineMs: 300 })).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    await gone;
  });
});
