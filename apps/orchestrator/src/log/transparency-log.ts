import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
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
  parseCheckpoint,
  parseNote,
  signNote,
  TILE_WIDTH,
  type TileName,
  TreeReader,
  type VerifierKey,
} from '#evidence';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { SigningKey } from '../evidence/signing-key.js';
import { CONFIG } from '../tokens.js';
import { expectGrown, LogMemory } from './log-memory.js';
import { type LogCheckpoint, LogStore } from './log-store.js';
import { WitnessFeed } from './witness-feed.js';

/** Leaves of one transaction. What waits longer goes into the next. */
const BATCH_MAX = 4096;
/** A round that finds nothing while a leaf waits was overtaken by another replica; then the leaf is in the log. */
const ROUNDS_MAX = 64;

/** Places that are kept for whoever waits for them. */
const PLACED_MAX = 4_096;

interface Batch {
  /** Of its leaves, in their order. */
  readonly subjects: readonly string[];
  /** The tree that was signed; null where nothing waited. */
  readonly signed: (LogCheckpoint & { readonly root: Uint8Array }) | null;
}

/** Where a leaf is, and the first checkpoint over it where that is known. */
interface Place {
  readonly index: number;
  readonly checkpoint: LogCheckpoint | null;
}

/**
 * The append-only log of roots. It is trusted to sign what it shows; that it shows everybody the same tree is for
 * witnesses to say, and without one the verifier calls it "operator-only".
 *
 * Leaves wait in a queue, where each comes with the bundle that it is about. One writer at a time, on whichever
 * replica, gives a batch its places: entries, tiles and one signed checkpoint become visible together or not at all.
 */
@Injectable()
export class TransparencyLog {
  readonly #store: LogStore;
  /** Outside of the database, which may be restored to an older state. */
  readonly #memory: LogMemory | null;
  #round: Promise<number> | null = null;
  readonly #placed = new Map<string, Place>();
  #open = false;

  constructor(
    private readonly database: Database,
    private readonly key: SigningKey,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logOrigin'> & Partial<Pick<Config, 'home'>>,
    private readonly witnesses: WitnessFeed,
  ) {
    this.#store = new LogStore(database.queries);
    this.#memory = config.home === undefined ? null : new LogMemory(join(config.home, 'log-signed.json'));
  }

  /**
   * Before anything is appended: the log must be this key's, and one from before it was kept in tiles gets them once.
   * What was stored and not shown when a replica died is shown, and witnesses get what they missed.
   */
  async open(): Promise<void> {
    const newest = await this.database.queries.transaction(async (transaction) => {
      const store = new LogStore(transaction);
      await store.lock();
      const checkpoint = await store.newestCheckpoint();
      if (checkpoint !== null) this.#expectOwn(checkpoint);
      await this.#expectGrown(store, checkpoint);
      const hashes = await this.#missingTiles(store);
      if (hashes.length > 0) await store.putTiles((await growTree(0, hashes, store.readTile)).tiles);
      if (checkpoint !== null) await store.publish(checkpoint.size);
      return checkpoint;
    });
    this.#open = true;
    if (newest !== null) this.witnesses.offer(newest.size);
  }

  /** Whether the log was found to be this key's. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Two keys under one name would be two logs, and half of the proofs would fail under any trust file. */
  #expectOwn({ note }: LogCheckpoint): void {
    const signed = parseNote(note);
    if (parseCheckpoint(signed.text).origin !== this.config.logOrigin) return;
    const { name, keyHash } = this.#verifierKey;
    const own = signed.signatures.some((line) => line.name === name && line.keyHash === keyHash);
    if (own) return;
    throw new Error(
      `log ${name}: its newest checkpoint is signed by another key than this orchestrator's: give every replica on ` +
        'one database the same orchestrator.key, or start a log of another name with SEALFLOW_LOG_ORIGIN',
    );
  }

  /** Before anything is signed: what was signed once must still be there. */
  async #expectGrown(store: LogStore, newest: LogCheckpoint | null): Promise<void> {
    const seen = this.#memory?.read(this.config.logOrigin) ?? null;
    if (seen === null) return;
    const then = await store.checkpointOver(seen.size - 1);
    const checkpoint = then === null ? null : parseCheckpoint(parseNote(then.note).text);
    const rootAt = checkpoint?.size === seen.size ? checkpoint.root : null;
    expectGrown(seen, { size: newest?.size ?? 0, rootAt }, 'this replica signed');
  }

  async #missingTiles(store: LogStore): Promise<readonly Uint8Array[]> {
    const size = await store.size();
    const [width, first] = [Math.min(size, TILE_WIDTH), { level: 0, index: 0 }];
    return size === 0 || (await store.tile({ ...first, width })) !== null ? [] : store.leafHashes();
  }

  /** C2SP verifier key of the log, for trust files. */
  get verifierKey(): string {
    return formatVerifierKey(this.#verifierKey);
  }

  get #verifierKey(): VerifierKey {
    return noteVerifierKey(this.config.logOrigin, noteKeyTypes.ed25519, this.key.publicKey);
  }

  /**
   * Waits until a run's entry is in the log, once, and a bounded time for the witnesses. Without witnesses a repeated
   * call returns the proof of the first.
   *
   * @param isQueued whether the caller saw the leaf queued, just now; a run of an older version may not have been
   */
  async append(runId: string, entry: Uint8Array, isQueued = false): Promise<LogEntry> {
    const { index, checkpoint: first } = await this.#placeOf(runId, entry, isQueued);
    await this.witnesses.quorumOver(index);
    const { ids, quorum } = this.witnesses;
    const cosigned = quorum === 0 ? null : await this.#store.cosignedOver(index, ids, quorum);
    const checkpoint = cosigned ?? first ?? (await this.#store.checkpointOver(index));
    if (checkpoint === null) throw new Error(`leaf ${index} has no checkpoint over it`);
    return this.#proof(index, entry, checkpoint);
  }

  async #placeOf(runId: string, entry: Uint8Array, isQueued: boolean): Promise<Place> {
    if (!isQueued) await this.#store.enqueue(runId, entry);
    for (let round = isQueued ? 1 : 0; round <= ROUNDS_MAX; round += 1) {
      if (round > 0) await this.#nextRound();
      const here = isQueued ? this.#placed.get(runId) : undefined;
      if (here !== undefined) return here;
      const index = await this.#store.indexOf(runId);
      if (index !== null) return { index, checkpoint: null };
    }
    throw new Error(`run ${runId}: its leaf is still not in the log`);
  }

  /** Proof under the newest checkpoint that is shown, or the first over a leaf that is newer; null when not in the log. */
  async newestProof(runId: string): Promise<{ entry: LogEntry; cosignatures: number } | null> {
    const index = await this.#store.indexOf(runId);
    if (index === null) return null;
    const shown = await this.#store.publishedCheckpoint();
    const covers = shown !== null && shown.size > index;
    const checkpoint = covers ? shown : await this.#store.checkpointOver(index);
    if (checkpoint === null) return null;
    const [leaf = new Uint8Array(0)] = await this.#store.entries(index, 1);
    const entry = await this.#proof(index, leaf, checkpoint);
    return { entry, cosignatures: (await this.#store.cosignatures(checkpoint.size)).length };
  }

  async isWaiting(): Promise<boolean> {
    return (await this.#store.queued(1)).length > 0;
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

  /** The newest checkpoint that is shown, with what witnesses added to it; null while the log is empty. */
  async checkpoint(): Promise<string | null> {
    const checkpoint = await this.#store.publishedCheckpoint();
    return checkpoint === null ? null : this.#withCosignatures(checkpoint);
  }

  /** Shows that the tree of `size` leaves grew out of that of `oldSize`. */
  consistency(oldSize: number, size: number): Promise<Uint8Array[]> {
    return new TreeReader(size, this.#store.readTile).consistencyPath(oldSize);
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

  async #sequenceBatch(): Promise<number> {
    const batch = await this.database.queries.transaction((transaction) =>
      this.#take(new LogStore(transaction)),
    );
    // Only now: a witness must never sign what a rollback could take back.
    if (batch.signed !== null) {
      this.#place(batch.subjects, batch.signed);
      this.witnesses.offer(batch.signed.size);
      this.#remember(batch.signed);
    }
    return batch.subjects.length;
  }

  /** Whoever waits for a leaf need not ask the database. */
  #place(subjects: readonly string[], { size, note }: LogCheckpoint): void {
    if (this.#placed.size > PLACED_MAX) this.#placed.clear();
    const first = size - subjects.length;
    for (const [position, subject] of subjects.entries()) {
      this.#placed.set(subject, { index: first + position, checkpoint: { size, note } });
    }
  }

  /** A disk that is full costs memory of the newest leaves, never the log: they are in it already. */
  #remember(signed: { readonly size: number; readonly root: Uint8Array }): void {
    try {
      this.#memory?.write({ origin: this.config.logOrigin, ...signed });
    } catch {
      // The next batch tries again.
    }
  }

  async #take(store: LogStore): Promise<Batch> {
    const nothing = { subjects: [], signed: null };
    await store.lock();
    const queued = await store.queued(BATCH_MAX);
    if (queued.length === 0) return nothing;
    await store.dequeue(queued);
    const logged = await store.logged(queued.map(({ subject }) => subject));
    const leaves = queued.filter(({ subject }) => !logged.has(subject));
    if (leaves.length === 0) return nothing;
    const size = await store.size();
    const hashes = leaves.map(({ entry }) => leafHash(entry));
    const grown = await growTree(size, hashes, store.readTile);
    await store.append(
      leaves.map(({ subject, entry }, position) => ({
        index: size + position,
        subject,
        entry: Buffer.from(entry),
        leafHash: Buffer.from(hashes[position] ?? leafHash(entry)),
      })),
    );
    await store.putTiles(grown.tiles);
    const note = this.#sign(grown.size, grown.root);
    await store.putCheckpoint({ size: grown.size, note }, this.witnesses.quorum === 0);
    const signed = { size: grown.size, root: grown.root, note };
    return { subjects: leaves.map(({ subject }) => subject), signed };
  }

  #sign(size: number, root: Uint8Array): string {
    const text = formatCheckpoint({ origin: this.config.logOrigin, size, root });
    const signature = signNote({ text, name: this.config.logOrigin, seed: this.key.seed });
    return formatNote({ text, signatures: [signature] });
  }

  async #proof(index: number, leaf: Uint8Array, checkpoint: LogCheckpoint): Promise<LogEntry> {
    const path = await new TreeReader(checkpoint.size, this.#store.readTile).inclusionPath(index);
    const checkpointNote = await this.#withCosignatures(checkpoint);
    return { origin: this.config.logOrigin, proof: formatLogProof({ index, path, checkpointNote }), leaf };
  }

  async #withCosignatures({ size, note }: LogCheckpoint): Promise<string> {
    return note + (await this.#store.cosignatures(size)).join('');
  }
}
