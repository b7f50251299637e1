import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CollateralError, type CollateralErrorCode } from './collateral-error.js';

export interface FetchInput {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const HEADER_BYTES_MAX = 32 * 1024;

/**
 * One request, bounded in bytes and in time from the call to the last byte: a server that drips cannot hold us.
 * Redirects are not followed, since the address is configuration and not the server's choice.
 *
 * @throws CollateralError `COLLATERAL_UNREACHABLE`, `COLLATERAL_TIMEOUT`, `COLLATERAL_TRUNCATED`, `COLLATERAL_TOO_LARGE`
 */
export function fetchBytes({
  url,
  method,
  headers = {},
  body,
  bytesMax,
  timeoutMs,
}: FetchInput): Promise<FetchAnswer> {
  const address = new URL(url);
  const name = `${method} ${address.host}${address.pathname}`;
  const request = address.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    let settled = false;
    const finish = (settle: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      settle();
    };
    const fail = (code: CollateralErrorCode, text: string): void => {
      finish(() => reject(new CollateralError(code, `${name}: ${text}`)));
      call.destroy();
    };
    const read = (response: IncomingMessage): void => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > bytesMax) fail('COLLATERAL_TOO_LARGE', `more than ${bytesMax} bytes`);
        else chunks.push(chunk);
      });
      response.on('end', () => {
        if (!response.complete) return fail('COLLATERAL_TRUNCATED', `ended after ${length} bytes`);
        const answer = {
          status: response.statusCode ?? 0,
          headers: headersOf(response),
          body: Buffer.concat(chunks),
        };
        return finish(() => resolve(answer));
      });
      response.on('error', () => fail('COLLATERAL_TRUNCATED', `ended after ${length} bytes`));
    };
    const call = request(
      address,
      {
        method,
        headers: { ...headers, 'accept-encoding': 'identity' },
        maxHeaderSize: HEADER_BYTES_MAX,
        agent: false,
      },
      read,
    );
    const timer = setTimeout(
      () => fail('COLLATERAL_TIMEOUT', `no whole answer within ${timeoutMs} ms`),
      timeoutMs,
    );
    call.on('error', (error: NodeJS.ErrnoException) => {
      const cut = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      fail(cut ? 'COLLATERAL_TRUNCATED' : 'COLLATERAL_UNREACHABLE', error.code ?? 'failed');
    });
    call.end(body);
  });
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}
