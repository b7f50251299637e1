import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import type { ServerTls } from '../tls/server-tls.js';
import { CLOCK, type Clock, TLS } from '../tokens.js';
import { gauges } from './gauges.js';
import { registry } from './instruments.js';
import { operationLabel } from './labels.js';
import { StateReader } from './state-reader.js';

/** Shown as 0 when there is none; a state that is added shows once a run is in it. */
const openStates = ['PENDING', 'RUNNING', 'AWAITING_APPROVAL', 'AWAITING_INPUT'] as const;

/** All metrics of this process as Prometheus reads them. */
@Injectable()
export class MetricsReader {
  constructor(
    private readonly database: Database,
    private readonly registry: SessionRegistry,
    private readonly state: StateReader,
    @Inject(TLS) private readonly tls: ServerTls | null,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Never rejects: a database that is away is a value. */
  async text(): Promise<string> {
    this.#readProcess();
    try {
      await this.#readDatabase();
      gauges.databaseUp.set(1);
    } catch {
      gauges.databaseUp.set(0);
    }
    return registry.metrics();
  }

  #readProcess(): void {
    this.#readTls();
    const { open, idle, waiting } = this.database.connections;
    gauges.connections.set({ state: 'open' }, open);
    gauges.connections.set({ state: 'idle' }, idle);
    gauges.connections.set({ state: 'waiting' }, waiting);
    const sessions = this.registry.list();
    gauges.workers.set(sessions.length);
    gauges.fenced.set(sessions.filter(({ fencedReason }) => fencedReason !== null).length);
    gauges.operations.reset();
    for (const { identity, fencedReason } of sessions) {
      if (fencedReason !== null) continue;
      for (const operation of new Set(identity.operations.map(operationLabel)))
        gauges.operations.inc({ operation });
    }
  }

  #readTls(): void {
    if (this.tls === null) return;
    const { material, problem, reloads } = this.tls.watched;
    const seconds = (endMs: number | null): number => Math.round(((endMs ?? 0) - this.clock()) / 1_000);
    gauges.certificateEnds.set({ file: 'certificate' }, seconds(material.notAfterMs));
    gauges.certificateEnds.set({ file: 'ca' }, seconds(material.caNotAfterMs));
    gauges.certificatesRefused.set(problem === null ? 0 : 1);
    gauges.certificateReloads.set(reloads);
  }

  async #readDatabase(): Promise<void> {
    const { pingMs, runs, leases, oldestQueuedMs, log, timestamps, replicas } = await this.state.read();
    gauges.ping.set(pingMs / 1_000);
    gauges.runs.reset();
    for (const state of openStates) gauges.runs.set({ state }, 0);
    for (const [state, count] of Object.entries(runs)) gauges.runs.set({ state }, count);
    gauges.leases.set({ state: 'queued' }, leases.queued);
    gauges.leases.set({ state: 'sent' }, leases.sent);
    gauges.leases.set({ state: 'person' }, leases.people);
    gauges.oldestLease.set(oldestQueuedMs / 1_000);
    gauges.logSize.set(log.size);
    gauges.logQueue.set(log.queued);
    gauges.oldestLeaf.set(log.oldestQueuedMs / 1_000);
    gauges.checkpointAge.set((log.checkpointAgeMs ?? 0) / 1_000);
    gauges.unstamped.set(timestamps.waiting);
    gauges.oldestUnstamped.set(timestamps.oldestMs / 1_000);
    gauges.replicas.set({ state: 'live' }, replicas.live);
    gauges.replicas.set({ state: 'dead' }, replicas.dead);
  }
}
