import { subscribe } from 'node:diagnostics_channel';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { limits } from './config/limits.js';

const STREAM_CREATED = 'http2.server.stream.created';

/**
 * How much callers may send before we have read it (RFC 9113 section 6.9). grpc-js has an option for that in its
 * clients and none in its servers, which stay at 64 KiB: one trip there and back for each, whatever the line carries. A
 * stream that nobody reads must not stop the others of its connection, which therefore has more than one stream.
 *
 * Holds for every HTTP/2 server of the process.
 */
export function widenWindows(): void {
  const widened = new WeakSet<Http2Session>();
  subscribe(STREAM_CREATED, (message) => {
    const { session } = (message as { readonly stream: ServerHttp2Stream }).stream;
    if (session === undefined || widened.has(session)) return;
    widened.add(session);
    session.setLocalWindowSize(limits.connectionWindowBytes);
    session.settings({ initialWindowSize: limits.streamWindowBytes });
  });
}
