import { Inject, Injectable } from '@nestjs/common';
import { attachTimestamps, type LogEntry, parseLogProof } from '#evidence';
import { Database } from '../database/database.js';
import { CLOCK, type Clock } from '../tokens.js';
import { TimestampFeed } from './timestamp-feed.js';
import { TimestampStore } from './timestamp-store.js';

/** Puts tokens into a bundle that is being closed, and remembers it when some are still to come. */
@Injectable()
export class BundleStamper {
  readonly #store: TimestampStore;

  constructor(
    private readonly feed: TimestampFeed,
    database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#store = new TimestampStore(database.queries);
  }

  /** The bundle with what authorities said in a bounded time. It is remembered before anybody can have it. */
  async stamp(runId: string, bundle: Uint8Array, entry: LogEntry): Promise<Uint8Array> {
    const { checkpoint, note } = parseLogProof(entry.proof);
    const { timestamps, missing } = await this.feed.quickly(checkpoint.size, note.text);
    if (missing.length > 0) {
      const since = new Date(this.clock());
      await this.#store.enqueue({ runId, size: checkpoint.size, held: timestamps.length, since });
    }
    return timestamps.length === 0 ? bundle : attachTimestamps(bundle, timestamps);
  }
}
