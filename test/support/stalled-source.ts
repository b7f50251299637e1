import { createHash } from 'node:crypto';
import { BLOB_CHUNK_BYTES, type BlobSource } from '#contracts';

/** Bytes of a large blob, and a caller that stops sending in the middle of them. */
export class StalledSource implements BlobSource {
  readonly digest: string;
  /** Where each attempt went on. */
  readonly begun: number[] = [];
  #wake: () => void = () => undefined;
  readonly #released: Promise<void>;
  #isStalled = false;

  /** @param stallAt where a reader waits until `release` */
  constructor(
    private readonly name: string,
    readonly size: number,
    private readonly stallAt: number,
  ) {
    this.#released = new Promise((resolve) => {
      this.#wake = resolve;
    });
    const hash = createHash('sha256');
    for (let at = 0; at < size; at += BLOB_CHUNK_BYTES) hash.update(this.#chunk(at));
    this.digest = `sha256:${hash.digest('hex')}`;
  }

  /** Whether an attempt came so far. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** From now on nobody waits any more. */
  release(): void {
    this.#wake();
  }

  async *read(from: number): AsyncGenerator<Uint8Array, void, undefined> {
    this.begun.push(from);
    for (let at = from - (from % BLOB_CHUNK_BYTES); at < this.size; at += BLOB_CHUNK_BYTES) {
      if (at >= this.stallAt) {
        this.#isStalled = true;
        await this.#released;
      }
      const chunk = this.#chunk(at);
      yield at < from ? chunk.subarray(from - at) : chunk;
    }
  }

  /** Any chunk is made without those before it. */
  #chunk(at: number): Buffer {
    return Buffer.alloc(Math.min(BLOB_CHUNK_BYTES, this.size - at), `${this.name} ${at} `);
  }
}
