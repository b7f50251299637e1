import type { Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Logger } from '#telemetry';
import { contextOptions, RotatingServerCredentials, WatchedTls } from '#tls';
import { PeerCertificates } from './peer-certificates.js';
import type { TlsConfig } from './tls-config.js';

/** TLS of both ports of this replica: one certificate, which follows its files. */
export class ServerTls {
  readonly watched: WatchedTls;
  readonly peers: PeerCertificates;

  /** @throws TlsError: a replica does not start with files that are not sound */
  constructor(
    readonly config: TlsConfig,
    logger: Logger,
    now: () => number,
  ) {
    this.watched = new WatchedTls(config.files, { now, logger });
    this.peers = new PeerCertificates(config.trustDomain);
  }

  /** For diagnostics. */
  get facts() {
    const { material, problem, reloads } = this.watched;
    return {
      certificateNotAfterMs: material.notAfterMs ?? 0,
      caNotAfterMs: material.caNotAfterMs ?? 0,
      trustDomain: this.config.trustDomain,
      reloads,
      problem: problem === null ? null : `${problem.code}: ${problem.message}`,
    };
  }

  grpcCredentials(): RotatingServerCredentials {
    return new RotatingServerCredentials(this.watched, this.config.clientAuth);
  }

  /** HTTP asks nobody for a certificate: who reads there has an API key, and probes have nothing. */
  httpsOptions(): object {
    return contextOptions(this.watched.material);
  }

  follow(server: HttpServer | HttpsServer): void {
    if (!(server instanceof HttpsServer))
      throw new TypeError('expected the HTTPS server, got one without TLS');
    this.watched.onChange((material) => server.setSecureContext(contextOptions(material)));
  }
}
