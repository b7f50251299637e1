import type { Digest } from '#canonical';

/** Where pages come from, by digest. */
export interface PageSource {
  get(digest: Digest): Promise<Uint8Array>;
}

/**
 * Pages that this service made last. The next batch of a ledger starts from them, and would fetch them from the store
 * that they were just brought to. They are named by digest, and whoever takes one compares.
 */
export class PageCache {
  readonly #pages = new Map<Digest, Uint8Array>();

  constructor(private readonly pagesMax: number) {}

  put(digest: Digest, bytes: Uint8Array): void {
    this.#pages.delete(digest);
    this.#pages.set(digest, bytes);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.pagesMax) return;
      this.#pages.delete(oldest);
    }
  }

  /** Asks here first. */
  before(store: PageSource): PageSource {
    return { get: async (digest) => this.#pages.get(digest) ?? (await store.get(digest)) };
  }
}
