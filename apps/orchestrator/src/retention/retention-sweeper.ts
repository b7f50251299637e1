import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { isUnreachable, type Logger } from '#telemetry';
import { asSystem } from '../auth/call-context.js';
import { BlobSweeper } from '../blobs/blob-sweeper.js';
import type { Config } from '../config/config.js';
import { Database, type Transaction } from '../database/database.js';
import { LogSequencer } from '../log/log-sequencer.js';
import { countBundles } from '../quotas/bundle-count.js';
import { CLOCK, type Clock, CONFIG, LOGGER } from '../tokens.js';
import { type DueRun, deleteEvidence, deletePayloads, dueRuns, type Part } from './due-runs.js';
import { writeRecord } from './retention-record.js';
import { RetentionStore } from './retention-store.js';
import { RunJournals } from './run-journals.js';

/** Runs of one transaction, so that its lock is held a bounded time. */
const BATCH_MAX = 64;
/** Runs whose bundles one statement counts. */
const COUNTED_MAX = 1_000;
/** Batches of one sweep; what is left is for the next. */
const BATCHES_MAX = 64;

interface Batch {
  readonly runs: number;
  /** Large blobs that nobody may have any more. */
  readonly large: readonly string[];
}

const none: Batch = { runs: 0, large: [] };

/**
 * Counts what runs made, and deletes what was kept long enough. One replica at a time does, whichever comes first; a batch and the record of it
 * are one transaction, so what is half done when a replica dies was not done.
 */
@Injectable()
export class RetentionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    @Inject(LogSequencer) private readonly sequencer: Pick<LogSequencer, 'wake'>,
    @Inject(RunJournals) private readonly journals: Pick<RunJournals, 'forget'>,
    @Inject(BlobSweeper) private readonly blobs: Pick<BlobSweeper, 'dropUnowned'>,
    @Inject(CONFIG) private readonly config: Pick<Config, 'retentionSweepMs'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'info' | 'error'>,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#run(), this.config.retentionSweepMs);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** One sweep; how many runs lost a part. None where another replica sweeps. */
  async sweep(): Promise<number> {
    let swept = 0;
    await this.#countBundles();
    for (const part of ['payload', 'evidence'] as const) {
      for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
        const { runs, large } = await this.database.queries.transaction((transaction) =>
          this.#batch(transaction, part),
        );
        await this.blobs.dropUnowned(large);
        swept += runs;
        if (runs < BATCH_MAX) break;
      }
    }
    if (swept > 0) this.sequencer.wake();
    return swept;
  }

  /** Before any of them is deleted. */
  async #countBundles(): Promise<void> {
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const count = await this.database.queries.transaction((transaction) =>
        countBundles(transaction, COUNTED_MAX),
      );
      if (count < COUNTED_MAX) return;
    }
  }

  async #batch(transaction: Transaction, part: Part): Promise<Batch> {
    if (!(await new RetentionStore(transaction).tryLock())) return none;
    const time = new Date(this.clock());
    const due = await dueRuns(transaction, part, time, BATCH_MAX);
    if (due.length === 0) return none;
    // A batch that is not committed loses no more than this: a run that ended needs its journal for nothing.
    await this.journals.forget(due.map(({ runId }) => runId));
    const large: string[] = [];
    for (const [key, runs] of grouped(due)) {
      const [{ tenant, class: name } = { tenant: key, class: '' }] = runs;
      const runIds = runs.map(({ runId }) => runId);
      const deleted = await (part === 'payload' ? deletePayloads : deleteEvidence)(transaction, runIds);
      const blobs = deleted.blobs + deleted.large.length;
      large.push(...deleted.large);
      await writeRecord(transaction, {
        tenant,
        time,
        actor: 'sweeper',
        action: part === 'payload' ? 'delete-payloads' : 'delete-evidence',
        reason: `kept as long as class ${name} says`,
        facts: { class: name, runs: runIds, blobs },
      });
      this.logger.info({ part, runs: runs.length, blobs }, 'retention is over');
    }
    return { runs: due.length, large };
  }

  /** Never rejects: what is due stays due. */
  async #run(): Promise<void> {
    if (this.#running !== null) return;
    this.#running = asSystem(() => this.sweep()).then(
      () => undefined,
      (error: unknown) => {
        // A database that is away is the sweep of the leases to report and revive.
        if (!isUnreachable(error)) this.logger.error({ err: error }, 'retention was not swept');
      },
    );
    await this.#running;
    this.#running = null;
  }
}

function grouped(due: readonly DueRun[]): ReadonlyMap<string, DueRun[]> {
  const groups = new Map<string, DueRun[]>();
  for (const run of due) {
    const key = `${run.tenant}/${run.class}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return groups;
}
