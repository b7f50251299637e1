import { type Digest, digestOf, fromBase64 } from '#canonical';
import { addCountMax, encodeDelta, type SlotChange } from '#ciphertext';
import {
  type Book,
  type BookDelta,
  books,
  headName,
  type LedgerState,
  type PageChange,
  type PageHead,
  type PageHeads,
} from '#ledger';
import type { FheCalls, TaskBlobs } from '#worker';
import type { ByteCache } from './byte-cache.js';
import { coinSeed } from './coins.js';
import { fetchPage } from './ledger-at.js';
import type { LedgerRecord } from './ledger-secrets.js';

export interface PageWork {
  readonly record: LedgerRecord;
  readonly fhe: FheCalls;
  readonly blobs: TaskBlobs;
  readonly pages: ByteCache;
  /** Of the epoch that the ciphertexts are for. */
  readonly publicKey: Uint8Array;
}

export interface MadePages {
  readonly changes: readonly PageChange[];
  /** Deltas and fresh pages. What deltas make of pages is for the keyless service. */
  readonly blobs: readonly Digest[];
}

/** Every page of every book, encrypted as the state says: for a founding, and for keys of a new epoch. */
export async function freshPages(state: LedgerState, heads: PageHeads, work: PageWork): Promise<MadePages> {
  const changes: PageChange[] = [];
  for (const page of state.pages.keys()) {
    for (const book of books) {
      changes.push(await freshPage(state, { page, book, before: heads.get(headName(page, book)) }, work));
    }
  }
  return { changes, blobs: changes.map(({ next }) => next) };
}

/** What a batch changes, each book of a page by one delta; a page that took all the additions it can is made anew. */
export async function deltaPages(
  state: LedgerState,
  heads: PageHeads,
  deltas: readonly BookDelta[],
  work: PageWork,
): Promise<MadePages> {
  const changes: PageChange[] = [];
  const blobs: Digest[] = [];
  for (const { page, book, changes: amounts } of deltas) {
    const before = heads.get(headName(page, book));
    if (before === undefined) throw new Error(`the ledger has no page ${headName(page, book)}`);
    if (before.addCount >= addCountMax) {
      const change = await freshPage(state, { page, book, before }, work);
      changes.push(change);
      blobs.push(change.next);
      continue;
    }
    const slots = encodeDelta(slotChanges(amounts));
    const delta = await encrypt(slots, state, { page, book, use: 'delta' }, work);
    const sum = await work.fhe.add(await fetchPage(before, work.blobs, work.pages), delta);
    const next = digestOf(sum);
    work.pages.put(next, sum);
    const digest = await work.blobs.put(delta);
    blobs.push(digest);
    changes.push({ page, book, prev: before.digest, delta: digest, next, addCount: before.addCount + 1 });
  }
  return { changes, blobs };
}

export function slotChanges(amounts: BigInt64Array): readonly SlotChange[] {
  const changes: SlotChange[] = [];
  for (const [slot, change] of amounts.entries()) if (change !== 0n) changes.push({ slot, change });
  return changes;
}

interface Place {
  readonly page: number;
  readonly book: Book;
}

async function freshPage(
  state: LedgerState,
  { page, book, before }: Place & { readonly before: PageHead | undefined },
  work: PageWork,
): Promise<PageChange> {
  const slots = state.pages[page]?.[book];
  if (slots === undefined) throw new Error(`the state has no page ${headName(page, book)}`);
  const bytes = await encrypt(slots, state, { page, book, use: 'fresh' }, work);
  const next = await work.blobs.put(bytes);
  work.pages.put(next, bytes);
  return { page, book, prev: before?.digest ?? null, delta: null, next, addCount: 0 };
}

async function encrypt(
  slots: BigUint64Array,
  { terms, version }: LedgerState,
  place: Place & { readonly use: 'delta' | 'fresh' },
  { record, fhe, publicKey }: PageWork,
): Promise<Uint8Array> {
  const { ledger, epoch } = terms;
  const seed = coinSeed(fromBase64(record.coinKey), { ledger, epoch, version, ...place }, slots);
  return await fhe.encryptWithCoins(publicKey, slots, seed);
}
