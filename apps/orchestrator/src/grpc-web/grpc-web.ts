/**
 * gRPC-Web (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md): the same calls for a page in a browser, which
 * cannot read the trailers of HTTP. Messages pass as they are, in the frames that gRPC has too; only the trailers become
 * a last frame of the body. Every call goes through the gRPC server of this process and all that stands before its
 * methods: nothing is decided here but whether the page may call at all.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { ApiError, DETAILS_KEY } from '#contracts';
import { problemOf } from '#telemetry';
import { corsHeaders } from './browser-origins.js';
import type { InnerConnections } from './inner-connections.js';

const callPath = /^\/(?:sealflow\.[a-z]+\.v1\.[A-Za-z]+\/[A-Za-z]+|grpc\.health\.v1\.Health\/Check)$/;
const contentType = 'application/grpc-web+proto';
/** What is passed on of a call, and of its end. Tickets between replicas and cookies are not among it. */
const passedOn = ['authorization', 'grpc-timeout', 'traceparent'] as const;
const ended = ['grpc-status', 'grpc-message', DETAILS_KEY] as const;
/** Of a frame's first byte: it holds the trailers. */
const TRAILERS = 0x80;

export interface GrpcWebOptions {
  /** Pages of these may call; of none, nobody's, and every path of this protocol is not found. */
  readonly origins: ReadonlySet<string>;
  readonly inside: () => InnerConnections | null;
}

/** Answers calls of pages; passes on everything else. */
export function grpcWeb({ origins, inside }: GrpcWebOptions) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const [path = ''] = (request.url ?? '').split('?');
    if (origins.size === 0 || !callPath.test(path)) {
      next();
      return;
    }
    const { origin } = request.headers;
    if (origin !== undefined && !origins.has(origin)) {
      refuse(response, notAllowed());
      return;
    }
    const isPreflight = request.method === 'OPTIONS';
    if (origin !== undefined) setHeaders(response, corsHeaders(origin, isPreflight));
    if (isPreflight) response.writeHead(204).end();
    else if (request.method !== 'POST') next();
    else if (!isGrpcWeb(request.headers['content-type'])) refuse(response, otherContent());
    else call(request, response, { path, inside: inside() });
  };
}

function isGrpcWeb(type: string | undefined): boolean {
  return type === contentType || type === 'application/grpc-web';
}

interface Call {
  readonly path: string;
  readonly inside: InnerConnections | null;
}

function call(request: IncomingMessage, response: ServerResponse, { path, inside }: Call): void {
  if (inside === null) {
    end(response, trailersOf(new ApiError('UNAVAILABLE', 'not ready yet')));
    return;
  }
  const stream = inside.of(request.socket).request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc+proto',
    te: 'trailers',
    ...Object.fromEntries(
      passedOn.flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    ),
  });
  request.pipe(stream);
  // Whoever goes away in the middle of a call ends it.
  response.once('close', () => stream.close(constants.NGHTTP2_CANCEL));
  answer(stream, response);
}

/** The answer as it comes: the head at once, then messages while the page reads them, then how it ended. */
function answer(stream: ClientHttp2Stream, response: ServerResponse): void {
  let last: IncomingHttpHeaders = {};
  stream.on('response', (headers) => {
    last = headers;
    begin(response);
    stream.pipe(response, { end: false });
  });
  stream.on('trailers', (trailers) => {
    last = { ...last, ...trailers };
  });
  stream.on('error', () => undefined);
  stream.once('close', () => {
    if (response.destroyed || response.writableEnded) return;
    if (last['grpc-status'] === undefined) {
      // Reset, or the server went away: what a page has of the body is not the whole.
      if (response.headersSent) response.destroy();
      else end(response, trailersOf(new ApiError('UNAVAILABLE', 'the call ended without an answer')));
      return;
    }
    end(
      response,
      ended.map((name) => [name, last[name]] as const),
    );
  });
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.flushHeaders();
}

type Trailers = readonly (readonly [name: string, value: unknown])[];

function end(response: ServerResponse, trailers: Trailers): void {
  if (!response.headersSent) begin(response);
  const lines = trailers.flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name}: ${value}\r\n`] : [],
  );
  const text = Buffer.from(lines.join(''), 'latin1');
  const head = Buffer.alloc(5);
  head.writeUInt8(TRAILERS, 0);
  head.writeUInt32BE(text.length, 1);
  response.end(Buffer.concat([head, text]));
}

function trailersOf(error: ApiError): Trailers {
  const { code, message, metadata } = error.toStatus();
  const [details] = metadata.get(DETAILS_KEY);
  return [
    ['grpc-status', String(code)],
    ['grpc-message', encodeURIComponent(message)],
    ...(Buffer.isBuffer(details) ? [[DETAILS_KEY, details.toString('base64')] as const] : []),
  ];
}

function notAllowed(): ApiError {
  return new ApiError(
    'ORIGIN_NOT_ALLOWED',
    'origin: expected one of SEALFLOW_BROWSER_ORIGINS, got another: whoever operates this service names the origin of your page there',
  );
}

function otherContent(): ApiError {
  return new ApiError('INVALID_REQUEST', `content-type: expected ${contentType}, got another`, {
    violations: [{ field: 'content-type', description: contentType }],
  });
}

function refuse(response: ServerResponse, error: ApiError): void {
  const { status: code, headers, body } = problemOf(error);
  setHeaders(response, headers);
  response.writeHead(code).end(JSON.stringify(body));
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
