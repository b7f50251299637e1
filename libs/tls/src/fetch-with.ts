import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { contextOptions } from './contexts.js';
import type { TlsMaterial } from './material.js';

export interface FetchOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * GET as `fetch` does it, with roots of one's own, which `fetch` has no way to take. Follows no redirect.
 *
 * @param tls null for the roots that Node comes with
 */
export function fetchWith(url: string, tls: TlsMaterial | null, options: FetchOptions): Promise<Response> {
  const { headers = {}, signal } = options;
  return new Promise((resolve, reject) => {
    const answered = (answer: IncomingMessage): void => resolve(responseOf(answer));
    const request = url.startsWith('https:')
      ? httpsRequest(
          url,
          { headers, signal, agent: false, ...(tls === null ? {} : contextOptions(tls)) },
          answered,
        )
      : httpRequest(url, { headers, signal, agent: false }, answered);
    request.once('error', reject);
    request.end();
  });
}

const withoutBody = [204, 205, 304];

function responseOf(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 500;
  const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  if (withoutBody.includes(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status, headers });
}
