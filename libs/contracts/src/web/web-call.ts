/**
 * A call over gRPC-Web, by the browser's own `fetch`: over TLS of the browser, without cookies, and never to another
 * address than the one that was given.
 */
import { type Bearer, credentialOf } from '../bearer.js';
import { status } from '../grpc-browser.js';
import { framesOf } from './frames.js';
import { statusOfHttp, statusOfTrailers, WebStatus } from './web-status.js';

const CONTENT_TYPE = 'application/grpc-web+proto';
/** A timeout has eight digits at most (PROTOCOL-HTTP2.md). */
const TIMEOUT_MS_MAX = 99_999_999;

export interface WebConnection {
  /** Of the HTTP side of an orchestrator, without a slash at the end. */
  readonly address: string;
  readonly bearer: Bearer | undefined;
}

export interface WebCallInput {
  /** `/package.Service/Method` */
  readonly path: string;
  /** Frames of what is sent. */
  readonly body: Uint8Array<ArrayBuffer> | Blob;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/**
 * Messages of the answer, as they come.
 *
 * @throws WebStatus however it ended, but well
 */
export async function* callWeb(
  connection: WebConnection,
  { path, body, deadline, signal }: WebCallInput,
): AsyncGenerator<Uint8Array, void, undefined> {
  const leftMs = Math.min(Math.max(1, Math.ceil(deadline - Date.now())), TIMEOUT_MS_MAX);
  const late = AbortSignal.timeout(leftMs);
  const until = AbortSignal.any([signal, late]);
  const why = (error: unknown): WebStatus => {
    if (error instanceof WebStatus) return error;
    if (signal.aborted) return new WebStatus(status.CANCELLED, 'Cancelled on client');
    if (late.aborted) return new WebStatus(status.DEADLINE_EXCEEDED, 'Deadline exceeded');
    return new WebStatus(
      status.UNAVAILABLE,
      `${connection.address}: nobody answers, or not to pages of this origin (SEALFLOW_BROWSER_ORIGINS)`,
    );
  };
  const credential = await credentialOf(connection.bearer).catch(() => {
    throw new WebStatus(
      status.UNAUTHENTICATED,
      'the source of this client’s token gave none: expected a token, got an error',
    );
  });
  try {
    const response = await fetch(`${connection.address}${path}`, {
      method: 'POST',
      headers: {
        'content-type': CONTENT_TYPE,
        'x-grpc-web': '1',
        'grpc-timeout': `${leftMs}m`,
        ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      },
      body,
      signal: until,
      credentials: 'omit',
      redirect: 'error',
    });
    yield* messagesOf(response);
  } catch (error) {
    throw why(error);
  }
}

async function* messagesOf(response: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const { body } = response;
  if (response.status !== 200 || body === null || response.headers.get('content-type') !== CONTENT_TYPE) {
    await body?.cancel();
    throw statusOfHttp(response.status);
  }
  for await (const { isTrailers, bytes } of framesOf(chunksOf(body))) {
    if (!isTrailers) {
      yield bytes;
      continue;
    }
    const end = statusOfTrailers(bytes);
    if (end !== null) throw end;
    return;
  }
  throw new WebStatus(
    status.UNAVAILABLE,
    'the connection ended under the call; repeat it, another one is made',
  );
}

/** Not every browser iterates over a stream by itself. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever leaves early ends the call at its server too.
    await reader.cancel().catch(() => undefined);
  }
}
