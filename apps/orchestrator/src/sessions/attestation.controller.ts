import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { encodeCollateral } from '#attestation';
import { digestOf } from '#canonical';
import { DeviceCollateral } from '#collateral';
import {
  ApiError,
  type DrainWorkerRequest__Output,
  type DrainWorkerResponse,
  type GetWorkerOffersRequest__Output,
  type GetWorkerOffersResponse,
  type ListWorkersRequest__Output,
  type ListWorkersResponse,
  type UndrainWorkerRequest__Output,
  type UndrainWorkerResponse,
  type WorkerOffer,
} from '#contracts';
import { requirePrincipal } from '../auth/call-context.js';
import { OfferRelay } from '../replicas/offer-relay.js';
import { digestField, invalidField, operationField } from '../request-fields.js';
import { SessionRegistry } from './session-registry.js';
import { WorkerDrain } from './worker-drain.js';
import { WorkerList } from './worker-list.js';

const NONCE_BYTES = 32;
const KEY_BYTES = 32;
const OFFERS_MAX = 3;

/** Evidence on request. The caller judges it; this service only carries the nonce and the answers. */
@Controller()
export class AttestationController {
  constructor(
    private readonly registry: SessionRegistry,
    private readonly relay: OfferRelay,
    private readonly devices: DeviceCollateral,
    private readonly workers: WorkerList,
    private readonly drain: WorkerDrain,
  ) {}

  @GrpcMethod('AttestationService', 'GetWorkerOffers')
  async getWorkerOffers(request: GetWorkerOffersRequest__Output): Promise<GetWorkerOffersResponse> {
    if (request.nonce.length !== NONCE_BYTES) {
      throw new ApiError(
        'INVALID_REQUEST',
        `nonce: expected ${NONCE_BYTES} bytes, got ${request.nonce.length}`,
        {
          violations: [{ field: 'nonce', description: `${NONCE_BYTES} random bytes, never used before` }],
        },
      );
    }
    if (request.offersMax < 0) throw invalidField('offers_max', `1 to ${OFFERS_MAX}, or nothing`);
    const operation = operationField('operation', request.operation);
    const policy = digestField('policy', request.policy, 'the policy that the worker is to bind itself to');
    const wanted = request.offersMax === 0 ? OFFERS_MAX : Math.min(request.offersMax, OFFERS_MAX);
    if (request.signKey.length !== 0 && request.signKey.length !== KEY_BYTES)
      throw invalidField('sign_key', `${KEY_BYTES} bytes, or nothing`);
    const offers = await this.relay.request({
      operation,
      policy,
      nonce: request.nonce,
      offersMax: wanted,
      tenant: requirePrincipal().tenant,
      signKey: request.signKey.length === 0 ? null : request.signKey.toString('base64'),
    });
    if (offers.length === 0) {
      throw new ApiError('WORKER_CAPACITY', `no connected worker offers ${operation}: try again later`, {
        facts: { operation, connected: this.registry.operations().join(' ') },
      });
    }
    return { offers: await Promise.all(offers.map((offer) => this.#withCollateral(offer))) };
  }

  async #withCollateral(offer: WorkerOffer): Promise<WorkerOffer> {
    const evidence = new Uint8Array(offer.package as Buffer);
    const collateral = await this.devices.of(digestOf(evidence), evidence);
    return { ...offer, collateral: collateral.map((piece) => Buffer.from(encodeCollateral(piece))) };
  }

  @GrpcMethod('AttestationService', 'ListWorkers')
  listWorkers(request: ListWorkersRequest__Output): Promise<ListWorkersResponse> {
    return this.workers.list(request);
  }

  @GrpcMethod('AttestationService', 'DrainWorker')
  async drainWorker(request: DrainWorkerRequest__Output): Promise<DrainWorkerResponse> {
    return { workers: await this.drain.drain(request) };
  }

  @GrpcMethod('AttestationService', 'UndrainWorker')
  async undrainWorker(request: UndrainWorkerRequest__Output): Promise<UndrainWorkerResponse> {
    return { workers: await this.drain.undrain(request) };
  }
}
