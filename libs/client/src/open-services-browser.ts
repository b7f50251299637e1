import { connectServices, type ServiceClients } from '#contracts';
import { bearerOf, type ClientOptions } from './client-connection.js';

/**
 * The way to an orchestrator, over gRPC-Web. Whom TLS believes is the browser's to say.
 *
 * @throws RangeError where files of TLS are given
 */
export function openServices(options: ClientOptions): ServiceClients {
  if (options.tls !== undefined)
    throw new RangeError('tls: expected none in a browser, which does TLS itself');
  return connectServices(options.target, { bearer: bearerOf(options) });
}
