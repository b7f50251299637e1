import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { LoopbackAddress } from './loopback-address.js';
import { UpstreamError } from './upstream-error.js';

export interface LoopbackCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** `Authorization: Bearer` of the server, where it wants one. */
  readonly key?: string | undefined;
  /** Until the status line. */
  readonly beginMs: number;
  /** Between two pieces of the body. */
  readonly idleMs: number;
  /** All of it. */
  readonly wholeMs: number;
}

export interface LoopbackResponse {
  readonly status: number;
  readonly contentType: string;
  /** Can be read once; leaving it early ends the request at the server. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Instead of reading. */
  discard(): void;
}

// A connection a call: a server may close an idle one at the moment of its next use, and a call is not sent twice.
const agent = new Agent({ keepAlive: false, maxSockets: 1024 });

/** One call to a server on this machine. Redirects are statuses like others: none is followed. */
export async function callLoopback(
  address: LoopbackAddress,
  call: LoopbackCall,
  signal: AbortSignal,
): Promise<LoopbackResponse> {
  if ('socketPath' in address)
    return open({ socketPath: address.socketPath }, address.basePath, call, signal);
  let unreachable: unknown;
  for (const host of address.hosts) {
    try {
      return await open({ host, port: address.port }, address.basePath, call, signal);
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.code !== 'UPSTREAM_UNREACHABLE') throw error;
      unreachable ??= error;
    }
  }
  throw unreachable;
}

function open(
  where: RequestOptions,
  basePath: string,
  call: LoopbackCall,
  signal: AbortSignal,
): Promise<LoopbackResponse> {
  signal.throwIfAborted();
  const clock = new Deadlines(call);
  return new Promise((resolve, reject) => {
    let connected = false;
    const outgoing = httpRequest(
      {
        ...where,
        agent,
        method: call.method,
        path: `${basePath}${call.path}`,
        headers: {
          accept: 'text/event-stream, application/json',
          ...(call.key === undefined ? {} : { authorization: `Bearer ${call.key}` }),
          ...(call.body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(call.body) }),
        },
      },
      (incoming) => {
        end = (error) => incoming.destroy(error);
        // Whoever reads gets the error; without a listener, one before the first read would end the process.
        incoming.on('error', () => undefined);
        const done = (): void => {
          clock.stop();
          signal.removeEventListener('abort', onAbort);
          incoming.destroy();
        };
        resolve({
          status: incoming.statusCode ?? 0,
          contentType: incoming.headers['content-type'] ?? '',
          body: pieces(incoming, clock, signal, done),
          discard: done,
        });
      },
    );
    let end = (error: Error): void => {
      outgoing.destroy(error);
    };
    const onAbort = (): void => end(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    clock.start((error) => end(error));
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => {
        connected = true;
      });
    });
    outgoing.on('error', (error) => {
      clock.stop();
      signal.removeEventListener('abort', onAbort);
      reject(asUpstreamError(error, signal, connected));
    });
    outgoing.end(call.body);
  });
}

async function* pieces(
  incoming: IncomingMessage,
  clock: Deadlines,
  signal: AbortSignal,
  done: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    // Read by the stream's own iterator: nothing is taken from the socket while the reader is busy.
    const reader = incoming[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    for (;;) {
      const next = await clock.watch(() => reader.next());
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw asUpstreamError(error, signal, true);
  } finally {
    done();
  }
}

/** Ends a call that takes too long. The time between two reads counts only while somebody waits for the server. */
class Deadlines {
  #end: (error: Error) => void = () => undefined;
  #whole: NodeJS.Timeout | undefined;
  #part: NodeJS.Timeout | undefined;

  constructor(private readonly call: LoopbackCall) {}

  start(end: (error: Error) => void): void {
    this.#end = end;
    this.#whole = this.#after(this.call.wholeMs, 'to answer');
    this.#part = this.#after(this.call.beginMs, 'to begin its answer');
  }

  async watch<T>(read: () => Promise<T>): Promise<T> {
    clearTimeout(this.#part);
    this.#part = this.#after(this.call.idleMs, 'between two pieces of its answer');
    try {
      return await read();
    } finally {
      clearTimeout(this.#part);
    }
  }

  stop(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#part);
  }

  #after(ms: number, what: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.#end(new UpstreamError('UPSTREAM_SLOW', `the model server took more than ${ms} ms ${what}`));
    }, ms);
  }
}

function asUpstreamError(error: unknown, signal: AbortSignal, connected: boolean): unknown {
  if (error instanceof UpstreamError) return error;
  if (signal.aborted) return abortReason(signal);
  const code = codeOf(error);
  if (code.startsWith('HPE_'))
    return new UpstreamError('UPSTREAM_MALFORMED', `no HTTP from the model server (${code})`);
  if (connected)
    return new UpstreamError('UPSTREAM_CUT', `the connection to the model server ended early (${code})`);
  return new UpstreamError('UPSTREAM_UNREACHABLE', `the model server does not accept connections (${code})`);
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}

/** The message of a system error names addresses; its code says enough. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'no code';
}
