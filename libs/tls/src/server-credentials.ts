import { createSecureContext } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import { contextOptions } from './contexts.js';
import { tlsLimits } from './limits.js';
import type { WatchedTls } from './watched-tls.js';

/**
 * Whom the server asks for a certificate. `workers`: it is asked of everybody and demanded of nobody by TLS, and who
 * shows none that counts has no identity. `everybody`: a connection without one that counts is refused.
 */
export const clientAuths = ['workers', 'everybody'] as const;
export type ClientAuth = (typeof clientAuths)[number];

/**
 * Credentials of a grpc-js server whose certificate, key and roots change under it. The provider of grpc-js
 * (`FileWatcherCertificateProvider`) watches times instead of content, takes half of a pair, and leaves TLS 1.2 on;
 * the hook that it uses is open to others.
 */
export class RotatingServerCredentials extends ServerCredentials {
  constructor(tls: WatchedTls, clientAuth: ClientAuth) {
    super(
      {
        requestCert: true,
        rejectUnauthorized: clientAuth === 'everybody',
        handshakeTimeout: tlsLimits.handshakeMs,
      },
      contextOptions(tls.material),
    );
    tls.onChange((material) => {
      const options = contextOptions(material);
      // grpc-js would only log what OpenSSL does not take, and drop every new connection.
      createSecureContext(options);
      this.updateSecureContextOptions(options);
    });
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}
