import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { isUnreachable, type Logger } from '#telemetry';
import { asSystem } from '../auth/call-context.js';
import { LOGGER } from '../tokens.js';
import { TransparencyLog } from './transparency-log.js';

/** Leaves that nobody waits for are gathered this long, so that many share a checkpoint. */
const GATHER_MS = 50;
/** How soon a replica finds what another one queued and did not live to sequence. */
const SWEEP_MS = 1_000;

/** Gives a place to leaves whose writer does not wait, and to those of a replica that died. */
@Injectable()
export class LogSequencer implements OnApplicationBootstrap, OnModuleDestroy {
  #gathering: NodeJS.Timeout | null = null;
  #sweeping: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(
    private readonly log: TransparencyLog,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'error'>,
  ) {}

  onApplicationBootstrap(): void {
    this.#sweeping = setInterval(() => void this.#run(), SWEEP_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    if (this.#sweeping !== null) clearInterval(this.#sweeping);
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    await this.#running;
  }

  /** Something waits. Returns at once; a wake-up that is lost costs the next sweep. */
  wake(): void {
    if (this.#stopped) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      void this.#run();
    }, GATHER_MS);
  }

  /** Never rejects: what waits, waits for the next sweep. */
  async #run(): Promise<void> {
    if (this.#running !== null || this.#stopped) return;
    // A call may have woken it; the log is the orchestrator's own.
    this.#running = asSystem(() => this.#sequence());
    await this.#running;
    this.#running = null;
  }

  async #sequence(): Promise<void> {
    try {
      if (await this.log.isWaiting()) await this.log.sequence();
    } catch (error) {
      // A database that is away is the sweep of the leases to report and revive.
      if (!isUnreachable(error)) this.logger.error({ err: error }, 'the log was not sequenced');
    }
  }
}
