import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { traceparentOf, type WorkerOffer } from '#contracts';
import type { Logger } from '#telemetry';
import { limits } from '../config/limits.js';
import type { WorkerElsewhere } from '../replicas/replica-store.js';
import { limitExceeded } from '../request-fields.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { BootPresence } from './boot-presence.js';
import type { SealedInput } from './lease-messages.js';
import { servesTenant, type WorkerSession } from './worker-session.js';

/** Which workers a question is for. */
export interface OfferWishes {
  /** Who asks; null: the platform. */
  readonly tenant?: string | null;
  /** base64 of the key of the one worker that is to answer; null: any. */
  readonly signKey?: string | null;
}

interface PendingOffer {
  readonly session: WorkerSession;
  readonly resolve: (offer: WorkerOffer | null) => void;
}

/**
 * The workers connected to this replica.
 *
 * The registry is not trusted with who a worker is: it relays nonces and evidence, and whoever seals to a worker
 * appraises that evidence first.
 */
@Injectable()
export class SessionRegistry {
  readonly #sessions = new Map<string, WorkerSession>();
  readonly #pendingOffers = new Map<string, PendingOffer>();
  /** Signing keys that returned a bad result. A new boot has a new key and starts clean. */
  readonly #fencedKeys = new Map<string, string>();
  /** Ids of workers that operators take out of service, whichever boot of one comes. */
  #drained: ReadonlySet<string> = new Set();
  readonly #presence: BootPresence;
  #elsewhere: readonly WorkerElsewhere[] = [];
  #onChange: () => void = () => undefined;
  #onPresence: () => void = () => undefined;
  #onFence: (signKey: string, reason: string) => Promise<void> = async () => undefined;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#presence = new BootPresence(limits.sessionGraceMs, clock());
  }

  /** Called when a key is fenced here, to keep that and tell other replicas. */
  onFence(listener: (signKey: string, reason: string) => Promise<void>): void {
    this.#onFence = listener;
  }

  /** Called after a worker came or has room again. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Called after a worker came or went, to tell other replicas. */
  onPresence(listener: () => void): void {
    this.#onPresence = listener;
  }

  changed(): void {
    this.#onChange();
  }

  /** The replica takes calls from now on; reading its log and its runs may have taken longer than the grace. */
  listens(): void {
    this.#presence.listens(this.clock());
  }

  add(session: WorkerSession): void {
    if (this.#sessions.size >= limits.sessionsMax) {
      throw limitExceeded('sessionsMax', this.#sessions.size + 1, 'connect to another replica');
    }
    const { workerId, bootId, signKey } = session.identity;
    for (const other of this.#sessions.values()) {
      // The same boot dialled again before the old stream was seen to break.
      if (other.identity.bootId === bootId) this.#sessions.delete(other.id);
    }
    session.fencedReason = this.#fencedKeys.get(signKey) ?? null;
    session.drained = this.isDrained(workerId);
    this.#sessions.set(session.id, session);
    this.#presence.came(session.identity, this.clock());
    this.logger.info({ worker: workerId, operations: session.identity.operations }, 'worker connected');
    this.#onPresence();
  }

  remove(session: WorkerSession): void {
    if (this.#sessions.get(session.id) !== session) return;
    this.#sessions.delete(session.id);
    this.#presence.left(session.identity, this.clock());
    for (const [id, pending] of this.#pendingOffers) {
      if (pending.session !== session) continue;
      this.#pendingOffers.delete(id);
      pending.resolve(null);
    }
    this.logger.info({ worker: session.identity.workerId }, 'worker disconnected');
    this.#onPresence();
  }

  list(): WorkerSession[] {
    return [...this.#sessions.values()];
  }

  /** Whether any worker here could take a task now. */
  get hasRoom(): boolean {
    return this.list().some((session) => session.hasRoom);
  }

  byBoot(bootId: string): WorkerSession | undefined {
    return this.list().find((session) => session.identity.bootId === bootId);
  }

  /** Whether a boot will not come back: another one took its place, or it is away for longer than the grace. */
  isGone(bootId: string): boolean {
    return this.#presence.isBootGone(bootId, this.clock());
  }

  /** Whether no worker is left, or may come back, that could open the envelope. */
  isLost(input: SealedInput): boolean {
    return this.#presence.areKeysGone(input.keyIds, this.clock());
  }

  /**
   * What workers offer, wherever they are connected.
   *
   * @param tenant who asks; provers of others' own are not among them
   */
  operations(tenant: string | null = null): string[] {
    const here = this.list().filter(
      (session) => session.fencedReason === null && !session.drained && session.serves(tenant),
    );
    const elsewhere = this.#elsewhere.filter(
      (worker) =>
        !this.isFenced(worker.signKey) &&
        !this.isDrained(worker.workerId) &&
        servesTenant(worker.tenant, tenant),
    );
    const operations = [...here.map(({ identity }) => identity), ...elsewhere].flatMap(
      (worker) => worker.operations,
    );
    return [...new Set(operations)].sort();
  }

  /** Workers that are connected to other replicas now, as those say. */
  seenElsewhere(workers: readonly WorkerElsewhere[]): void {
    this.#elsewhere = workers;
    this.#presence.seenElsewhere(workers, this.clock());
  }

  /** Without those that have come here meanwhile. */
  elsewhere(): WorkerElsewhere[] {
    return this.#elsewhere.filter(({ bootId }) => this.byBoot(bootId) === undefined);
  }

  isFenced(signKey: string): boolean {
    return this.#fencedKeys.has(signKey);
  }

  /** Takes a worker out of service after a result that no honest worker can return. */
  async fence(signKey: string, reason: string): Promise<void> {
    this.learnFence(signKey, reason);
    await this.#onFence(signKey, reason);
  }

  /** What another replica found, or this one before it was started again. */
  learnFence(signKey: string, reason: string): void {
    if (this.#fencedKeys.has(signKey)) return;
    this.#fencedKeys.set(signKey, reason);
    for (const session of this.#sessions.values()) {
      if (session.identity.signKey !== signKey) continue;
      session.fencedReason = reason;
      this.logger.warn({ worker: session.identity.workerId, reason }, 'worker fenced');
    }
  }

  isDrained(workerId: string): boolean {
    return this.#drained.has(workerId);
  }

  /** All workers that are to get nothing new, as the database has them. */
  learnDrained(workerIds: readonly string[]): void {
    this.#drained = new Set(workerIds);
    let back = false;
    for (const session of this.#sessions.values()) {
      const drained = this.isDrained(session.identity.workerId);
      if (session.drained === drained) continue;
      session.drained = drained;
      back ||= !drained;
      this.logger.info({ worker: session.identity.workerId, drained }, 'worker drained or put back');
    }
    if (back) this.changed();
  }

  /**
   * Workers for one task: they offer the operation, have room, and every envelope names their key, or is lost and
   * not needed. Whoever waited longest comes first, so that load spreads.
   *
   * @param holder id of the worker that has what the task is about. Where it serves, and every envelope names its key
   *   among others, nobody else comes
   */
  candidates(
    operation: string,
    sealed: readonly SealedInput[],
    tenant: string | null = null,
    holder: string | null = null,
  ): WorkerSession[] {
    const needed = sealed.filter((input) => !(input.keptByExecutor && this.isLost(input)));
    const opens = (sealKeyId: string): boolean => needed.every(({ keyIds }) => keyIds.includes(sealKeyId));
    const holderAlone = holder !== null && this.#sealKeys(holder, operation, tenant).some(opens);
    return this.list()
      .filter(({ identity }) => !holderAlone || identity.workerId === holder)
      .filter(
        (session) =>
          session.hasRoom && session.serves(tenant) && session.identity.operations.includes(operation),
      )
      .filter(({ identity }) => opens(identity.sealKeyId))
      .sort((a, b) => a.lastDispatchMs - b.lastDispatchMs || a.connectedMs - b.connectedMs);
  }

  /** Keys of a worker, connected here or to another replica, that takes tasks of an operation, perhaps later. */
  #sealKeys(workerId: string, operation: string, tenant: string | null): string[] {
    if (this.isDrained(workerId)) return [];
    const here = this.offering(operation, { tenant }).map(({ identity }) => identity);
    const elsewhere = this.#elsewhere.filter(
      ({ operations, signKey }) => operations.includes(operation) && !this.isFenced(signKey),
    );
    return [...here, ...elsewhere]
      .filter((worker) => worker.workerId === workerId)
      .map(({ sealKeyId }) => sealKeyId);
  }

  /** Workers connected here that offer an operation, whether they have room or not. */
  offering(operation: string, { tenant = null, signKey = null }: OfferWishes = {}): WorkerSession[] {
    return this.list().filter(
      (session) =>
        session.fencedReason === null &&
        !session.drained &&
        session.serves(tenant) &&
        (signKey === null || session.identity.signKey === signKey) &&
        session.identity.operations.includes(operation),
    );
  }

  /**
   * Relays a verifier's nonce to up to `offersMax` workers and returns what they answer in time. A tenant's own come
   * first: there are few, and nobody else has a use for them.
   */
  async requestOffers(
    operation: string,
    policy: string,
    nonce: Uint8Array,
    offersMax: number,
    wishes: OfferWishes = {},
  ): Promise<WorkerOffer[]> {
    const sessions = this.offering(operation, wishes)
      .sort(
        (a, b) =>
          Number(a.tenant === null) - Number(b.tenant === null) ||
          a.leases.size - b.leases.size ||
          a.lastDispatchMs - b.lastDispatchMs,
      )
      .slice(0, offersMax);
    const offers = await Promise.all(sessions.map((session) => this.#requestOffer(session, policy, nonce)));
    return offers.filter((offer) => offer !== null);
  }

  resolveOffer(session: WorkerSession, requestId: string, evidence: Buffer): void {
    const pending = this.#pendingOffers.get(requestId);
    if (pending === undefined || pending.session !== session) return;
    this.#pendingOffers.delete(requestId);
    pending.resolve({
      worker: `workers/${session.identity.workerId}`,
      operations: [...session.identity.operations],
      package: Buffer.from(evidence),
      priceMicros: '0',
    });
  }

  #requestOffer(session: WorkerSession, policy: string, nonce: Uint8Array): Promise<WorkerOffer | null> {
    const requestId = randomUUID();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#pendingOffers.delete(requestId);
        resolve(null);
      }, limits.offerWaitMs);
      this.#pendingOffers.set(requestId, {
        session,
        resolve: (offer) => {
          clearTimeout(timer);
          resolve(offer);
        },
      });
      const traceparent = traceparentOf();
      session.send({ offerRequest: { requestId, policy, nonce: Buffer.from(nonce), traceparent } });
    });
  }
}
