import { ReflectionService } from '@grpc/reflection';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { HealthImplementation, protoPath as healthProto } from 'grpc-health-check';
import { loaderOptions, protoFiles, protoRoot } from '#contracts';

const areas = ['workflow', 'run', 'blob', 'attestation', 'evidence', 'ledger', 'worker'] as const;

/** The gRPC server: every service of the contract, health and reflection, one set of loader options. */
export function grpcOptions(url: string): GrpcOptions {
  return {
    transport: Transport.GRPC,
    options: {
      url,
      package: areas.map((area) => `sealflow.${area}.v1`),
      protoPath: [...protoFiles(), healthProto],
      loader: { ...loaderOptions, includeDirs: [protoRoot()] },
      gracefulShutdown: false,
      onLoadPackageDefinition: (definition, server) => {
        const health = new HealthImplementation({ '': 'SERVING' });
        health.addToServer(server);
        new ReflectionService(definition).addToServer(server);
      },
    },
  };
}
