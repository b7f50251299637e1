import { isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { CallCredentials, ChannelCredentials, experimental } from '@grpc/grpc-js';
import { contextOptions } from './contexts.js';
import { tlsLimits } from './limits.js';
import type { WatchedTls } from './watched-tls.js';

type Connector = experimental.SecureConnector;
type Target = Parameters<ChannelCredentials['_createSecureConnector']>[0];

/** Credentials of a channel: each new connection shows and believes what the files say then. */
export class RotatingChannelCredentials extends ChannelCredentials {
  #context: SecureContext;

  constructor(tls: WatchedTls) {
    super();
    this.#context = createSecureContext(contextOptions(tls.material));
    tls.onChange((material) => {
      this.#context = createSecureContext(contextOptions(material));
    });
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(target: Target, _options: object, calls?: CallCredentials): Connector {
    const hosts = hostsOf(target);
    return {
      connect: async (socket) => ({ socket: await this.#handshake(socket, hosts), secure: true }),
      waitForReady: async () => undefined,
      getCallCredentials: () => calls ?? CallCredentials.createEmpty(),
      destroy: () => undefined,
    };
  }

  #handshake(socket: Socket, hosts: readonly string[]): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      // A target may list addresses: the one that answers is the one whose name has to be in the certificate.
      const [first = ''] = hosts;
      const host = hosts.find((candidate) => candidate === socket.remoteAddress) ?? first;
      const secure = connect({
        socket,
        secureContext: this.#context,
        ALPNProtocols: ['h2'],
        // RFC 6066 section 3: an address is no server name.
        ...(isIP(host) === 0 ? { servername: host } : {}),
        checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
      });
      const timer = setTimeout(
        () => secure.destroy(new Error('no TLS handshake in time')),
        tlsLimits.handshakeMs,
      );
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      secure.once('error', fail);
      secure.once('close', () => fail(new Error('the connection closed during the TLS handshake')));
      secure.once('secureConnect', () => {
        clearTimeout(timer);
        resolve(secure);
      });
    });
  }
}

/** Hosts of a gRPC target: one name, or the addresses of `ipv4:` and `ipv6:`. */
function hostsOf({ path }: Target): string[] {
  return path
    .replace(/^\/+/, '')
    .split(',')
    .map((entry) => experimental.splitHostPort(entry)?.host ?? entry);
}
