import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';

interface HealthClient {
  check(
    request: { service: string },
    done: (error: Error | null, response?: { status: string }) => void,
  ): void;
  close(): void;
}

const { Health } = (
  loadPackageDefinition(loadSync(protoPath, { enums: String })) as unknown as {
    grpc: { health: { v1: { Health: new (target: string, channel: unknown) => HealthClient } } };
  }
).grpc.health.v1;

/** What a kubelet hears at a port, or AWAY where nobody answers. */
export function health(port: number, service: string): Promise<string> {
  const client = new Health(`127.0.0.1:${port}`, credentials.createInsecure());
  return new Promise((resolve) => {
    client.check({ service }, (error, response) => {
      client.close();
      resolve(error === null ? (response?.status ?? '') : 'AWAY');
    });
  });
}
