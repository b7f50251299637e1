import type { ServerInterceptor } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { HealthImplementation, protoPath as healthProto } from 'grpc-health-check';
import { loaderOptions, protoFiles, protoRoot } from '#contracts';

const areas = ['workflow', 'run', 'blob', 'attestation', 'evidence', 'ledger', 'tenant', 'worker'] as const;

/** The gRPC server: every service of the contract, health and reflection, one set of loader options. */
export function grpcOptions(url: string, interceptors: ServerInterceptor[]): GrpcOptions {
  return {
    transport: Transport.GRPC,
    options: {
      url,
      package: areas.map((area) => `sealflow.${area}.v1`),
      protoPath: [...protoFiles(), healthProto],
      loader: { ...loaderOptions, includeDirs: [protoRoot()] },
      gracefulShutdown: false,
      // Handed to grpc-js as they are: whoever calls passes them before any handler.
      channelOptions: { interceptors } as object,
      onLoadPackageDefinition: (definition, server) => {
        const health = new HealthImplementation({ '': 'SERVING' });
        health.addToServer(server);
        new ReflectionService(definition).addToServer(server);
      },
    },
  };
}
