import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadContracts } from './loader.js';
import { connectServices, type ServiceClients } from './services.js';

/** A real grpc-js server on a free port of this machine, and clients of it: what crosses is bytes, as in life. */
export interface Loopback {
  readonly target: string;
  readonly services: ServiceClients;
  close(): void;
}

export async function serve(name: string, handlers: UntypedServiceImplementation): Promise<Loopback> {
  const server = new Server();
  server.addService(loadContracts()[name] as ServiceDefinition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const target = `127.0.0.1:${port}`;
  const services = connectServices(target);
  return {
    target,
    services,
    close: () => {
      services.close();
      server.forceShutdown();
    },
  };
}

/** Handlers that are not the subject of a test. */
export function unused(): never {
  throw new Error('not called in this test');
}
