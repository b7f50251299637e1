/**
 * A ledger at one receipt, in the enclave's memory: everything that the next batch is decided on.
 *
 * It is made in three ways that must agree: by applying a batch, from a snapshot, and by applying again the batches
 * that follow one. What comes back from outside is held against the signed receipt, and the pages are decrypted and
 * compared, before anything is decided on it.
 */
import {
  canonicalBytes,
  concatBytes,
  digestOf,
  fromBase64,
  isDigest,
  isJsonObject,
  type Json,
  parseJsonStrict,
  u32be,
} from '#canonical';
import { canonicalCiphertext, pageParameters } from '#ciphertext';
import {
  type AccountTrees,
  accountTrees,
  advanceHeads,
  applyBatch,
  type BatchReceipt,
  type BatchResult,
  books,
  commitDirectory,
  commitSupply,
  encodeState,
  headName,
  type LedgerState,
  openSupply,
  type PageHead,
  type PageHeads,
  pagesRoot,
  parseState,
  updateTrees,
} from '#ledger';
import { type FheCalls, type TaskBlobs, TaskError } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import type { ByteCache } from './byte-cache.js';
import type { AtReceipt } from './chain-states.js';
import { epochKeys, type LedgerRecord, ledgerKeyOf, wrappedKeyOf } from './ledger-secrets.js';
import { type Link, walkBack } from './lineage.js';
import { provenIntents } from './notes.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';
import type { SpendVerifier } from './spend-verifier.js';

export interface LedgerAt extends AtReceipt {
  readonly state: LedgerState;
  readonly trees: AccountTrees;
  readonly heads: PageHeads;
}

/** What the next receipt says of the accounts. */
export type AccountClaims = Pick<BatchReceipt, 'directory' | 'supply' | 'accountCount'> & {
  readonly root: BatchReceipt['commitments']['after'];
};

export function accountClaims(
  state: LedgerState,
  trees: AccountTrees,
  supplyChange: bigint,
  record: LedgerRecord,
): AccountClaims {
  const secret = fromBase64(record.statementSecret);
  const { version, supply, terms } = state;
  return {
    root: trees.balances.root,
    directory: commitDirectory(trees, terms, version, secret),
    supply: commitSupply(openSupply(terms.ledger, { version, supply, change: supplyChange }, secret)),
    accountCount: state.accounts.length,
  };
}

export interface RebuildOptions {
  readonly record: LedgerRecord;
  readonly blobs: TaskBlobs;
  readonly fhe: FheCalls;
  readonly pages: ByteCache;
  readonly spends: SpendVerifier;
}

/** The ledger at the last of the links. Refuses with `SNAPSHOT_INVALID`, `STATE_INVALID`. */
export async function rebuild(
  [first, ...links]: readonly [Link, ...Link[]],
  inMemory: LedgerAt | null,
  options: RebuildOptions,
): Promise<LedgerAt> {
  let at = inMemory ?? (await fromSnapshot(first, options));
  let onlyApplied = inMemory !== null;
  for (const link of links) {
    at = await again(at, link, options);
    onlyApplied &&= link.receipt.intents !== null;
  }
  if (!onlyApplied) await compareWithPages(at, links.at(-1) ?? first, options);
  return at;
}

/** The receipt of one version and the ledger before it, made again from the newest snapshot that lies before. */
export async function stateBefore(
  head: AtReceipt,
  version: number,
  options: RebuildOptions,
): Promise<{ readonly before: LedgerAt; readonly receipt: BatchReceipt }> {
  const { record, blobs } = options;
  const { ledger } = record;
  const walk = { ledgerKey: ledgerKeyOf(record), blobs, known: null, downTo: version - 1, has: () => false };
  const links = await walkBack({ ...head, ledger }, walk);
  const place = links.findIndex(({ receipt }) => receipt.version === version);
  const [first, ...between] = links.slice(0, Math.max(place, 0));
  const asked = links[place];
  if (first === undefined || asked === undefined) {
    throw refusal('STATE_INVALID', `version ${version} has none before it that could be made again`);
  }
  let before = await fromSnapshot(first, options);
  for (const link of between) before = await again(before, link, options);
  return { before, receipt: asked.receipt };
}

export async function snapshotOf(
  { state, heads, version }: Pick<LedgerAt, 'state' | 'heads' | 'version'>,
  record: LedgerRecord,
  options: { readonly blobs: TaskBlobs; readonly random: (count: number) => Uint8Array },
) {
  const list = [...heads].map(([name, { digest, addCount }]) => ({ name, digest, addCount }));
  const json = canonicalBytes(list);
  const content = concatBytes(u32be(json.length), json, encodeState(state));
  const { tenant, ledger } = record;
  const subject = { tenant, ledger, epoch: state.terms.epoch, version };
  return await writeSnapshot(content, subject, { stateKey: fromBase64(record.stateKey), ...options });
}

async function fromSnapshot({ digest, receipt }: Link, { record, blobs }: RebuildOptions): Promise<LedgerAt> {
  const { epoch, version, snapshot } = receipt;
  if (snapshot === null) throw refusal('SNAPSHOT_INVALID', `the receipt of version ${version} names none`);
  const subject = { tenant: record.tenant, ledger: record.ledger, epoch, version };
  const content = await readSnapshot(snapshot, subject, { stateKey: fromBase64(record.stateKey), blobs });
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const split = 4 + view.getUint32(0);
  const heads = parseHeads(parseJsonStrict(content.subarray(4, split)));
  const state = parseState(content.subarray(split));
  const trees = accountTrees(state, fromBase64(record.statementSecret));
  const at = { version, receipt: digest, state, trees, heads };
  const same = trees.balances.root === receipt.commitments.after && state.version === version;
  if (!same || pagesRoot(heads) !== receipt.pages.after) throw differs(version);
  return at;
}

/** Rotations and orders about keys cannot be decided again; each has the state that it left in a snapshot. */
function again(before: LedgerAt, link: Link, options: RebuildOptions): Promise<LedgerAt> {
  return link.receipt.intents === null ? fromSnapshot(link, options) : applyAgain(before, link, options);
}

/** A batch that was decided before, decided again: the same intents at the same time on the same state. */
async function applyAgain(
  before: LedgerAt,
  { digest, receipt }: Link,
  { record, blobs, pages, spends }: RebuildOptions,
): Promise<LedgerAt> {
  const { version, intents, timeMs } = receipt;
  if (intents === null) throw refusal('STATE_INVALID', `version ${version} is no batch and has no snapshot`);
  const keys = epochKeys(record, receipt.epoch);
  const blob = await blobs.get(intents.digest);
  if (digestOf(blob) !== intents.digest) throw differs(version);
  const opened = await provenIntents(blob, before.state, { record, keys, blobs, pages, spends });
  const result = applyBatch(before.state, { version: before.version, timeMs, items: opened.items });
  const trees = updateTrees(before.trees, result.state, result.touched, fromBase64(record.statementSecret));
  checkClaims(result, trees, receipt, record);
  const heads = advanceHeads(before.heads, receipt.changes);
  if (pagesRoot(heads) !== receipt.pages.after) throw differs(version);
  return { version, receipt: digest, state: result.state, trees, heads };
}

function checkClaims(
  { state, supplyChange }: BatchResult,
  trees: AccountTrees,
  receipt: BatchReceipt,
  record: LedgerRecord,
): void {
  const claims = accountClaims(state, trees, supplyChange, record);
  const same =
    claims.root === receipt.commitments.after &&
    claims.directory === receipt.directory &&
    claims.supply === receipt.supply;
  if (!same) throw differs(receipt.version);
}

/** Every slot of every book. The pages are those of a verified chain: nothing else is ever decrypted. */
async function compareWithPages(
  { state, heads, version }: LedgerAt,
  { receipt }: Link,
  { record, blobs, fhe, pages }: RebuildOptions,
): Promise<void> {
  const key = wrappedKeyOf(record, epochKeys(record, receipt.epoch));
  for (const [page, slots] of state.pages.entries()) {
    for (const book of books) {
      const head = heads.get(headName(page, book));
      if (head === undefined) throw differs(version);
      const held = await fhe.decrypt(key, await fetchPage(head, blobs, pages));
      if (!held.every((value, slot) => value === slots[book][slot])) throw differs(version);
    }
  }
}

/** A page by the digest of a verified receipt. */
export async function fetchPage(
  { digest }: PageHead,
  blobs: TaskBlobs,
  pages: ByteCache,
): Promise<Uint8Array> {
  const cached = pages.get(digest);
  if (cached !== undefined) return cached;
  const bytes = canonicalCiphertext(await blobs.get(digest), pageParameters);
  if (digestOf(bytes) !== digest) {
    throw refusal('STATE_INVALID', `page ${digest}: the blob store returned another page`);
  }
  pages.put(digest, bytes);
  return bytes;
}

function parseHeads(value: Json): PageHeads {
  if (!Array.isArray(value)) throw new TaskError('SNAPSHOT_INVALID', 'heads: expected a list');
  return new Map(
    value.map((item: Json): [string, PageHead] => {
      const { name, digest, addCount } = isJsonObject(item) ? item : {};
      if (typeof name === 'string' && typeof digest === 'string' && isDigest(digest)) {
        if (typeof addCount === 'number') return [name, { digest, addCount }];
      }
      throw new TaskError('SNAPSHOT_INVALID', 'heads: expected name, digest and count of each page');
    }),
  );
}

function differs(version: number): Error {
  return refusal(
    'STATE_INVALID',
    `the state of version ${version}, made again, is not the one that its receipt and pages say`,
  );
}
