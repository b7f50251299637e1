import type { Digest } from '#canonical';

/** Blobs by digest, up to a number of bytes; what was asked for longest ago goes first. */
export class ByteCache {
  readonly #blobs = new Map<Digest, Uint8Array>();
  #bytes = 0;

  constructor(private readonly bytesMax: number) {}

  get(digest: Digest): Uint8Array | undefined {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) return undefined;
    this.#blobs.delete(digest);
    this.#blobs.set(digest, bytes);
    return bytes;
  }

  put(digest: Digest, bytes: Uint8Array): void {
    if (bytes.length > this.bytesMax) return;
    this.#bytes += bytes.length - (this.#blobs.get(digest)?.length ?? 0);
    this.#blobs.delete(digest);
    this.#blobs.set(digest, bytes);
    for (const [oldest, { length }] of this.#blobs) {
      if (this.#bytes <= this.bytesMax) break;
      this.#blobs.delete(oldest);
      this.#bytes -= length;
    }
  }
}
