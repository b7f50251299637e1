import { credentials, loadPackageDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkerHealth } from './worker-health.js';

const agent = { isServing: false };
let health: WorkerHealth;

beforeAll(async () => {
  health = await WorkerHealth.listen(agent, '127.0.0.1:0');
});
afterAll(() => health.close());

describe('the health of a worker', () => {
  it('is that of its process where no name is said', async () => {
    agent.isServing = false;
    expect(await ask('')).toBe('SERVING');
  });

  it('by the name ready is whether an orchestrator took it', async () => {
    agent.isServing = false;
    expect(await ask('ready')).toBe('NOT_SERVING');
    agent.isServing = true;
    expect(await ask('ready')).toBe('SERVING');
  });

  it('of a name that nobody knows is not found', async () => {
    await expect(ask('sealflow.worker.v1.WorkerService')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  it('at an address that is taken says which setting names it', async () => {
    await expect(WorkerHealth.listen(agent, `127.0.0.1:${health.port}`)).rejects.toThrow(
      /SEALFLOW_HEALTH_ADDRESS/,
    );
  });
});

interface HealthClient {
  check(
    request: { service: string },
    done: (error: ServiceError | null, response: { status: string }) => void,
  ): void;
  close(): void;
}

function ask(service: string): Promise<string> {
  const loaded = loadPackageDefinition(loadSync(protoPath, { enums: String })) as unknown as {
    grpc: { health: { v1: { Health: new (target: string, channel: unknown) => HealthClient } } };
  };
  const client = new loaded.grpc.health.v1.Health(`127.0.0.1:${health.port}`, credentials.createInsecure());
  return new Promise<string>((resolve, reject) => {
    client.check({ service }, (error, response) =>
      error === null ? resolve(response.status) : reject(error),
    );
  }).finally(() => client.close());
}
