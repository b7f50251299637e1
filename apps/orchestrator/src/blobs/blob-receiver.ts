import { createHash, type Hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '#contracts';
import type { Logger } from '#telemetry';
import { limits } from '../config/limits.js';
import type { Segment } from '../database/blob-schema.js';
import { invalidField, limitExceeded } from '../request-fields.js';
import { LOGGER } from '../tokens.js';
import { BlobFolder } from './blob-folder.js';
import { giveBack } from './own-memory.js';
import { SealedBlocks } from './sealed-blocks.js';
import { readSegments } from './segment-reader.js';
import { SegmentWriter } from './segment-writer.js';
import { bytesOf, type Upload, UploadBook, wrongOffset } from './upload-book.js';

export interface BlobPart {
  readonly data: Buffer;
  /** Where it lies; null where that was left out. */
  readonly offset: number | null;
}

/**
 * Receives large blobs: what comes is hashed and written in blocks, every so often put on the disk for good, and then
 * said to be kept. Holds a few blocks, whatever the size: a caller that is faster than the disk waits.
 *
 * The hash of what an earlier writer kept is made from its files. So a digest is always that of the bytes that lie
 * there, and any replica can go on without a state that another one would have to write down.
 */
@Injectable()
export class BlobReceiver {
  #receiving = 0;

  constructor(
    private readonly book: UploadBook,
    private readonly folder: BlobFolder,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /**
   * @param offset where the caller goes on
   * @param parts ends, or throws, where the caller does
   */
  async receive(
    declared: Pick<Upload, 'owner' | 'digest' | 'size'> & { readonly offset: number },
    parts: AsyncIterable<BlobPart>,
  ): Promise<void> {
    if (this.#receiving >= limits.uploadsAtOnceMax) {
      throw limitExceeded('uploadsAtOnceMax', this.#receiving + 1, 'try again later, or at another replica');
    }
    this.#receiving += 1;
    try {
      const { owner, digest, size, offset } = declared;
      await this.#go(await this.book.begin(owner, digest, size, offset), parts);
    } finally {
      this.#receiving -= 1;
    }
  }

  async #go(upload: Upload, parts: AsyncIterable<BlobPart>): Promise<void> {
    const hash = createHash('sha256');
    for await (const block of readSegments(this.folder, upload, 0, upload.committed)) hash.update(block);
    const file = this.folder.newFile(upload.digest, upload.generation);
    await this.book.addFile(upload, file);
    const writer = new SegmentWriter(
      await this.folder.create(file),
      upload.seals ? new SealedBlocks(upload.key, file) : null,
    );
    const kept = new KeptBytes(upload, file, { writer, book: this.book, folder: this.folder });
    try {
      await takeParts(upload, parts, { hash, writer, kept });
      await this.#finish(upload, hash, kept);
    } finally {
      await writer.close();
      if (writer.written === 0) await this.#remove([{ file, size: 0 }]);
    }
  }

  async #finish(upload: Upload, hash: Hash, kept: KeptBytes): Promise<void> {
    const { owner, digest } = upload;
    const segments = await kept.last();
    const actual = `sha256:${hash.digest('hex')}`;
    if (actual !== digest) {
      // No byte more would make it right.
      await this.#remove((await this.book.drop(owner, digest, upload.generation)) ?? []);
      throw new ApiError(
        'BLOB_DIGEST_MISMATCH',
        `blob: expected ${digest}, got content of ${actual}: name it by the digest of its bytes, and begin again at 0`,
        { facts: { expected: digest, actual } },
      );
    }
    if (!(await this.book.finish(upload, segments, kept.uncounted))) await this.#remove(segments);
  }

  /** Files that no row names any more; what stays, the sweeper finds. */
  async #remove(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) {
      await this.folder
        .remove(file)
        .catch((error: unknown) => this.logger.warn({ err: error, file }, 'a blob file stays'));
    }
  }
}

/** Takes what comes. What came before it broke off is kept, whatever ended it. */
async function takeParts(
  upload: Upload,
  parts: AsyncIterable<BlobPart>,
  { hash, writer, kept }: { hash: Hash; writer: SegmentWriter; kept: KeptBytes },
): Promise<void> {
  let position = upload.committed;
  try {
    for await (const { data, offset } of parts) {
      if (offset !== null && offset !== position) throw wrongOffset(position, offset);
      if (position + data.length > upload.size) {
        throw invalidField('size', `the ${upload.size} bytes that were announced`, 'more: begin again');
      }
      position += data.length;
      hash.update(data);
      const behind = writer.append(data);
      if (behind !== null) await behind;
      // Copied into its block, and nobody else's.
      giveBack(data);
      if (kept.isDue) await kept.inBackground();
    }
    if (position !== upload.size) {
      throw invalidField('size', `the ${upload.size} bytes that were announced`, `${position}: go on there`);
    }
  } catch (error) {
    await kept.last().catch(() => undefined);
    throw error;
  }
}

/** What of one writer's bytes is on the disk, and said to be. */
class KeptBytes {
  #said = 0;
  #saying: Promise<void> = Promise.resolve();
  #isNamed = false;

  constructor(
    private readonly upload: Upload,
    private readonly file: string,
    private readonly parts: {
      readonly writer: SegmentWriter;
      readonly book: UploadBook;
      readonly folder: BlobFolder;
    },
  ) {}

  get isDue(): boolean {
    return this.parts.writer.written - this.#said >= limits.uploadCommitBytes;
  }

  /** Bytes that came and are in no count yet. */
  get uncounted(): number {
    return this.parts.writer.written - this.#said;
  }

  /** Goes on while the disk works, but never two such steps ahead of it. Throws what the step before failed of. */
  async inBackground(): Promise<void> {
    await this.#saying;
    if (!this.isDue) return;
    this.#saying = this.#say();
    this.#saying.catch(() => undefined);
  }

  /** Everything that came is on the disk. @returns the files of the whole */
  async last(): Promise<readonly Segment[]> {
    const { writer, book } = this.parts;
    await this.#saying;
    await writer.flush();
    const size = await this.#sync();
    const segments = this.#segments(size);
    // The last step of a whole blob is its finish, which says the same.
    if (bytesOf(segments) < this.upload.size && size > this.#said) {
      await book.advance(this.upload, segments, size - this.#said);
      this.#said = size;
    }
    return segments;
  }

  async #say(): Promise<void> {
    const size = await this.#sync();
    await this.parts.book.advance(this.upload, this.#segments(size), size - this.#said);
    this.#said = size;
  }

  async #sync(): Promise<number> {
    const { writer, folder } = this.parts;
    const size = await writer.sync();
    if (!this.#isNamed) await folder.sync(this.file);
    this.#isNamed = true;
    return size;
  }

  #segments(size: number): readonly Segment[] {
    const sealed = this.upload.seals ? ({ sealed: true } as const) : {};
    return size === 0
      ? this.upload.segments
      : [...this.upload.segments, { file: this.file, size, ...sealed }];
  }
}
