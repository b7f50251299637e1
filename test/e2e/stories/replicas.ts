import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connectServices,
  type GetWorkerOffersResponse__Output,
  type ListWorkersResponse__Output,
  type ServiceClients,
  unary,
} from '#contracts';
import { workerImages } from '#worker';
import { suite } from '../suite.js';

const CALL = { deadlineMs: 10_000 };
const operations = workerImages.flatMap((image) => image.operations);

/** Told at two orchestrators: whichever is asked, the answer is that of both. */
export function replicas(): void {
  describe.each([0, 1])('replica %i', (index) => {
    let services: ServiceClients;

    beforeAll(() => {
      const { address, second, installation } = suite().stack;
      services = connectServices([address.grpc, second?.grpcAddress ?? ''][index] ?? '', {
        bearer: installation.keys.read('tenant') ?? undefined,
      });
    });
    afterAll(() => services.close());

    it('lists the workers of both', async () => {
      const { workers } = await unary<ListWorkersResponse__Output>(
        (options, callback) => services.attestation.listWorkers({}, options, callback),
        CALL,
      );
      expect(workers.map(({ name }) => name).sort()).toEqual(
        workerImages.map((image) => `workers/${image.name}-0`).sort(),
      );
    });

    it.each(operations)('has an offer for %s', async (operation) => {
      const request = {
        operation,
        nonce: randomBytes(32),
        policy: suite().client.policyDigest,
        offersMax: 1,
      };
      const { offers } = await unary<GetWorkerOffersResponse__Output>(
        (options, callback) => services.attestation.getWorkerOffers(request, options, callback),
        CALL,
      );
      expect(offers).toHaveLength(1);
      expect(offers[0]?.operations).toContain(operation);
    });
  });
}
