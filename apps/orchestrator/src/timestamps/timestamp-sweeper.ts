import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { appendRenewals, attachTimestamps, parseCheckpoint, parseNote, type Renewal } from '#evidence';
import { isUnreachable, type Logger } from '#telemetry';
import { BlobStore } from '../blobs/blob-store.js';
import { allowIdle, Database } from '../database/database.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { TimestampFeed } from './timestamp-feed.js';
import { TimestampStore, type WaitingBundle } from './timestamp-store.js';

const SWEEP_MS = 1_000;
/** Of one sweep, so that its lock is held a bounded time. */
const CHECKPOINTS_MAX = 8;
const BUNDLES_MAX = 64;
/** An authority takes its time, and the transaction waits for it. */
const SWEEP_IDLE_MS = 60_000;
/**
 * A verifier refuses tokens over one checkpoint that are a day apart. After half of it the newest checkpoint is stamped
 * instead, once for all bundles that wait, and each gets it as a renewal.
 */
const LATE_MS = 12 * 60 * 60_000;

/** Completes bundles that were closed while an authority was away. One replica at a time does. */
@Injectable()
export class TimestampSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  /** Leaves under the checkpoint that the last sweep ended with. */
  #last = 0;

  constructor(
    private readonly database: Database,
    private readonly blobs: BlobStore,
    private readonly log: TransparencyLog,
    private readonly feed: TimestampFeed,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'error'>,
  ) {}

  onApplicationBootstrap(): void {
    if (this.feed.authorities.length === 0) return;
    this.#timer = setInterval(() => void this.#run(), SWEEP_MS);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** One sweep; how many bundles were replaced. None when another replica sweeps. */
  async sweep(): Promise<number> {
    if (!(await new TimestampStore(this.database.queries).isWaiting())) return 0;
    return this.database.queries.transaction(async (transaction) => {
      await allowIdle(transaction, SWEEP_IDLE_MS);
      const store = new TimestampStore(transaction);
      if (!(await store.tryLock())) return 0;
      const lateBefore = new Date(this.clock() - LATE_MS);
      return (await this.#complete(store, lateBefore)) + (await this.#renew(store, lateBefore));
    });
  }

  /** Goes through the checkpoints in turn: those that wait for one authority that is away do not hide the others. */
  async #complete(store: TimestampStore, since: Date): Promise<number> {
    const sizes = await store.sizesSince(since, this.#last, CHECKPOINTS_MAX);
    this.#last = sizes.length < CHECKPOINTS_MAX ? 0 : (sizes.at(-1) ?? 0);
    let replaced = 0;
    for (const size of sizes) {
      const note = await store.note(size);
      if (note === null) continue;
      const { timestamps, missing } = await this.feed.patiently(size, parseNote(note).text);
      for (const waiting of await store.waitingUnder(size, timestamps.length, BUNDLES_MAX)) {
        const bundle = attachTimestamps(await this.blobs.get(waiting.bundle), timestamps);
        await this.#replace(store, waiting, bundle, missing.length === 0 ? null : timestamps.length);
        replaced += 1;
      }
    }
    return replaced;
  }

  /** What is too late for a bundle's own checkpoint proves all the same that the tree existed before now. */
  async #renew(store: TimestampStore, before: Date): Promise<number> {
    const late = await store.waitingBefore(before, BUNDLES_MAX);
    const note = late.length === 0 ? null : await this.log.checkpoint();
    if (note === null) return 0;
    const { text } = parseNote(note);
    const { size } = parseCheckpoint(text);
    let replaced = 0;
    for (const waiting of late) {
      if (waiting.size > size) continue;
      const own = await this.feed.stamps(waiting.size);
      const { timestamps } = await this.feed.patiently(size, text, own.missing);
      // Who has a token waits no longer for an authority that stays away; who has none goes on waiting.
      if (own.timestamps.length + timestamps.length === 0) continue;
      const stamped = attachTimestamps(await this.blobs.get(waiting.bundle), own.timestamps);
      const consistency = await this.log.consistency(waiting.size, size);
      const renewals = timestamps.map((timestamp, position): Renewal => {
        return { checkpoint: note, consistency: position === 0 ? consistency : [], timestamp };
      });
      await this.#replace(store, waiting, appendRenewals(stamped, renewals), null);
      replaced += 1;
    }
    return replaced;
  }

  async #replace(
    store: TimestampStore,
    waiting: WaitingBundle,
    bundle: Uint8Array,
    held: number | null,
  ): Promise<void> {
    await store.replaceBundle(waiting, await this.blobs.put(bundle, waiting.tenant), held);
  }

  /** Never rejects: what waits, waits for the next sweep. */
  async #run(): Promise<void> {
    if (this.#running !== null) return;
    this.#running = this.sweep().then(
      () => undefined,
      (error: unknown) => {
        // A database that is away is the sweep of the leases to report and revive.
        if (!isUnreachable(error)) this.logger.error({ err: error }, 'bundles were not stamped');
      },
    );
    await this.#running;
    this.#running = null;
  }
}
