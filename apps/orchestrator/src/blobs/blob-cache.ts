/** What does not fit well below the whole is read again each time. */
const SHARE_MAX = 1 / 64;

/**
 * Bytes by their digest, those that were used last. What a digest names never changes, so an entry cannot be wrong; that
 * its row still exists is another question, and an entry that is old enough answers it no more.
 */
export class BlobCache {
  readonly #entries = new Map<string, { readonly data: Buffer; readonly untilMs: number }>();
  #bytes = 0;

  constructor(
    private readonly bytesMax: number,
    private readonly keptMs: number,
    private readonly now: () => number,
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  get(digest: string): Buffer | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    this.#drop(digest, entry.data);
    if (entry.untilMs <= this.now()) return undefined;
    // Read last, thrown out last.
    this.#entries.set(digest, entry);
    this.#bytes += entry.data.length;
    return entry.data;
  }

  put(digest: string, data: Buffer): void {
    if (data.length > this.bytesMax * SHARE_MAX) return;
    const before = this.#entries.get(digest);
    if (before !== undefined) this.#drop(digest, before.data);
    this.#entries.set(digest, { data: alone(data), untilMs: this.now() + this.keptMs });
    this.#bytes += data.length;
    for (const [oldest, { data: old }] of this.#entries) {
      if (this.#bytes <= this.bytesMax) return;
      this.#drop(oldest, old);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #drop(digest: string, data: Buffer): void {
    this.#entries.delete(digest);
    this.#bytes -= data.length;
  }
}

/** Bytes that keep nothing else in memory: a small buffer of Node's holds the 64 KiB that it was cut from. */
function alone(data: Buffer): Buffer {
  if (data.buffer.byteLength === data.length) return data;
  const copy = Buffer.allocUnsafeSlow(data.length);
  data.copy(copy);
  return copy;
}
