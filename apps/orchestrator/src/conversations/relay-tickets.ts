import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalBytes } from '#canonical';
import { SigningKey } from '../evidence/signing-key.js';

/** One frame to one lease of one boot of a worker. */
export interface RelayedCall {
  readonly bootId: string;
  readonly lease: string;
  readonly fence: string;
  readonly frame: Uint8Array;
}

/**
 * By what a replica knows that another one admitted the call which it passes on. The key is derived from the one that
 * replicas share, so that no credential of a caller has to travel.
 *
 * A ticket counts for its own frame and lease alone, and a worker answers the call id in a frame once: whoever repeats
 * one gets nothing, and when the lease ends it ends too, by nobody's clock.
 */
@Injectable()
export class RelayTickets {
  readonly #key: Buffer;

  constructor(key: SigningKey) {
    this.#key = Buffer.from(hkdfSync('sha256', key.seed, '', 'sealflow/relay/v1', 32));
  }

  issue({ bootId, lease, fence, frame }: RelayedCall): Buffer {
    const named = canonicalBytes([bootId, lease, fence, hash('sha256', frame)]);
    return createHmac('sha256', this.#key).update(named).digest();
  }

  accepts(call: RelayedCall, ticket: Uint8Array): boolean {
    const own = this.issue(call);
    return ticket.length === own.length && timingSafeEqual(ticket, own);
  }
}
