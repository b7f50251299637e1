import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { WorkerOffer } from '#contracts';
import type { Logger } from '#telemetry';
import type { Config } from '../config/config.js';
import { limits } from '../config/limits.js';
import { Database } from '../database/database.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { servesTenant } from '../sessions/worker-session.js';
import { CONFIG, LOGGER } from '../tokens.js';
import { type OfferQuestion, OfferStore } from './offer-store.js';
import { ReplicaSignals } from './replica-signals.js';

/** How often answers are looked for when their signal was lost. */
const LOOK_MS = 250;

/**
 * Puts a verifier's nonce to the workers of every replica.
 *
 * No replica is trusted with what it passes on: a package is evidence over the nonce of whoever asked, who appraises
 * it. A replica can only keep an answer back.
 */
@Injectable()
export class OfferRelay {
  readonly #store: OfferStore;
  readonly #waiting = new Map<string, () => void>();
  readonly #answering = new Set<string>();

  constructor(
    database: Database,
    private readonly registry: SessionRegistry,
    @Inject(ReplicaSignals) private readonly signals: Pick<ReplicaSignals, 'on' | 'send'>,
    @Inject(CONFIG) private readonly config: Pick<Config, 'executorId'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#store = new OfferStore(database.queries);
    signals.on('asked', (id) => void this.#answer(id));
    signals.on('answered', (id) => this.#waiting.get(id)?.());
  }

  /** Up to `offersMax` offers: of workers here, and of others where these are too few. */
  async request(question: OfferQuestion): Promise<WorkerOffer[]> {
    const { operation, policy, nonce, offersMax, tenant, signKey } = question;
    const here = this.registry.requestOffers(operation, policy, nonce, offersMax, question);
    const known = this.registry.offering(operation, question).length;
    // One worker has a key: where it is here, nobody else has to be asked.
    const missing = signKey === null || known === 0 ? offersMax - known : 0;
    const replicas = new Set(
      this.registry
        .elsewhere()
        .filter(
          (worker) =>
            !this.registry.isFenced(worker.signKey) &&
            servesTenant(worker.tenant, tenant) &&
            (signKey === null || worker.signKey === signKey) &&
            worker.operations.includes(operation),
        )
        .map(({ executorId }) => executorId),
    );
    const elsewhere =
      missing <= 0 || replicas.size === 0 ? [] : this.#ask({ ...question, offersMax: missing }, replicas);
    return (await Promise.all([here, elsewhere])).flat().slice(0, offersMax);
  }

  /** Answers what was asked while the signal of it was lost. */
  async answerAll(): Promise<void> {
    const { executorId } = this.config;
    for (const id of await this.#store.open(executorId, limits.offerWaitMs)) void this.#answer(id);
  }

  async #ask(question: OfferQuestion, replicas: ReadonlySet<string>): Promise<WorkerOffer[]> {
    const id = randomUUID();
    const untilMs = performance.now() + limits.offerWaitMs;
    await this.#store.ask({ id, askedBy: this.config.executorId, ...question });
    // The listener before the question: an answer may be there at once.
    let answered = this.#nextAnswer(id);
    this.signals.send(`asked ${id}`);
    try {
      for (;;) {
        await answered;
        answered = this.#nextAnswer(id);
        const answers = await this.#store.answers(id);
        const offers = answers.flatMap((answer) => answer.offers);
        const all = [...replicas].every((replica) =>
          answers.some(({ executorId }) => executorId === replica),
        );
        // A replica that is slow, or gone, holds up nobody who has enough.
        if (all || offers.length >= question.offersMax || performance.now() >= untilMs) return offers;
      }
    } finally {
      this.#waiting.get(id)?.();
      this.#waiting.delete(id);
    }
  }

  #nextAnswer(id: string): Promise<void> {
    const heard = new AbortController();
    this.#waiting.set(id, () => heard.abort());
    return sleep(LOOK_MS, undefined, { signal: heard.signal }).catch(() => undefined);
  }

  async #answer(id: string): Promise<void> {
    if (this.#answering.has(id)) return;
    this.#answering.add(id);
    try {
      const question = await this.#store.question(id);
      if (question === null) return;
      const { operation, policy, nonce, offersMax } = question;
      const offers = await this.registry.requestOffers(operation, policy, nonce, offersMax, question);
      await this.#store.answer(id, { executorId: this.config.executorId, offers });
      this.signals.send(`answered ${id}`);
    } catch (error) {
      // Whoever asked waits no longer than for a slow worker.
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn({ reason }, 'question not answered');
    } finally {
      this.#answering.delete(id);
    }
  }
}
