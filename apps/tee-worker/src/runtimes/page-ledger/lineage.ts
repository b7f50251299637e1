/**
 * From what the orchestrator says about a ledger to what the key enclave may believe.
 *
 * The orchestrator and its database are not trusted with the head: they could show an old version to have a balance
 * spent twice. So the enclave walks the receipts, which carry the ledger's own signature, from the claimed head back
 * to the last head that it verified, and remembers how far it got.
 *
 * A receipt is an authorisation. It is final once its version lies on this chain: several batches may be authorised
 * from one head, but only one of them becomes part of the lineage, and only what is decided there was decided.
 */
import { type Digest, isDigest, type JsonObject } from '#canonical';
import type { BatchReceipt } from '#ledger';
import type { TaskBlobs } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import type { AtReceipt } from './chain-states.js';
import { fetchReceipt } from './receipts.js';

/** Receipts that one task may walk; twice as many as lie between two snapshots are missed by nobody who is well. */
export const walkMax = 1024;

/** Where the orchestrator says a ledger stands. A claim; what pages it has follows from the receipts. */
export interface ClaimedHead extends AtReceipt {
  readonly ledger: string;
}

export interface Link {
  readonly digest: Digest;
  readonly receipt: BatchReceipt;
}

/** The head of a ledger that exists. Refuses with `STATE_INVALID`. */
export function parseClaimedHead(state: JsonObject | null): ClaimedHead {
  const { kind, ledger, version, receipt } = state ?? {};
  const counts = typeof version === 'number' && Number.isSafeInteger(version) && version >= 1;
  if (kind !== 'pages' || typeof ledger !== 'string' || !counts) {
    throw refusal('STATE_INVALID', 'state: expected the head of a ledger of pages, from version 1');
  }
  if (typeof receipt !== 'string' || !isDigest(receipt)) {
    throw refusal('STATE_INVALID', 'state.receipt: expected a digest');
  }
  return { ledger, version, receipt };
}

/** The state of a ledger that is about to be founded: nothing, or version 0. */
export function checkNoLedgerYet(state: JsonObject | null): void {
  if (state === null || (state['version'] === 0 && state['receipt'] === null)) return;
  throw refusal('LEDGER_EXISTS', 'the ledger is founded already');
}

/** Refuses with `STATE_ROOT_CONFLICT` a head that is behind the one this enclave has seen, or beside it. */
export function checkNotBehind(head: AtReceipt, known: AtReceipt | null): void {
  if (known === null || head.version > known.version) return;
  if (head.version === known.version && head.receipt === known.receipt) return;
  throw refusal(
    'STATE_ROOT_CONFLICT',
    `head is of version ${head.version}, this enclave has verified version ${known.version}; read the ledger again`,
    true,
  );
}

export interface WalkOptions {
  readonly ledgerKey: string;
  readonly blobs: TaskBlobs;
  /** The newest head that was verified before. */
  readonly known: AtReceipt | null;
  /** A version that the first link must not lie above; the head's unless told. */
  readonly downTo?: number;
  /** Whether the state at a receipt is in memory. */
  readonly has: (receipt: Digest) => boolean;
}

/**
 * Receipts up to the claimed head, oldest first. The first one is at or below the known head, and its state is in
 * memory or in the snapshot that it names.
 */
export async function walkBack(head: ClaimedHead, options: WalkOptions): Promise<readonly [Link, ...Link[]]> {
  const { ledgerKey, blobs, known, has, downTo = head.version } = options;
  const later: Link[] = [];
  let digest = head.receipt;
  for (let { version } = head; ; version -= 1) {
    const receipt = await fetchReceipt(digest, ledgerKey, blobs);
    if (receipt.version !== version || receipt.ledger !== head.ledger) throw fork(version);
    if (known?.version === version && known.receipt !== digest) throw fork(version);
    const link = { digest, receipt };
    const meetsKnown = known === null || version <= known.version;
    if (meetsKnown && version <= downTo && (has(digest) || receipt.snapshot !== null))
      return [link, ...later.reverse()];
    if (receipt.prevReceipt === null) throw fork(version);
    if (later.length >= walkMax) {
      throw refusal('LIMIT_EXCEEDED', `no snapshot within ${walkMax} versions of the head`);
    }
    later.push(link);
    digest = receipt.prevReceipt;
  }
}

function fork(version: number): Error {
  return refusal(
    'STATE_ROOT_CONFLICT',
    `the receipts do not lead from version ${version} to the verified head`,
  );
}
