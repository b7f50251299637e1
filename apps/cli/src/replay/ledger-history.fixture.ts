/** A short history of a page ledger with real ciphertexts, for tests: its signed receipts and what they name. */
import { type Digest, digestOf, ed25519PublicKey, sha256, toBase64, utf8 } from '#canonical';
import { encodeDelta, type FheEngine, type FhePublicKey } from '#ciphertext';
import { signStatement, subjectOf } from '#evidence';
import {
  advanceHeads,
  type BatchOpening,
  type BatchReceipt,
  type Book,
  batchReceiptPredicate,
  books,
  type DeltaOpening,
  headName,
  ledgerBatchPredicateType,
  type PageChange,
  type PageHeads,
  pagesRoot,
  type ReceiptEvent,
} from '#ledger';

export const historySeed = sha256(utf8('ledger key of the sample history'));
const fill = (digit: string): Digest => `sha256:${digit.repeat(64)}`;

export interface SampleHistory {
  /** DSSE bytes, by version from 1. */
  readonly receipts: readonly Uint8Array[];
  readonly ciphertexts: ReadonlyMap<Digest, Uint8Array>;
  /** Of the first epoch. */
  readonly publicKey: Uint8Array;
  /** Of the batch of version 3. */
  readonly opening: BatchOpening;
}

/** Founded, four batches of which the third makes a page afresh, keys rotated, one batch more. */
export function sampleHistory(engine: FheEngine, ledger = 'eur-1', coins = 'coins'): SampleHistory {
  using maker = new Maker(engine, ledger, coins);
  const fresh = (): PageChange[] => books.map((book) => maker.fresh(book));
  maker.sign('found', fresh());
  maker.sign('batch', [maker.delta('available', 5n)]);
  const publicKey = maker.publicKey;
  maker.sign('batch', [maker.delta('available', -2n), maker.delta('pending', 2n)]);
  const deltas = maker.openings.slice(-2);
  maker.sign('batch', [maker.fresh('available'), maker.delta('reserved', 1n)]);
  maker.sign('batch', [maker.delta('available', 7n)]);
  maker.rotate();
  maker.sign('rotate', fresh());
  maker.sign('batch', [maker.delta('available', 9n)]);
  const opening = { ledger, version: 3, deltas };
  return { receipts: maker.receipts, ciphertexts: maker.ciphertexts, publicKey, opening };
}

class Maker implements Disposable {
  readonly receipts: Uint8Array[] = [];
  readonly ciphertexts = new Map<Digest, Uint8Array>();
  readonly openings: DeltaOpening[] = [];
  publicKey: Uint8Array;
  #heads: PageHeads = new Map();
  #epoch = 1;
  #encryptor: FhePublicKey;

  constructor(
    private readonly engine: FheEngine,
    private readonly ledger: string,
    private readonly coins: string,
  ) {
    this.publicKey = this.#newPublicKey();
    this.#encryptor = engine.openPublicKey(this.publicKey);
  }

  rotate(): void {
    this.#epoch += 1;
    this.#encryptor[Symbol.dispose]();
    this.publicKey = this.#newPublicKey();
    this.#encryptor = this.engine.openPublicKey(this.publicKey);
  }

  [Symbol.dispose](): void {
    this.#encryptor[Symbol.dispose]();
  }

  fresh(book: Book): PageChange {
    const prev = this.#heads.get(headName(0, book))?.digest ?? null;
    return { page: 0, book, prev, delta: null, next: this.#encrypt(0n), addCount: 0 };
  }

  delta(book: Book, change: bigint): PageChange {
    const before = this.#heads.get(headName(0, book));
    const seed = this.#seed();
    const delta = this.#encrypt(change, seed);
    this.openings.push({ page: 0, book, changes: [{ slot: 0, change }], seed });
    const [page, added] = [this.ciphertexts.get(before?.digest ?? delta), this.ciphertexts.get(delta)];
    if (before === undefined || page === undefined || added === undefined) throw new Error('no page yet');
    const next = this.#put(this.engine.add(page, added));
    return { page: 0, book, prev: before.digest, delta, next, addCount: before.addCount + 1 };
  }

  sign(event: ReceiptEvent, changes: readonly PageChange[]): void {
    const last = this.receipts.at(-1) ?? null;
    const founding = last === null;
    const heads = advanceHeads(this.#heads, changes);
    const version = this.receipts.length + 1;
    const receipt: BatchReceipt = {
      event,
      ledger: this.ledger,
      asset: 'EUR',
      epoch: this.#epoch,
      version,
      timeMs: 1_000 * version,
      runId: `run-${version}`,
      taskId: 'batch.authorize',
      charter: fill('1'),
      intents: event === 'batch' ? { digest: fill('2'), count: 1 } : null,
      outcomes: event === 'batch' ? fill('3') : null,
      changes,
      pages: { before: founding ? null : pagesRoot(this.#heads), after: pagesRoot(heads) },
      commitments: { before: founding ? null : fill('4'), after: fill('4') },
      accountCount: 2,
      directory: `commit:sha256:${'5'.repeat(64)}`,
      supply: `commit:sha256:${'6'.repeat(64)}`,
      snapshot: null,
      prevReceipt: last === null ? null : digestOf(last),
      ledgerKey: toBase64(ed25519PublicKey(historySeed)),
      keyId: fill(`${this.#epoch}`),
      publicKeyId: digestOf(this.publicKey),
      intentKey: toBase64(sha256(utf8(`intent key ${this.#epoch}`))),
      engine: 'node-seal@7.0.0',
    };
    this.#heads = heads;
    const statement = {
      subject: changes.map(({ page, book, next }) => subjectOf(headName(page, book), next)),
      predicateType: ledgerBatchPredicateType,
      predicate: batchReceiptPredicate(receipt),
    };
    this.receipts.push(signStatement({ statement, seed: historySeed }));
  }

  #newPublicKey(): Uint8Array {
    using key = this.engine.openKey(this.engine.createSecretKey());
    return key.createPublicKey();
  }

  #seed(): Uint8Array {
    return sha256(utf8(`${this.coins} ${this.ciphertexts.size}`));
  }

  #encrypt(change: bigint, seed = this.#seed()): Digest {
    return this.#put(this.#encryptor.encryptWithCoins(encodeDelta([{ slot: 0, change }]), seed));
  }

  #put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.ciphertexts.set(digest, bytes);
    return digest;
  }
}
