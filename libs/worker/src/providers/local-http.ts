import { request } from 'node:http';
import { tooLarge } from './cpu-quote.js';
import { errnoOf, QuoteError } from './quote-error.js';

/** A service inside the guest: on a loopback port, or on a unix socket. */
export type LocalEndpoint =
  | { readonly host: '127.0.0.1'; readonly port: number }
  | { readonly socketPath: string };

export interface LocalRequest {
  readonly source: string;
  readonly endpoint: LocalEndpoint;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

export interface LocalResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

/**
 * One request to a service of the guest, bounded in time and bytes; the time runs from the call to the last byte.
 *
 * @throws QuoteError `QUOTE_SOURCE_ABSENT`, `QUOTE_PERMISSION`, `QUOTE_TIMEOUT`, `QUOTE_TOO_LARGE`, `QUOTE_MALFORMED`
 */
export function localRequest(input: LocalRequest): Promise<LocalResponse> {
  const { source, endpoint, method, path, body, bytesMax, timeoutMs } = input;
  const what = `${source}: ${method} ${path.split('?')[0] ?? path}`;
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      finish();
    };
    const fail = (error: QuoteError): void => {
      settle(() => reject(error));
      call.destroy();
    };
    const call = request(
      {
        ...endpoint,
        method,
        path,
        agent: false,
        headers:
          body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > bytesMax) fail(tooLarge(what, bytesMax));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          if (!response.complete) fail(cutShort(what));
          else
            settle(() =>
              resolve({ status: response.statusCode ?? 0, body: new Uint8Array(Buffer.concat(chunks)) }),
            );
        });
        response.on('error', () => fail(cutShort(what)));
        response.on('aborted', () => fail(cutShort(what)));
      },
    );
    const timer = setTimeout(() => {
      fail(
        new QuoteError('QUOTE_TIMEOUT', {
          what,
          expected: `an answer within ${timeoutMs} ms`,
          got: 'none',
          advice: 'look at the log of the guest agent; on TDX the quote service of the host must run',
        }),
      );
    }, timeoutMs);
    call.on('error', (error) => fail(connectFailure(what, error)));
    call.end(body);
  });
}

function cutShort(what: string): QuoteError {
  return new QuoteError('QUOTE_MALFORMED', {
    what,
    expected: 'a whole answer',
    got: 'a connection that ended in the middle',
    advice: 'the service may have crashed; look at its log',
  });
}

function connectFailure(what: string, error: Error): QuoteError {
  const got = errnoOf(error);
  if (got === 'EACCES' || got === 'EPERM') {
    return new QuoteError('QUOTE_PERMISSION', {
      what,
      expected: 'a socket this process may use',
      got,
      advice: 'give the process the group of the socket',
    });
  }
  if (got === 'ECONNREFUSED' || got === 'ENOENT' || got === 'ENOTSOCK' || got === 'EADDRNOTAVAIL') {
    return new QuoteError('QUOTE_SOURCE_ABSENT', {
      what,
      expected: 'a listening service',
      got,
      advice: 'this is no guest of that kind, or the service does not run yet',
    });
  }
  return got === 'ECONNRESET' || got === 'EPIPE'
    ? cutShort(what)
    : new QuoteError('QUOTE_MALFORMED', {
        what,
        expected: 'an HTTP answer',
        got,
        advice: 'something else may listen there',
      });
}
