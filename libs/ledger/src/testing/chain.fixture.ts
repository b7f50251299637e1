/** A history of signed-like receipts over bytes that stand for ciphertexts. Addition is byte by byte. */
import { commitSha256, type Digest, digestOf, sha256, toBase64, utf8 } from '#canonical';
import {
  type AccountTrees,
  accountTrees,
  commitDirectory,
  commitSupply,
  openSupply,
  updateTrees,
} from '../account/account-commitments.js';
import type { ChainLink } from '../audit/replay-chain.js';
import { type BatchReceipt, batchReceiptPredicate, type PageChange } from '../receipt/batch-receipt.js';
import { advanceHeads, headName, type PageHeads, pagesRoot } from '../receipt/page-heads.js';
import { books } from '../state/state.js';
import {
  keyOf,
  type SampleLedger,
  sampleCharter,
  sampleLedger,
  startMs,
  type Wish,
} from './ledger.fixture.js';

export const statementSecret = sha256(utf8('statement secret'));

export function addBytes(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, index) => (byte + (right[index] ?? 0)) & 0xff);
}

/** Stands for public-key encryption with given coins. */
export function encryptBytes(slots: BigUint64Array, seed: Uint8Array): Uint8Array {
  return sha256(seed, new Uint8Array(slots.buffer, slots.byteOffset, slots.byteLength));
}

export class SampleChain {
  readonly links: ChainLink[] = [];
  readonly blobs = new Map<Digest, Uint8Array>();
  readonly ledger: SampleLedger;
  trees: AccountTrees;
  heads: PageHeads;

  constructor() {
    this.ledger = sampleLedger(sampleCharter({ pageCount: 2 }));
    // The fixture's own batch is part of the founding here: the chain begins with what it finds.
    this.ledger.state = { ...this.ledger.state, version: 1 };
    this.trees = accountTrees(this.ledger.state, statementSecret);
    const changes = [0, 1].flatMap((page) =>
      books.map((book): PageChange => {
        const next = this.put(sha256(utf8(`first ${page} ${book}`)));
        return { page, book, prev: null, delta: null, next, addCount: 0 };
      }),
    );
    this.heads = advanceHeads(new Map(), changes);
    this.#link('found', changes, 0n);
  }

  get last(): ChainLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error('the chain is empty');
    return link;
  }

  batch(...wishes: readonly (Wish & { readonly by?: string })[]): ChainLink {
    this.ledger.run(...wishes);
    const { result } = this.ledger;
    if (result === null) throw new Error('nothing was applied');
    const changes = result.deltas.map(({ page, book }): PageChange => {
      const head = this.heads.get(headName(page, book));
      if (head === undefined) throw new Error('no such page');
      const delta = sha256(utf8(`delta ${result.state.version} ${page} ${book}`));
      const next = this.put(addBytes(this.blobs.get(head.digest) ?? delta, delta));
      return { page, book, prev: head.digest, delta: this.put(delta), next, addCount: head.addCount + 1 };
    });
    this.trees = updateTrees(this.trees, result.state, result.touched, statementSecret);
    this.heads = advanceHeads(this.heads, changes);
    return this.#link('batch', changes, result.supplyChange);
  }

  put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  #link(event: 'found' | 'batch', changes: readonly PageChange[], change: bigint): ChainLink {
    const { version, supply, terms } = this.ledger.state;
    const before = this.links.at(-1);
    const batch = event === 'batch';
    const totals = openSupply(terms.ledger, { version, supply, change }, statementSecret);
    const receipt: BatchReceipt = {
      ...{ event, ledger: terms.ledger, asset: terms.asset, epoch: 1, version, timeMs: startMs },
      ...{ runId: 'run', taskId: `${event}.authorize`, charter: digestOf(utf8('charter')) },
      intents: batch ? { digest: digestOf(utf8('intents')), count: 1 } : null,
      outcomes: batch ? digestOf(utf8('outcomes')) : null,
      changes,
      pages: { before: before?.receipt.pages.after ?? null, after: pagesRoot(this.heads) },
      commitments: { before: before?.receipt.commitments.after ?? null, after: this.trees.balances.root },
      accountCount: this.ledger.state.accounts.length,
      directory: commitDirectory(this.trees, terms, version, statementSecret),
      supply: commitSupply(totals),
      ...{ snapshot: null, prevReceipt: before?.digest ?? null, ledgerKey: keyOf('ledger') },
      ...{ keyId: digestOf(utf8('key')), publicKeyId: digestOf(utf8('public key')) },
      ...{ intentKey: toBase64(sha256(utf8('intent key'))), engine: 'bytes' },
    };
    const predicate = batchReceiptPredicate(receipt);
    const link = { receipt, digest: digestOf(utf8(JSON.stringify(predicate))) };
    this.links.push(link);
    return link;
  }
}

export const someCommitment = commitSha256({
  label: 'some',
  salt: sha256(utf8('salt')),
  plaintext: utf8('some'),
});
