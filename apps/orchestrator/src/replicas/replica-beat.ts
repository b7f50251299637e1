import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { isUnreachable, type Logger } from '#telemetry';
import type { Config } from '../config/config.js';
import { limits } from '../config/limits.js';
import { allowIdle, Database } from '../database/database.js';
import { RunEngine } from '../engine/run-engine.js';
import { runsTakenOver } from '../observability/instruments.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import type { WorkerSession } from '../sessions/worker-session.js';
import { CONFIG, LOGGER } from '../tokens.js';
import { OfferRelay } from './offer-relay.js';
import { ReplicaSignals } from './replica-signals.js';
import { type ConnectedWorker, ReplicaStore } from './replica-store.js';

/**
 * Keeps replicas on one database aware of each other: who lives, which workers are connected where, which keys are
 * fenced. What a replica leaves behind when it dies, another takes over.
 *
 * Nothing here decides what is true. A replica that is wrongly called dead costs repeated executions, which the engine
 * fences and every step of a run bears; its results stay those of attested workers.
 */
@Injectable()
export class ReplicaBeat {
  readonly #store: ReplicaStore;
  /** What was last told of the workers here; the same is not written again. */
  #told = '';
  #telling: Promise<void> = Promise.resolve();
  #left = false;
  #beatingSinceMs = Number.POSITIVE_INFINITY;
  #lastBeatMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly registry: SessionRegistry,
    private readonly engine: RunEngine,
    private readonly signals: ReplicaSignals,
    private readonly relay: OfferRelay,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#store = new ReplicaStore(database.queries);
    registry.onFence((signKey, reason) => this.#store.fence(signKey, reason));
    registry.onPresence(() => void this.#hurry(() => this.#tell()));
    engine.onElsewhere((runId) => signals.send(`rows ${runId}`));
    signals.on('rows', (runId) => engine.wake(runId));
    signals.on('workers', () => void this.#hurry(() => this.#look()));
  }

  /** Before the first call is served: keys that were fenced before a restart stay fenced. */
  async begin(): Promise<void> {
    await this.beat();
  }

  /** Never rejects; an absence of the database is waited out. */
  async runUntil(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await sleep(limits.replicaBeatMs, undefined, { signal: stopped }).catch(() => undefined);
      if (stopped.aborted) return;
      try {
        await this.beat();
        await this.#takeOver();
      } catch (error) {
        if (!isUnreachable(error)) this.logger.error({ err: error }, 'beat failed');
      }
    }
  }

  /** How long ago the database took the last beat. */
  get ageMs(): number {
    return performance.now() - this.#lastBeatMs;
  }

  async leave(): Promise<void> {
    this.#left = true;
    await this.#telling.catch(() => undefined);
    await this.#store.leave(this.config.executorId);
  }

  async beat(): Promise<void> {
    const { executorId, peerAddress = null } = this.config;
    await this.#store.beat(executorId, peerAddress);
    const nowMs = performance.now();
    // After a pause, of this process or of the database, others may not have been able to beat either.
    if (nowMs - this.#lastBeatMs > limits.replicaDeadMs) {
      this.#beatingSinceMs = nowMs;
      // Whoever called this replica dead has forgotten its workers.
      this.#told = '';
    }
    this.#lastBeatMs = nowMs;
    await this.#tell();
    await this.#look();
    await this.relay.answerAll();
  }

  /** What changed now is told and looked at now; if that fails, the next beat does it. */
  async #hurry(work: () => Promise<void>): Promise<void> {
    if (this.#left) return;
    await work().catch((error: unknown) => {
      if (!isUnreachable(error)) this.logger.error({ err: error }, 'workers not told');
    });
  }

  async #look(): Promise<void> {
    const { live } = await this.#store.others(this.config.executorId, limits.replicaDeadMs);
    this.signals.setOthers(live);
    this.registry.seenElsewhere(await this.#store.sessionsOf(live));
    for (const [signKey, reason] of await this.#store.fences()) this.registry.learnFence(signKey, reason);
    this.registry.learnDrained(await this.#store.drained());
  }

  /** One after the other: what is written last is what is true last. */
  #tell(): Promise<void> {
    this.#telling = this.#telling.catch(() => undefined).then(() => this.#tellNow());
    return this.#telling;
  }

  async #tellNow(): Promise<void> {
    const workers = this.registry
      .list()
      .map(connectedWorker)
      .sort((a, b) => a.bootId.localeCompare(b.bootId));
    const text = JSON.stringify(workers);
    if (text === this.#told || this.#left) return;
    const { executorId } = this.config;
    await this.database.queries.transaction((transaction) =>
      new ReplicaStore(transaction).tellSessions(executorId, workers),
    );
    this.#told = text;
    this.signals.send(`workers ${executorId}`);
  }

  async #takeOver(): Promise<void> {
    if (performance.now() - this.#beatingSinceMs < limits.replicaDeadMs) return;
    const { dead } = await this.#store.others(this.config.executorId, limits.replicaDeadMs);
    if (dead.length === 0) return;
    await this.database.queries.transaction(async (transaction) => {
      const store = new ReplicaStore(transaction);
      if (!(await store.tryTakeoverLock())) return;
      await allowIdle(transaction, limits.takeoverMs);
      for (const executorId of dead) {
        const taken = await this.engine.takeOver(executorId);
        runsTakenOver.inc(taken);
        if (taken > 0) this.logger.warn({ executor: executorId, workflows: taken }, 'runs taken over');
        else await store.forget(executorId);
      }
    });
  }
}

function connectedWorker({ identity, connectedMs, tenant, machine }: WorkerSession): ConnectedWorker {
  const { bootId, workerId, sealKeyId, signKey, operations, imageDigest } = identity;
  return {
    bootId,
    workerId,
    sealKeyId,
    signKey,
    operations,
    imageDigest,
    connectedAt: new Date(connectedMs),
    tenant,
    machine,
  };
}
