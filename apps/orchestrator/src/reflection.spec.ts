import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { credentials, loadPackageDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadContracts } from '#contracts';
import { addReflection } from './reflection.js';

const protos = join(dirname(createRequire(import.meta.url).resolve('@grpc/reflection')), '../proto');

interface Answer {
  listServicesResponse?: { service: { name: string }[] };
  fileDescriptorResponse?: { fileDescriptorProto: Buffer[] };
  errorResponse?: { errorCode: number };
}

describe('server reflection', () => {
  const server = new Server();
  let port: number;

  beforeAll(async () => {
    addReflection(loadContracts(), server);
    port = await new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
  });

  afterAll(() => server.forceShutdown());

  it.each(['v1', 'v1alpha'])('answers what exists, and what does not, in %s', async (version) => {
    const ask = client(version, port);
    expect(await ask({ fileContainingSymbol: 'sealflow.none.v1.None' })).toMatchObject({
      errorResponse: { errorCode: 5 },
    });
    const { listServicesResponse } = await ask({ listServices: '*' });
    expect(listServicesResponse?.service.map(({ name }) => name)).toContain('sealflow.run.v1.RunService');
    const { fileDescriptorResponse } = await ask({ fileContainingSymbol: 'sealflow.run.v1.RunService' });
    expect(fileDescriptorResponse?.fileDescriptorProto.length).toBeGreaterThan(1);
  });
});

function client(version: string, port: number): (question: object) => Promise<Answer> {
  const folder = join(protos, 'grpc/reflection', version);
  const definition = loadSync(join(folder, 'reflection.proto'), { oneofs: true });
  const { grpc } = loadPackageDefinition(definition) as unknown as {
    grpc: {
      reflection: Record<
        string,
        {
          ServerReflection: new (
            ...args: unknown[]
          ) => Record<string, () => NodeJS.ReadWriteStream & { close(): void }>;
        }
      >;
    };
  };
  return (question) =>
    new Promise((resolve, reject) => {
      const Service = grpc.reflection[version]?.ServerReflection;
      if (Service === undefined) throw new RangeError(`no reflection ${version}`);
      const service = new Service(`127.0.0.1:${port}`, credentials.createInsecure());
      const stream = service['ServerReflectionInfo']?.call(service);
      stream?.on('data', (answer: unknown) => {
        resolve(answer as Answer);
        stream.end();
      });
      stream?.on('error', reject);
      stream?.on('end', () => (service as unknown as { close(): void }).close());
      stream?.write(question as never);
    });
}
