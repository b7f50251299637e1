import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client, credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';
import { type ConnectRequest, connectServices, fromServiceError } from '#contracts';
import { refused } from '../refused.js';
import { suite } from '../suite.js';

const options = { longs: String, enums: String, oneofs: true, defaults: true };

/** A client made from a foreign proto file, as any tool of an operator would make it. */
function clientOf(
  protoFile: string,
  service: string,
): Client & Record<string, (...args: never[]) => unknown> {
  const definition = loadPackageDefinition(loadSync(protoFile, options));
  const found = service
    .split('.')
    .reduce<unknown>((scope, name) => (scope as Record<string, unknown>)[name], definition);
  const Service = found as ServiceClientConstructor;
  return new Service(suite().stack.address.grpc, credentials.createInsecure()) as never;
}

const require = createRequire(import.meta.url);

/** Opens a worker's stream, sends messages after the challenge, and resolves with the error that ends it. */
function connect(messages: readonly ConnectRequest[]): Promise<never> {
  const services = connectServices(suite().stack.address.grpc, {
    bearer: suite().stack.installation.keys.read('worker') ?? undefined,
  });
  return new Promise<never>((_resolve, reject) => {
    const stream = services.worker.connect();
    stream.on('error', (error) => {
      services.close();
      reject(fromServiceError(error));
    });
    stream.on('end', () => reject(new Error('the stream ended without an error')));
    stream.once('data', () => {
      for (const message of messages) stream.write(message);
    });
  });
}

/** What operators' tools and foreign workers meet at the same port. */
export function servicesOfTheStack(): void {
  describe('health', () => {
    it('answers SERVING', async () => {
      const { protoPath } = require('grpc-health-check') as { protoPath: string };
      const client = clientOf(protoPath, 'grpc.health.v1.Health');
      const status = await new Promise((resolve, reject) => {
        client['check']?.(
          {} as never,
          ((error: Error | null, response: { status: string }) => {
            if (error === null) resolve(response.status);
            else reject(error);
          }) as never,
        );
      });
      client.close();
      expect(status).toBe('SERVING');
    });

    it('is ready over HTTP, and an address that is not there is answered too', async () => {
      const { http } = suite().stack.address;
      const ready = await fetch(`${http}/readyz`, { signal: AbortSignal.timeout(2_000) });
      expect(await ready.json()).toMatchObject({ status: 'ok' });
      const nowhere = await fetch(`${http}/nowhere`, { signal: AbortSignal.timeout(2_000) });
      expect(nowhere.status).toBe(404);
      expect(await nowhere.text()).not.toMatch(/ {4}at |node_modules/);
      expect(nowhere.headers.get('x-powered-by')).toBeNull();
    });
  });

  describe('reflection', () => {
    it('lists every service of the contract', async () => {
      const folder = join(dirname(require.resolve('@grpc/reflection/package.json')), 'build/proto');
      const client = clientOf(
        join(folder, 'grpc/reflection/v1/reflection.proto'),
        'grpc.reflection.v1.ServerReflection',
      );
      const names = await new Promise<string[]>((resolve, reject) => {
        const stream = client['serverReflectionInfo']?.() as import('@grpc/grpc-js').ClientDuplexStream<
          object,
          { listServicesResponse?: { service: { name: string }[] } }
        >;
        stream.on('data', ({ listServicesResponse }) => {
          stream.end();
          resolve((listServicesResponse?.service ?? []).map((service: { name: string }) => service.name));
        });
        stream.on('error', reject);
        stream.write({ listServices: '' });
      });
      client.close();
      expect(names).toEqual(
        expect.arrayContaining([
          'sealflow.workflow.v1.WorkflowService',
          'sealflow.run.v1.RunService',
          'sealflow.blob.v1.BlobService',
          'sealflow.attestation.v1.AttestationService',
          'sealflow.evidence.v1.EvidenceService',
          'sealflow.ledger.v1.LedgerService',
          'sealflow.worker.v1.WorkerService',
          'grpc.health.v1.Health',
        ]),
      );
    });
  });

  describe('a worker that dials', () => {
    it.each<[what: string, reason: string, messages: readonly ConnectRequest[]]>([
      ['and sends a result before it registers', 'INVALID_REQUEST', [{ fail: { lease: 'x', fence: '1' } }]],
      ['and sends an empty message', 'INVALID_REQUEST', [{}]],
      [
        'and sends two messages in one',
        'INVALID_REQUEST',
        [{ register: { worker: 'x' }, offer: { requestId: 'y' } } as ConnectRequest],
      ],
      [
        'with evidence that is none',
        'EVIDENCE_INVALID',
        [{ register: { worker: 'x', package: Buffer.from('x') } }],
      ],
      [
        'with evidence of a megabyte',
        'LIMIT_EXCEEDED',
        [{ register: { worker: 'x', package: Buffer.alloc(1_000_000) } }],
      ],
      [
        'with operations that are no names',
        'INVALID_REQUEST',
        [{ register: { worker: 'x', operations: ['a b'], package: Buffer.from('x') } }],
      ],
    ])('%s is refused', async (_what, reason, messages) => {
      await refused(reason, () => connect(messages));
    });
  });
}
