import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { utf8 } from '#canonical';
import type { BundleTimestamp } from '#evidence';
import { isUnreachable, type Logger } from '#telemetry';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { CLOCK, type Clock, CONFIG, LOGGER } from '../tokens.js';
import { RevocationLists } from './revocation-lists.js';
import { requestTimestamp } from './timestamp-client.js';
import { TimestampStore } from './timestamp-store.js';

/** A bundle waits this long for its authorities, then it is closed without them and completed later. */
const WAIT_MS = 1_000;
const RETRY_MS = 2_000;
const RETRY_MS_MAX = 60_000;

/** How an authority answered last. */
interface Standing {
  failures: number;
  retryAtMs: number;
}

export interface Stamps {
  readonly timestamps: readonly BundleTimestamp[];
  /** Authorities that have not stamped. */
  readonly missing: readonly string[];
}

/**
 * Has checkpoints stamped, one token of each authority for all bundles under a checkpoint. An authority that is slow or
 * away holds up nobody: who failed last time is asked again by the sweep alone.
 */
@Injectable()
export class TimestampFeed {
  readonly #store: TimestampStore;
  readonly #asked = new Map<string, Promise<void>>();
  readonly #standings = new Map<string, Standing>();

  constructor(
    database: Database,
    @Inject(CONFIG) private readonly config: Pick<Config, 'timestamping'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
    private readonly lists: RevocationLists,
  ) {
    this.#store = new TimestampStore(database.queries);
  }

  get authorities(): readonly string[] {
    return this.config.timestamping.authorities;
  }

  /** What there is over the text of a checkpoint after a bounded wait for those who are expected to answer. */
  async quickly(size: number, text: string): Promise<Stamps> {
    if (this.authorities.length === 0) return { timestamps: [], missing: [] };
    const hopeful = this.authorities.filter((url) => this.#standing(url).failures === 0);
    await this.#within(WAIT_MS, this.#ask(size, text, hopeful));
    return this.stamps(size);
  }

  /** The same for the sweep, which waits for everybody of `authorities` whose turn it is. */
  async patiently(size: number, text: string, authorities = this.authorities): Promise<Stamps> {
    const now = performance.now();
    const due = authorities.filter((url) => this.#standing(url).retryAtMs <= now);
    await this.#ask(size, text, due);
    return this.stamps(size, authorities);
  }

  /** What is stored. */
  async stamps(size: number, authorities = this.authorities): Promise<Stamps> {
    const tokens = await this.#store.tokens(size, authorities);
    return {
      timestamps: [...tokens.values()].map((timestamp) => this.lists.beside(timestamp)),
      missing: authorities.filter((url) => !tokens.has(url)),
    };
  }

  async #ask(size: number, text: string, authorities: readonly string[]): Promise<void> {
    const known = await this.#store.tokens(size, authorities);
    const data = utf8(text);
    const missing = authorities.filter((url) => !known.has(url));
    await Promise.all(missing.map((url) => this.#askOnce(size, data, url)));
  }

  /** Runs that end under one checkpoint share the question. */
  #askOnce(size: number, data: Uint8Array, url: string): Promise<void> {
    const key = `${size} ${url}`;
    const running = this.#asked.get(key);
    if (running !== undefined) return running;
    const asked = this.#askNow(size, data, url).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  /** Never rejects: an authority that is away is a warning, and what it did not stamp waits. */
  async #askNow(size: number, data: Uint8Array, url: string): Promise<void> {
    const standing = this.#standing(url);
    try {
      await this.#store.keep(size, url, await requestTimestamp({ url, data, clock: this.clock }));
      standing.failures = 0;
      standing.retryAtMs = 0;
    } catch (error) {
      // A database that is away is no fault of the authority.
      if (isUnreachable(error)) return;
      standing.failures += 1;
      standing.retryAtMs =
        performance.now() + Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(standing.failures - 1, 6));
      const reason = error instanceof Error ? error.message : 'failed';
      const { failures } = standing;
      this.logger.warn({ authority: new URL(url).host, failures, reason }, 'an authority did not stamp');
    }
  }

  #standing(url: string): Standing {
    const found = this.#standings.get(url) ?? { failures: 0, retryAtMs: 0 };
    this.#standings.set(url, found);
    return found;
  }

  async #within(waitMs: number, work: Promise<void>): Promise<void> {
    const over = new AbortController();
    const wait = sleep(waitMs, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
    await Promise.race([work, wait]);
    over.abort();
  }
}
