import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Logger } from '#telemetry';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { RunSignal } from '../runs/run-signal.js';
import { LeaseBook } from '../sessions/lease-book.js';
import { CONFIG, LOGGER } from '../tokens.js';

const CHANNEL = 'sealflow_replicas';
const RECONNECT_MS = 1_000;

/**
 * Wakes other replicas: a lease waits for a worker, a lease was revoked, a run has news. A lost signal costs the
 * interval at which everybody looks anyway, never a result.
 */
@Injectable()
export class ReplicaSignals {
  #others: readonly string[] = [];
  readonly #heard = new Map<string, (id: string) => void>();
  #listener: pg.Client | null = null;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly leases: LeaseBook,
    private readonly runs: RunSignal,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    leases.onElsewhere((message) => this.send(message));
    runs.onNotify((runId) => this.send(`run ${runId}`));
  }

  /** Other replicas that live. With none there is nobody to wake, and nothing is sent. */
  get others(): readonly string[] {
    return this.#others;
  }

  setOthers(live: readonly string[]): void {
    this.#others = live;
  }

  /** Calls a listener with the id of every signal of a kind. */
  on(kind: string, listener: (id: string) => void): void {
    this.#heard.set(kind, listener);
  }

  /** Connects in the background, and again whenever the connection breaks. */
  listen(): void {
    const client = new pg.Client({ connectionString: this.database.url });
    this.#listener = client;
    client.on('notification', ({ payload }) => this.#receive(payload ?? ''));
    client.on('error', () => this.#again(client));
    client.on('end', () => this.#again(client));
    client
      .connect()
      .then(() => client.query(`listen ${CHANNEL}`))
      .catch(() => this.#again(client));
  }

  async close(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#listener?.end().catch(() => undefined);
  }

  #again(client: pg.Client): void {
    if (this.#stopped || this.#listener !== client) return;
    this.#listener = null;
    void client.end().catch(() => undefined);
    this.#timer = setTimeout(() => this.listen(), RECONNECT_MS);
  }

  /** `<kind> <id>`, to all other replicas. */
  send(message: string): void {
    if (this.#others.length === 0) return;
    const text = `${this.config.executorId} ${message}`;
    this.database.notify(CHANNEL, text).catch((error: unknown) => {
      this.logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'signal not sent');
    });
  }

  /** Own signals come back too; whoever writes other ones than these has the database and needs no signals. */
  #receive(payload: string): void {
    const [from, kind, id, reason] = payload.split(' ');
    if (from === this.config.executorId || id === undefined) return;
    if (kind === 'queued') this.leases.assignOthers();
    else if (kind === 'revoked') this.leases.tellRevoked(id, reason ?? 'REVOKED');
    else if (kind === 'run') this.runs.wake(id);
    else this.#heard.get(kind ?? '')?.(id);
  }
}
