import { connectServices, type ServiceClients } from '#contracts';
import { RotatingChannelCredentials, WatchedTls } from '#tls';
import { bearerOf, type ClientOptions } from './client-connection.js';

const silent = { info: () => undefined, warn: () => undefined };

/** The way to an orchestrator, over gRPC. A build for browsers puts `open-services-browser.ts` in the place of this file. */
export function openServices(options: ClientOptions): ServiceClients {
  const { target, tls, now } = options;
  const bearer = bearerOf(options);
  if (tls === undefined) return connectServices(target, { bearer });
  // Followed: a client that lives for months gets new certificates too.
  const watched = new WatchedTls(tls, { now, logger: silent }).watch();
  const services = connectServices(target, { bearer, channel: new RotatingChannelCredentials(watched) });
  return {
    ...services,
    close: () => {
      watched.close();
      services.close();
    },
  };
}
