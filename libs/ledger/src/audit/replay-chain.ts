/**
 * Replays the history of a page ledger without any key: each page is the page before plus the delta of its receipt, bit
 * for bit, and each receipt continues the one before. Nobody is trusted for it: ciphertexts count by their digests,
 * receipts by the ledger's signature, which the caller verifies.
 *
 * What it cannot show: that a delta holds the amounts of the batch, which rests on the key enclave and on openings,
 * and that a page which the enclave encrypted afresh holds what the page before held.
 */
import { type Digest, digestOf } from '#canonical';
import { wrongKeys } from '../keys/key-claims.js';
import { LedgerError } from '../ledger-error.js';
import type { NoteReason } from '../notes/note-book.js';
import type { BatchReceipt } from '../receipt/batch-receipt.js';
import { advanceHeads, headName, type PageHeads, pagesRoot } from '../receipt/page-heads.js';

/** A receipt whose signature by `receipt.ledgerKey` was verified, and the digest of its DSSE bytes. */
export interface ChainLink {
  readonly receipt: BatchReceipt;
  readonly digest: Digest;
}

export type ChainReason =
  | 'LEDGER_CHAIN_BROKEN'
  | 'LEDGER_KEY_CHANGED'
  | 'LEDGER_KEY_STATE_BROKEN'
  | 'LEDGER_PAGES_MISMATCH'
  | 'LEDGER_COMMITMENTS_BROKEN'
  | 'CIPHERTEXT_MISSING'
  | 'CIPHERTEXT_DIGEST_MISMATCH'
  | 'REPLAY_MISMATCH'
  | NoteReason;

export interface ChainFinding {
  readonly version: number;
  readonly reason: ChainReason;
  /** What it is about: a page, or a member of the receipt. */
  readonly where: string;
}

/** The ledger after a receipt, as far as anybody can know it. */
export interface ChainState {
  readonly last: ChainLink;
  readonly heads: PageHeads;
}

export interface ReplayedLink {
  /** null when the chain cannot go on from here. */
  readonly state: ChainState | null;
  readonly findings: readonly ChainFinding[];
  /** Additions that were run again and gave the digest of the receipt. */
  readonly added: number;
  /** Pages that the enclave encrypted afresh: taken as signed. */
  readonly refreshed: number;
}

export interface ReplayTools {
  /** Canonical bytes by digest; null where they are not at hand. Nothing is believed of them but their digest. */
  readonly ciphertext: (digest: Digest) => Uint8Array | null;
  /** Previous page plus delta; may throw on bytes that no engine loads. */
  readonly add: (page: Uint8Array, delta: Uint8Array) => Uint8Array;
  /** Takes what came out, so that the next addition finds it. */
  readonly keep?: (digest: Digest, bytes: Uint8Array) => void;
}

/**
 * One step of the chain. `tools` null checks the chain alone and runs nothing again.
 *
 * @param before null only before the founding
 */
export function replayLink(
  before: ChainState | null,
  link: ChainLink,
  tools: ReplayTools | null,
): ReplayedLink {
  const { receipt } = link;
  const { version } = receipt;
  const findings = chainFindings(before?.last ?? null, link);
  const failed = (found: readonly ChainFinding[]): ReplayedLink => ({
    state: null,
    findings: found,
    added: 0,
    refreshed: 0,
  });
  if (findings.length > 0) return failed(findings);
  let heads: PageHeads;
  try {
    heads = advanceHeads(before?.heads ?? new Map(), receipt.changes);
    if (pagesRoot(heads) !== receipt.pages.after)
      return failed([{ version, reason: 'LEDGER_PAGES_MISMATCH', where: 'pages.after' }]);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return failed([{ version, reason: 'LEDGER_CHAIN_BROKEN', where: error.message }]);
  }
  const state = { last: link, heads };
  const refreshed = receipt.changes.filter(({ delta }) => delta === null).length;
  if (tools === null) return { state, findings: [], added: 0, refreshed };
  const again = addAgain(receipt, tools);
  return { state: again.findings.length === 0 ? state : null, ...again, refreshed };
}

/** The receipt against the one before: version, signer, roots, epoch, and pages that both name. */
export function chainFindings(before: ChainLink | null, { receipt }: ChainLink): ChainFinding[] {
  const { version } = receipt;
  const findings: ChainFinding[] = [];
  const expect = (holds: boolean, reason: ChainReason, where: string): void => {
    if (!holds) findings.push({ version, reason, where });
  };
  if (before === null) {
    expect(receipt.event === 'found', 'LEDGER_CHAIN_BROKEN', 'event');
    return findings;
  }
  const { receipt: previous, digest } = before;
  expect(receipt.event !== 'found' && receipt.prevReceipt === digest, 'LEDGER_CHAIN_BROKEN', 'prevReceipt');
  expect(receipt.version === previous.version + 1, 'LEDGER_CHAIN_BROKEN', 'version');
  const own = ['ledger', 'asset', 'charter'] as const;
  for (const member of own) expect(receipt[member] === previous[member], 'LEDGER_CHAIN_BROKEN', member);
  expect(receipt.timeMs >= previous.timeMs, 'LEDGER_CHAIN_BROKEN', 'timeMs');
  expect(receipt.ledgerKey === previous.ledgerKey, 'LEDGER_KEY_CHANGED', 'ledgerKey');
  expect(receipt.pages.before === previous.pages.after, 'LEDGER_PAGES_MISMATCH', 'pages.before');
  expect(
    receipt.commitments.before === previous.commitments.after,
    'LEDGER_COMMITMENTS_BROKEN',
    'commitments.before',
  );
  expect(receipt.accountCount >= previous.accountCount, 'LEDGER_COMMITMENTS_BROKEN', 'accountCount');
  const epochs = receipt.epoch - previous.epoch;
  expect(epochs === (receipt.event === 'rotate' ? 1 : 0), 'LEDGER_CHAIN_BROKEN', 'epoch');
  // Keys change with the epoch and with nothing else.
  if (receipt.event !== 'rotate') {
    for (const member of ['keyId', 'publicKeyId', 'intentKey'] as const)
      expect(receipt[member] === previous[member], 'LEDGER_KEY_CHANGED', member);
  }
  for (const member of wrongKeys(previous, receipt)) expect(false, 'LEDGER_KEY_STATE_BROKEN', member);
  const [earlier, now] = [previous.notes, receipt.notes];
  expect((earlier === undefined) === (now === undefined), 'LEDGER_NOTES_BROKEN', 'notes');
  if (earlier !== undefined && now !== undefined) {
    for (const member of ['issuer', 'manifest', 'vkey'] as const)
      expect(now[member] === earlier[member], 'LEDGER_NOTES_BROKEN', `notes.${member}`);
    expect(now.before === earlier.after, 'LEDGER_NOTES_BROKEN', 'notes.before');
  }
  const ended = new Map(previous.changes.map(({ page, book, next }) => [headName(page, book), next]));
  for (const { page, book, prev } of receipt.changes) {
    const name = headName(page, book);
    const left = ended.get(name);
    expect(left === undefined || left === prev, 'LEDGER_CHAIN_BROKEN', `page ${name}`);
  }
  return findings;
}

function addAgain(
  { version, changes }: BatchReceipt,
  { ciphertext, add, keep }: ReplayTools,
): Pick<ReplayedLink, 'findings' | 'added'> {
  const findings: ChainFinding[] = [];
  let added = 0;
  const bytesOf = (digest: Digest, where: string): Uint8Array | null => {
    const bytes = ciphertext(digest);
    if (bytes === null) findings.push({ version, reason: 'CIPHERTEXT_MISSING', where });
    else if (digestOf(bytes) === digest) return bytes;
    else findings.push({ version, reason: 'CIPHERTEXT_DIGEST_MISMATCH', where });
    return null;
  };
  for (const { page, book, prev, delta, next } of changes) {
    if (prev === null || delta === null) continue;
    const name = headName(page, book);
    const left = bytesOf(prev, `page ${name}`);
    const right = bytesOf(delta, `delta ${name}`);
    if (left === null || right === null) continue;
    const made = sumOf(left, right, add);
    if (made === null || digestOf(made) !== next) {
      findings.push({ version, reason: 'REPLAY_MISMATCH', where: `page ${name}` });
      continue;
    }
    added += 1;
    keep?.(next, made);
  }
  return { findings, added };
}

/** Hostile ciphertexts may make the engine throw; that is a mismatch, not a fault of whoever replays. */
function sumOf(page: Uint8Array, delta: Uint8Array, add: ReplayTools['add']): Uint8Array | null {
  try {
    return add(page, delta);
  } catch {
    return null;
  }
}
