import { EventEmitter } from 'node:events';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '#telemetry';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { witnessFailures } from '../observability/instruments.js';
import { CONFIG, LOGGER } from '../tokens.js';
import { LogStore } from './log-store.js';
import { WitnessLink } from './witness-link.js';

/** A bundle waits this long for its witnesses, then it is completed without them. */
const QUORUM_WAIT_MS = 1_000;
/** How soon a wait sees what another replica brought. */
const LOOK_MS = 200;
/** Witnesses that do not answer keep the newest checkpoint from being shown this long. */
const PUBLISH_MS = 2_000;
const RETRY_MS = 2_000;
const RETRY_MS_MAX = 60_000;

interface Tended {
  readonly link: WitnessLink;
  busy: boolean;
  /** A checkpoint came while the witness was busy with the one before. */
  again: boolean;
  failures: number;
  retry: NodeJS.Timeout | null;
}

/**
 * Brings every new checkpoint to the witnesses, each at its own pace: one that is slow or away holds up nobody. They are
 * asked after the checkpoint is stored, so that no witness ever signs what the log could forget.
 */
@Injectable()
export class WitnessFeed implements OnModuleDestroy {
  readonly #store: LogStore;
  readonly #tended: readonly Tended[];
  readonly #cosigned = new EventEmitter().setMaxListeners(0);
  #publishing: NodeJS.Timeout | null = null;
  #newest = 0;
  #stopped = false;

  constructor(
    database: Database,
    @Inject(CONFIG) private readonly config: Pick<Config, 'witnessing'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {
    this.#store = new LogStore(database.queries);
    this.#tended = config.witnessing.witnesses.map((witness) => ({
      link: new WitnessLink(witness, this.#store),
      busy: false,
      again: false,
      failures: 0,
      retry: null,
    }));
  }

  onModuleDestroy(): void {
    this.#stopped = true;
    if (this.#publishing !== null) clearTimeout(this.#publishing);
    for (const { retry } of this.#tended) if (retry !== null) clearTimeout(retry);
    this.#cosigned.emit('change');
  }

  get quorum(): number {
    return this.config.witnessing.quorum;
  }

  /** The witnesses whose signatures count towards the quorum. */
  get ids(): readonly string[] {
    return this.#tended.map(({ link }) => link.id);
  }

  /** A checkpoint of this size is stored. Returns at once. */
  offer(size: number): void {
    if (this.#stopped || this.#tended.length === 0) return;
    this.#newest = Math.max(this.#newest, size);
    if (this.quorum > 0) this.#publishing ??= setTimeout(() => void this.#publishLate(), PUBLISH_MS);
    for (const tended of this.#tended) void this.#tend(tended);
  }

  /** Waits, within a bound, until a checkpoint over this leaf has its quorum. */
  async quorumOver(index: number): Promise<void> {
    if (this.quorum === 0) return;
    const endMs = performance.now() + QUORUM_WAIT_MS;
    for (;;) {
      if ((await this.#store.cosignedOver(index, this.ids, this.quorum)) !== null) return;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0 || this.#stopped || !this.#isHopeful()) return;
      await this.#change(Math.min(leftMs, LOOK_MS));
    }
  }

  /** Whoever failed last time is asked again, but no run waits for it. */
  #isHopeful(): boolean {
    return this.#tended.filter(({ failures }) => failures === 0).length >= this.quorum;
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#cosigned.off('change', done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#cosigned.once('change', done);
    });
  }

  /** Never rejects. */
  async #tend(tended: Tended): Promise<void> {
    tended.again = true;
    if (tended.busy) return;
    tended.busy = true;
    try {
      while (tended.again && !this.#stopped) {
        tended.again = false;
        if (await tended.link.bring()) await this.#store.publishCosigned(this.ids, this.quorum);
        tended.failures = 0;
        this.#cosigned.emit('change');
      }
    } catch (error) {
      this.#failed(tended, error);
    } finally {
      tended.busy = false;
    }
  }

  #failed(tended: Tended, error: unknown): void {
    tended.failures += 1;
    witnessFailures.inc();
    this.#cosigned.emit('change');
    if (this.#stopped) return;
    const reason = error instanceof Error ? error.message : 'failed';
    const witness = tended.link.witness.key.name;
    this.logger.warn({ witness, failures: tended.failures, reason }, 'a witness did not cosign');
    if (tended.retry !== null) clearTimeout(tended.retry);
    const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(tended.failures - 1, 6));
    tended.retry = setTimeout(() => void this.#tend(tended), waitMs);
  }

  /** Witnesses that are away do not hide the log: after a while its newest checkpoint is shown as it is. */
  async #publishLate(): Promise<void> {
    const size = this.#newest;
    this.#publishing = null;
    try {
      await this.#store.publish(size);
    } catch {
      // The next checkpoint tries again.
    }
  }
}
