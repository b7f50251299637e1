/**
 * From what the orchestrator says about a ledger to what the key enclave may believe.
 *
 * The orchestrator and its database are not trusted with the head: they could show an old version to spend a
 * balance twice, or pages of their own making to have them decrypted. So the enclave walks the receipts, which it
 * signed itself, from the claimed head back to the last head it verified, and remembers how far it got.
 *
 * A receipt is an authorisation. It is final once its version lies on this chain: two tasks may be authorised from
 * one head, but only one of them becomes part of the lineage, and only there does its intent count as spent.
 */
import { type Digest, digestOf } from '#canonical';
import type { LedgerReceipt } from '#evidence';
import type { TaskBlobs } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import type { LedgerHead } from './ledger-head.js';
import { type IntentEntry, type LedgerRecord, ledgerKeyOf } from './ledger-record.js';
import { openReceipt } from './receipt.js';

/** Receipts that one task may walk; the enclave usually misses one or two. */
const walkMax = 256;

export interface VerifiedHead {
  readonly head: LedgerHead;
  /** Receipt at the head. */
  readonly receipt: LedgerReceipt;
  /** The record with this head and its intents taken in. */
  readonly record: LedgerRecord;
  /** True when the record says more than the one it came from and must be saved. */
  readonly advanced: boolean;
}

interface Link {
  readonly digest: Digest;
  readonly receipt: LedgerReceipt;
}

/** Refuses with `STATE_ROOT_CONFLICT` a head that is behind or beside the verified one; `RECEIPT_INVALID`. */
export async function verifyHead(
  head: LedgerHead,
  record: LedgerRecord,
  blobs: TaskBlobs,
): Promise<VerifiedHead> {
  const known = record.head;
  if (known !== null && head.version < known.version) {
    throw refusal(
      'STATE_ROOT_CONFLICT',
      `head has version ${head.version}, this enclave has seen version ${known.version}; read the ledger again`,
      true,
    );
  }
  const chain = await walk(head, record, blobs);
  const newest = chain.at(-1);
  if (newest === undefined) throw refusal('STATE_INVALID', 'head: no receipt');
  checkPages(head, newest.receipt);
  const fresh = known === null ? chain : chain.slice(1);
  const taken = fresh.reduce(takeIn, record);
  const next: LedgerRecord = { ...taken, head: { version: head.version, receipt: head.receipt } };
  return { head, receipt: newest.receipt, record: next, advanced: fresh.length > 0 };
}

/** Receipts from the verified head (or the opening) to the claimed one, oldest first. */
async function walk(head: LedgerHead, record: LedgerRecord, blobs: TaskBlobs): Promise<readonly Link[]> {
  const ledgerKey = ledgerKeyOf(record);
  const oldest = record.head?.version ?? 1;
  if (head.version - oldest >= walkMax) {
    throw refusal('LIMIT_EXCEEDED', `head is ${head.version - oldest} versions ahead, limit ${walkMax}`);
  }
  const chain: Link[] = [];
  let digest: Digest | null = head.receipt;
  for (let version = head.version; version >= oldest; version -= 1) {
    if (digest === null) throw fork(version);
    const receipt = await fetchReceipt(digest, ledgerKey, blobs);
    if (receipt.version !== version || receipt.ledger !== record.ledger) throw fork(version);
    const after: Link | undefined = chain[0];
    if (after !== undefined && !samePages(after.receipt.prev, receipt.next)) throw fork(version);
    chain.unshift({ digest, receipt });
    digest = receipt.prevReceipt;
  }
  if (record.head === null ? digest !== null : chain[0]?.digest !== record.head.receipt) throw fork(oldest);
  return chain;
}

async function fetchReceipt(digest: Digest, ledgerKey: string, blobs: TaskBlobs): Promise<LedgerReceipt> {
  const bytes = await blobs.get(digest);
  if (digestOf(bytes) !== digest)
    throw refusal('RECEIPT_INVALID', `receipt ${digest}: blob has another digest`);
  return openReceipt(bytes, ledgerKey);
}

function checkPages(head: LedgerHead, receipt: LedgerReceipt): void {
  if (samePages(receipt.next, head.pages)) return;
  throw refusal('STATE_ROOT_CONFLICT', `pages of version ${head.version} are not those of its receipt`);
}

function samePages(left: LedgerReceipt['prev'], right: LedgerReceipt['next']): boolean {
  return left !== null && left.available === right.available && left.reserved === right.reserved;
}

/** Intents are never forgotten: a page takes a bounded number of changes before its key epoch ends. */
function takeIn(record: LedgerRecord, { digest, receipt }: Link): LedgerRecord {
  const { intentId, operation } = receipt;
  if (intentId === null) return record;
  const before = record.intents[intentId];
  const closed = operation === 'ledger.reserve' ? null : (before?.receipt ?? null);
  const entry: IntentEntry =
    operation === 'ledger.reserve' || before === undefined
      ? { state: 'reserved', receipt: digest }
      : { state: 'closed', receipt: before.receipt };
  return {
    ...record,
    intents: { ...record.intents, [intentId]: entry },
    reservations: Object.fromEntries(
      Object.entries(record.reservations).filter(
        ([kept, { version }]) => kept !== closed && (kept === digest || version !== receipt.version),
      ),
    ),
  };
}

function fork(version: number): Error {
  return refusal(
    'STATE_ROOT_CONFLICT',
    `the receipts do not lead from version ${version} to the verified head`,
  );
}
