import type { FileHandle } from 'node:fs/promises';
import { giveBack } from './own-memory.js';
import { BLOCK_BYTES, SEALED_BLOCK_BYTES, type SealedBlocks } from './sealed-blocks.js';

/**
 * Appends to one file in sealed blocks: one is filled while the one before is written, so that a writer holds two of them and
 * no more, whatever comes.
 */
export class SegmentWriter {
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #filled = 0;
  #written = 0;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly handle: FileHandle,
    private readonly blocks: SealedBlocks | null,
  ) {}

  /** Bytes that were given to the system, as they came; `sync` puts them on the disk. */
  get written(): number {
    return this.#written;
  }

  /** Nothing, unless the disk is behind: then what to wait for. */
  append(bytes: Uint8Array): Promise<void> | null {
    if (this.#filled + bytes.length < BLOCK_BYTES) {
      this.#block.set(bytes, this.#filled);
      this.#filled += bytes.length;
      return null;
    }
    return this.#appendSlowly(bytes);
  }

  async #appendSlowly(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
      const part = bytes.subarray(offset, offset + BLOCK_BYTES - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === BLOCK_BYTES) await this.#writeBlock();
    }
  }

  /** Everything that was appended is given to the system. Nothing is appended after: a block is sealed once. */
  async flush(): Promise<void> {
    if (this.#filled > 0) await this.#writeBlock();
    await this.#writing;
  }

  /** What was given to the system before is on the disk after. */
  async sync(): Promise<number> {
    await this.#writing;
    const written = this.#written;
    await this.handle.datasync();
    return written;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.handle.close();
  }

  async #writeBlock(): Promise<void> {
    await this.#writing;
    const index = this.#written / BLOCK_BYTES;
    if (!Number.isInteger(index))
      throw new Error('a file was written to its end: expected no more bytes for it');
    const block = this.#block.subarray(0, this.#filled);
    if (this.blocks === null) this.#writing = writeAll(this.handle, Buffer.from(block), this.#written);
    else this.#writing = writeSealed(this.handle, this.blocks.seal(index, block), index * SEALED_BLOCK_BYTES);
    // It is awaited with the next block; until then nobody else may hear of a failure.
    this.#writing.catch(() => undefined);
    this.#written += this.#filled;
    this.#filled = 0;
  }
}

async function writeSealed(
  handle: FileHandle,
  [sealed, tag]: readonly [Buffer, Buffer],
  position: number,
): Promise<void> {
  await writeAll(handle, sealed, position);
  await writeAll(handle, tag, position + sealed.length);
  giveBack(sealed);
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
