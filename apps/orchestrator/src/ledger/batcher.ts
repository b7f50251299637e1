import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { isUnreachable, type Logger } from '#telemetry';
import { asSystem } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import { Database } from '../database/database.js';
import { Drain } from '../replicas/drain.js';
import { RunSignal } from '../runs/run-signal.js';
import { LOGGER } from '../tokens.js';
import { BatchRuns, batchEntropy } from './batch-runs.js';
import { BatchStore } from './batch-store.js';
import { IntentQueue } from './intent-queue.js';
import { intentNews } from './intent-watcher.js';
import { PageLedgerTasks } from './page-ledger-tasks.js';

/** How often a replica looks for what another one left behind. */
const SWEEP_MS = 500;
/** A batch that has no run by then lost its maker. */
const UNSTARTED_MS = 2_000;
const FORGET_MS = 60_000;

/**
 * Gathers sealed intents to batches: one batch of a ledger at a time, on whichever replica comes first. The first
 * intent waits for others as long as the window is; while a batch is applied the next one gathers, and begins at once.
 */
@Injectable()
export class Batcher implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #gathering = new Map<string, NodeJS.Timeout>();
  readonly #opening = new Map<string, Promise<void>>();
  #sweeping: NodeJS.Timeout | null = null;
  #swept: Promise<void> | null = null;
  #forgotMs = performance.now();
  #stopped = false;

  constructor(
    private readonly database: Database,
    private readonly queue: IntentQueue,
    private readonly batches: BatchStore,
    private readonly runs: BatchRuns,
    private readonly tasks: PageLedgerTasks,
    private readonly signal: RunSignal,
    private readonly drain: Drain,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'error'>,
  ) {
    this.tasks.onMoved((tenant, ledger) => {
      this.signal.notify(intentNews(tenant, ledger));
      void this.#open(tenant, ledger);
    });
  }

  onApplicationBootstrap(): void {
    this.#sweeping = setInterval(() => {
      this.#swept ??= this.#sweep().finally(() => {
        this.#swept = null;
      });
    }, SWEEP_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    if (this.#sweeping !== null) clearInterval(this.#sweeping);
    for (const timer of this.#gathering.values()) clearTimeout(timer);
    await this.#swept;
    await Promise.all(this.#opening.values());
  }

  /** Intents came: a batch begins when the window is over. */
  wake(tenant: string, ledger: string): void {
    const key = `${tenant} ${ledger}`;
    if (this.#stopped || this.#gathering.has(key)) return;
    const timer = setTimeout(() => {
      this.#gathering.delete(key);
      void this.#open(tenant, ledger);
    }, limits.batchWindowMs);
    this.#gathering.set(key, timer);
  }

  /** A full batch waits for nobody. */
  hurry(tenant: string, ledger: string): void {
    void this.#open(tenant, ledger);
  }

  /** Never rejects. One at a time for each ledger of this replica; another replica may come first. */
  #open(tenant: string, ledger: string): Promise<void> {
    const key = `${tenant} ${ledger}`;
    const under = this.#opening.get(key);
    if (under !== undefined) return under;
    const opening = asSystem(() => this.#guarded(() => this.#openOne(tenant, ledger))).finally(() =>
      this.#opening.delete(key),
    );
    this.#opening.set(key, opening);
    return opening;
  }

  async #openOne(tenant: string, ledger: string): Promise<void> {
    if (this.#stopped || this.drain.begun || !this.runs.possible) return;
    const batch = await this.batches.open(tenant, ledger, batchEntropy());
    if (batch !== null) await this.runs.start(batch);
  }

  #sweep(): Promise<void> {
    return asSystem(() =>
      this.#guarded(async () => {
        if (this.drain.begun) return;
        for (const batch of await this.batches.unstarted(UNSTARTED_MS)) await this.runs.start(batch);
        if (this.runs.possible) {
          for (const { tenant, ledger } of await this.queue.due(
            this.database.queries,
            limits.batchWindowMs,
          )) {
            await this.#open(tenant, ledger);
          }
        }
        if (performance.now() - this.#forgotMs < FORGET_MS) return;
        this.#forgotMs = performance.now();
        await this.queue.sweep();
      }),
    );
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // A database that is away is the sweep of the leases to report and revive; what is due stays due.
      if (!isUnreachable(error)) this.logger.error({ err: error }, 'no batch was made');
    }
  }
}
