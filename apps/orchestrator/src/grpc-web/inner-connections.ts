import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { type Server, ServerCredentials } from '@grpc/grpc-js';

/**
 * Connections to the gRPC server of this process that never leave it: one for each connection of a browser, which has one
 * call open at a time (HTTP/1.1), so that no reader can stand in the way of another. It ends with the browser's.
 */
export class InnerConnections {
  readonly #injector: ReturnType<Server['createConnectionInjector']>;
  readonly #sessions = new WeakMap<Socket, ClientHttp2Session>();

  constructor(server: Server) {
    // In the clear between two ends of one pipe; TLS is that of the browser's connection.
    this.#injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  }

  of(socket: Socket): ClientHttp2Session {
    const known = this.#sessions.get(socket);
    // One that was idle, or whose server is about to stop, takes no new calls.
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    const [near, far] = duplexPair();
    this.#injector.injectConnection(far);
    const session = connect('http://inside', { createConnection: () => near });
    // The calls of a session that fails get the error themselves.
    session.on('error', () => undefined);
    const end = (): void => session.destroy();
    socket.once('close', end);
    session.once('close', () => socket.off('close', end));
    this.#sessions.set(socket, session);
    return session;
  }
}
