import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { leafHash } from '#canonical';
import {
  type EntriesName,
  encodeEntries,
  formatCheckpoint,
  formatLogProof,
  formatNote,
  formatVerifierKey,
  growTree,
  type LogEntry,
  noteKeyTypes,
  noteVerifierKey,
  signNote,
  TILE_WIDTH,
  type TileName,
  TreeReader,
} from '#evidence';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { SigningKey } from '../evidence/signing-key.js';
import { CONFIG } from '../tokens.js';
import { LogStore } from './log-store.js';

/** Leaves of one transaction. What waits longer goes into the next. */
const BATCH_MAX = 4096;
/** A round that finds nothing while a leaf waits was overtaken by another replica; then the leaf is in the log. */
const ROUNDS_MAX = 64;

/**
 * The append-only log of roots. It is trusted to sign what it shows; that it shows everybody the same tree is for
 * witnesses to say, and without one the verifier calls it "operator-only".
 *
 * Leaves wait in a queue, where each comes with the bundle that it is about. One writer at a time, on whichever
 * replica, gives a batch its places: entries, tiles and one signed checkpoint become visible together or not at all.
 */
@Injectable()
export class TransparencyLog implements OnModuleInit {
  readonly #store: LogStore;
  #round: Promise<number> | null = null;

  constructor(
    private readonly database: Database,
    private readonly key: SigningKey,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logOrigin'>,
  ) {
    this.#store = new LogStore(database.queries);
  }

  /** A log from before it was kept in tiles gets them once. */
  async onModuleInit(): Promise<void> {
    await this.database.queries.transaction(async (transaction) => {
      const store = new LogStore(transaction);
      await store.lock();
      const hashes = await this.#missingTiles(store);
      if (hashes.length === 0) return;
      const { tiles } = await growTree(0, hashes, store.readTile);
      await store.putTiles(tiles);
    });
  }

  async #missingTiles(store: LogStore): Promise<readonly Uint8Array[]> {
    const size = await store.size();
    const [width, first] = [Math.min(size, TILE_WIDTH), { level: 0, index: 0 }];
    return size === 0 || (await store.tile({ ...first, width })) !== null ? [] : store.leafHashes();
  }

  /** C2SP verifier key of the log, for trust files. */
  get verifierKey(): string {
    const key = noteVerifierKey(this.config.logOrigin, noteKeyTypes.ed25519, this.key.publicKey);
    return formatVerifierKey(key);
  }

  /** Waits until a run's entry is in the log, once: a repeated call returns the proof of the first. */
  async append(runId: string, entry: Uint8Array): Promise<LogEntry> {
    // It was queued with its bundle; a run that began under an older version was not.
    await this.#store.enqueue(runId, entry);
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const index = await this.#store.indexOf(runId);
      if (index !== null) return this.#proof(index, entry);
      await this.#nextRound();
    }
    throw new Error(`run ${runId}: its leaf is still not in the log`);
  }

  /** Puts everything that waits into the log; how many leaves that were. */
  async sequence(): Promise<number> {
    let appended = 0;
    for (;;) {
      const count = await this.#nextRound();
      if (count === 0) return appended;
      appended += count;
    }
  }

  /** The newest signed checkpoint; null while the log is empty. */
  async checkpoint(): Promise<string | null> {
    return (await this.#store.newestCheckpoint())?.note ?? null;
  }

  /** Null for a tile that is not, or not yet as wide. */
  tile(name: TileName): Promise<Uint8Array | null> {
    return this.#store.tile(name);
  }

  async entries({ index, width }: EntriesName): Promise<Uint8Array | null> {
    const found = await this.#store.entries(index * TILE_WIDTH, width);
    return found.length === width ? encodeEntries(found) : null;
  }

  /** One round at a time here; a caller whose leaf came too late for the running one waits for the one after it. */
  async #nextRound(): Promise<number> {
    if (this.#round !== null) await this.#round.catch(() => 0);
    this.#round ??= this.#sequenceBatch().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  #sequenceBatch(): Promise<number> {
    return this.database.queries.transaction(async (transaction) => {
      const store = new LogStore(transaction);
      await store.lock();
      const queued = await store.queued(BATCH_MAX);
      if (queued.length === 0) return 0;
      await store.dequeue(queued);
      const logged = await store.logged(queued.map(({ runId }) => runId));
      const leaves = queued.filter(({ runId }) => !logged.has(runId));
      if (leaves.length === 0) return 0;
      const size = await store.size();
      const hashes = leaves.map(({ entry }) => leafHash(entry));
      const grown = await growTree(size, hashes, store.readTile);
      await store.append(
        leaves.map(({ runId, entry }, position) => ({
          index: size + position,
          runId,
          entry: Buffer.from(entry),
          leafHash: Buffer.from(hashes[position] ?? leafHash(entry)),
        })),
      );
      await store.putTiles(grown.tiles);
      await store.putCheckpoint({ size: grown.size, note: this.#sign(grown.size, grown.root) });
      return leaves.length;
    });
  }

  #sign(size: number, root: Uint8Array): string {
    const text = formatCheckpoint({ origin: this.config.logOrigin, size, root });
    const signature = signNote({ text, name: this.config.logOrigin, seed: this.key.seed });
    return formatNote({ text, signatures: [signature] });
  }

  async #proof(index: number, leaf: Uint8Array): Promise<LogEntry> {
    const checkpoint = await this.#store.checkpointOver(index);
    if (checkpoint === null) throw new Error(`leaf ${index} has no checkpoint over it`);
    const path = await new TreeReader(checkpoint.size, this.#store.readTile).inclusionPath(index);
    const proof = formatLogProof({ index, path, checkpointNote: checkpoint.note });
    return { origin: this.config.logOrigin, proof, leaf };
  }
}
