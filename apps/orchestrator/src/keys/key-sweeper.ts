import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { isUnreachable, type Logger } from '#telemetry';
import { asSystem } from '../auth/call-context.js';
import { PlainBlobs } from '../blobs/plain-blobs.js';
import { limits } from '../config/limits.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { KeyChanges } from './key-changes.js';
import { Keyring } from './keyring.js';
import { StagingKeys } from './staging-keys.js';
import { WrapRenewal } from './wrap-renewal.js';

/** Whoever decided a destruction finishes it well before. */
const ABANDONED_MS = 60_000;
/** Rows in the clear are looked for again after, e.g. because a replica of an earlier release wrote some. */
const PLAIN_MS = 3_600_000;

/**
 * What is done about keys without anybody asking: destructions that a replica died over are finished, the key of what
 * workers sent is renewed, keys of blobs come under the newest version of their tenant's key, and rows of earlier
 * releases are sealed. Replicas may do it at the same time.
 */
@Injectable()
export class KeySweeper implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #plainMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly changes: KeyChanges,
    private readonly staging: StagingKeys,
    private readonly plain: PlainBlobs,
    private readonly wraps: WrapRenewal,
    private readonly ring: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'info' | 'error'>,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#run(), limits.keySweepMs);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  async sweep(): Promise<void> {
    for (const tenant of await this.changes.unfinished(new Date(this.clock() - ABANDONED_MS))) {
      this.logger.info({ tenant }, 'a destruction that was decided is finished');
      await this.changes.finish(tenant);
    }
    if (await this.staging.isDue()) await this.staging.retire();
    if (!this.ring.seals) return;
    await this.wraps.sweep();
    if (this.clock() - this.#plainMs >= PLAIN_MS && (await this.plain.seal()) === 0)
      this.#plainMs = this.clock();
  }

  /** Never rejects: the next sweep does what this one did not. */
  async #run(): Promise<void> {
    if (this.#running !== null) return;
    this.#running = asSystem(() => this.sweep()).catch((error: unknown) => {
      // A database that is away is the sweep of the leases to report and revive.
      if (!isUnreachable(error)) this.logger.error({ err: error }, 'keys were not swept');
    });
    await this.#running;
    this.#running = null;
  }
}
