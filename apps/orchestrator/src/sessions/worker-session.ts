import type { ConnectResponse } from '#contracts';
import type { MachineFacts } from './machine-facts.js';

/** What a worker said of itself in its evidence package. Clients and hops appraise it; the orchestrator only routes by it. */
export interface WorkerIdentity {
  readonly workerId: string;
  /** Hex, 16 bytes. */
  readonly bootId: string;
  readonly operations: readonly string[];
  /** `sha256:` of the raw X25519 sealing key: the `kid` of envelopes for this worker. */
  readonly sealKeyId: string;
  /** base64, Ed25519 */
  readonly signKey: string;
  readonly imageDigest: string;
  readonly leasesMax: number;
}

/** Whether a worker of `own` (null: of everybody) may have to do with steps of `tenant` (null: the platform asks). */
export function servesTenant(own: string | null, tenant: string | null): boolean {
  return own === null || tenant === null || own === tenant;
}

/** A lease that was sent over a stream. Times are of a clock that nobody sets. */
export interface HeldLease {
  readonly fence: string;
  /** When the worker last said that it works on it. */
  heardMs: number;
  /** What it said that it does; `sent` until it says something. */
  stage: string;
}

/** One open stream of a worker. */
export class WorkerSession {
  /** Leases sent over this stream and not answered. */
  readonly leases = new Map<string, HeldLease>();
  lastDispatchMs = 0;
  fencedReason: string | null = null;
  /** An operator takes the worker out of service. */
  drained = false;
  /** Lost a lease by saying nothing, and has said nothing since. */
  silent = false;
  /** Whether what this boot was given over earlier streams is among `leases` by now. */
  isResumed = false;
  /** What its newest evidence says; null until that was looked at. */
  machine: MachineFacts | null = null;
  /** When a look at its evidence began. */
  lookedMs = Number.NEGATIVE_INFINITY;
  #leaving = false;

  constructor(
    readonly id: string,
    readonly identity: WorkerIdentity,
    readonly connectedMs: number,
    readonly send: (message: ConnectResponse) => void,
    /** Whose steps alone it is given, where its key is a tenant's own; null: everybody's. */
    readonly tenant: string | null = null,
  ) {}

  /** @param tenant whose step or question it is; null: the platform's */
  serves(tenant: string | null): boolean {
    return servesTenant(this.tenant, tenant);
  }

  /** Sends the worker to another replica; what it has it keeps. */
  leave(reason: string): void {
    this.#leaving = true;
    this.send({ drain: { reason } });
  }

  get hasRoom(): boolean {
    return (
      !this.#leaving &&
      this.fencedReason === null &&
      !this.drained &&
      !this.silent &&
      this.leases.size < this.identity.leasesMax
    );
  }
}
