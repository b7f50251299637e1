import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  ApiError,
  type GetWorkerOffersRequest__Output,
  type GetWorkerOffersResponse,
  type ListWorkersResponse,
} from '#contracts';
import { timestamp } from '../runs/timestamp.js';
import { SessionRegistry } from './session-registry.js';

const NONCE_BYTES = 32;
const OFFERS_MAX = 3;

/** Evidence on request. The caller judges it; this service only carries the nonce and the answers. */
@Controller()
export class AttestationController {
  constructor(private readonly registry: SessionRegistry) {}

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
    const wanted = request.offersMax === 0 ? OFFERS_MAX : Math.min(request.offersMax, OFFERS_MAX);
    const offers = await this.registry.requestOffers(
      request.operation,
      request.policy,
      request.nonce,
      wanted,
    );
    if (offers.length === 0) {
      throw new ApiError('WORKER_CAPACITY', `no connected worker offers ${request.operation}`, {
        facts: { operation: request.operation, connected: this.registry.operations().join(' ') },
      });
    }
    return { offers };
  }

  @GrpcMethod('AttestationService', 'ListWorkers')
  listWorkers(): ListWorkersResponse {
    const workers = this.registry.list().map((session) => ({
      name: `workers/${session.identity.workerId}`,
      operations: [...session.identity.operations],
      bootId: session.identity.bootId,
      imageDigest: session.identity.imageDigest,
      leases: session.leases.size,
      connectTime: timestamp(session.connectedMs),
      fenced: session.fencedReason !== null,
    }));
    return { workers, nextPageToken: '' };
  }
}
