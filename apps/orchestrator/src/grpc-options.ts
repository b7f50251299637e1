import type { Server, ServerCredentials, ServerInterceptor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { GrpcOptions } from '@nestjs/microservices';
import { type HealthImplementation, protoPath as healthProto } from 'grpc-health-check';
import { loadContracts, loaderOptions } from '#contracts';
import { limits } from './config/limits.js';
import { addReflection } from './reflection.js';

/** Every area of the contract has one service. */
export const areas = [
  'workflow',
  'run',
  'blob',
  'attestation',
  'conversation',
  'evidence',
  'key',
  'ledger',
  'report',
  'retention',
  'tenant',
  'worker',
] as const;

/** The gRPC server: every service of the contract, health and reflection, one set of loader options. */
export function grpcOptions(
  url: string,
  interceptors: ServerInterceptor[],
  health: HealthImplementation,
  onServer: (server: Server) => void,
  /** Null: in the clear. */
  credentials: ServerCredentials | null = null,
): GrpcOptions['options'] {
  return {
    url,
    ...(credentials === null ? {} : { credentials }),
    package: areas.map((area) => `sealflow.${area}.v1`),
    packageDefinition: { ...loadContracts(), ...loadSync(healthProto, loaderOptions) },
    // `main` drains the server before; what is left then is cut.
    gracefulShutdown: false,
    // Handed to grpc-js as they are: whoever calls passes them before any handler.
    channelOptions: {
      interceptors,
      // Without a bound one connection holds as many streams, and the memory of each, as it likes (RFC 9113
      // section 10.5). What resets streams faster than it lets them work is cut off by Node itself.
      'grpc.max_concurrent_streams': limits.streamsPerConnectionMax,
      'grpc.max_connection_idle_ms': limits.idleConnectionMs,
    } as object,
    maxReceiveMessageLength: limits.messageBytesMax,
    // A peer that is frozen, or cut off, never closes its connection.
    keepalive: { keepaliveTimeMs: 5_000, keepaliveTimeoutMs: 5_000 },
    onLoadPackageDefinition: (definition, server) => {
      health.addToServer(server);
      addReflection(definition, server);
      onServer(server);
    },
  };
}
