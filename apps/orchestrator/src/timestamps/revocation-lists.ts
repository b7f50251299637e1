import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { fetchBytes } from '#collateral';
import { type BundleTimestamp, expectRevocationList, withRevocationLists } from '#evidence';
import type { Logger } from '#telemetry';
import type { Config } from '../config/config.js';
import { CONFIG, LOGGER } from '../tokens.js';

const LIST_BYTES_MAX = 256 * 1024;
const TIMEOUT_MS = 10_000;
const REFRESH_MS = 60 * 60_000;

/**
 * Revocation lists of the authorities, fetched in the background so that no bundle waits for them, and put beside their
 * tokens. Where one cannot be had the last one is kept; without any the verdict says that revocation was not checked.
 */
@Injectable()
export class RevocationLists implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #lists = new Map<string, Uint8Array>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'timestamping'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.timestamping.revocationLists.length === 0) return;
    void this.refresh();
    this.#timer = setInterval(() => void this.refresh(), REFRESH_MS);
  }

  onModuleDestroy(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  beside(timestamp: BundleTimestamp): BundleTimestamp {
    return this.#lists.size === 0 ? timestamp : withRevocationLists(timestamp, [...this.#lists.values()]);
  }

  /** Never rejects. */
  async refresh(): Promise<void> {
    await Promise.all(this.config.timestamping.revocationLists.map((url) => this.#fetch(url)));
  }

  async #fetch(url: string): Promise<void> {
    try {
      const { status, body } = await fetchBytes({
        url,
        method: 'GET',
        bytesMax: LIST_BYTES_MAX,
        timeoutMs: TIMEOUT_MS,
      });
      if (status !== 200) throw new Error(`status ${status}`);
      const list = new Uint8Array(body);
      expectRevocationList(list);
      this.#lists.set(url, list);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'failed';
      this.logger.warn({ host: new URL(url).host, reason }, 'a revocation list could not be had');
    }
  }
}
