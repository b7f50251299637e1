/** Test fixture: HTTP servers of a guest, on a free loopback port or a unix socket, that can also misbehave. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

export async function serve(handler: Handler, where: string | 0 = 0): Promise<number> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => handler(request, response, body));
  });
  open.push(server);
  await new Promise<void>((resolve) => {
    if (typeof where === 'string') server.listen(where, resolve);
    else server.listen(where, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status).end(body);
}

/** Promises more bytes than it sends, then drops the connection. */
export function cutShort(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"quote":');
  setTimeout(() => response.destroy(), 20);
}

/** Sends for ever. */
export function endless(response: ServerResponse): void {
  response.writeHead(200);
  const chunk = 'x'.repeat(256 * 1024);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}
