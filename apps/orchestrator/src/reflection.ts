import type { Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

/** Answers one stream of questions. */
type Handler = (stream: unknown) => unknown;

interface Served {
  readonly service: ServiceDefinition;
  readonly handlers: Readonly<Record<string, Handler>>;
}

/**
 * Server reflection, v1 and v1alpha. Its index of all messages is made when somebody asks first: it takes half a second
 * of every start, and hardly any orchestrator is ever asked.
 */
export function addReflection(definition: PackageDefinition, server: Server): void {
  let full: readonly Served[] | undefined;
  for (const [version, { service, handlers }] of servedBy({}).entries()) {
    const late = Object.keys(handlers).map((name): [string, Handler] => [
      name,
      (stream) => {
        full ??= servedBy(definition);
        return full[version]?.handlers[name]?.(stream);
      },
    ]);
    server.addService(service, Object.fromEntries(late));
  }
}

/** What the package adds to a server. */
function servedBy(definition: PackageDefinition): readonly Served[] {
  const served: Served[] = [];
  const server: Pick<Server, 'addService'> = {
    addService: (service: ServiceDefinition, handlers: UntypedServiceImplementation) => {
      served.push({ service, handlers: handlers as unknown as Served['handlers'] });
    },
  };
  new ReflectionService(definition).addToServer(server);
  return served;
}
