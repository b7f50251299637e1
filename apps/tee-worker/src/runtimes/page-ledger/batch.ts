import { performance } from 'node:perf_hooks';
import { type Digest, toBase64 } from '#canonical';
import {
  advanceHeads,
  applyBatch,
  type BatchResult,
  checkKeyUse,
  claimsOfKeys,
  keysOf,
  pagesRoot,
  updateTrees,
} from '#ledger';
import type { OpenTask, TaskOutcome } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { engineName } from './found.js';
import type { OpenedIntents } from './intent-opening.js';
import { accountClaims, type LedgerAt, snapshotOf } from './ledger-at.js';
import { epochKeys, intentPublicKey, type LedgerRecord } from './ledger-secrets.js';
import { claimsOfNotes, keepMoves, noteBlobs, provenIntents } from './notes.js';
import { sealOutcomes } from './outcome-memos.js';
import { deltaPages } from './page-changes.js';
import { type EnclaveParts, publicKeyOf, receiptBasis, signingSeedOf } from './parts.js';
import { signReceipt } from './receipts.js';
import { type Standing, standingOf, statementSecretOf } from './standing.js';

/** Batches between two snapshots: how many an enclave that takes over applies again at most. */
export const snapshotEvery = 64;

/**
 * Decides a batch of sealed intents on the verified state, and signs what it makes of the pages. Nothing of it counts
 * before a later head names its receipt: until then the state in memory stays where it was.
 */
export async function authorizeBatch(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const clock = new Laps();
  const standing = await standingOf(task, parts);
  const { record, at } = standing;
  const { epoch } = at.state.terms;
  checkKeyUse(keysOf(at.state), epoch, 'protect');
  const keys = epochKeys(record, epoch);
  const { bytes, commitment } = intentsOf(task);
  clock.lap('headMs');
  const opened = await provenIntents(bytes, at.state, {
    record,
    keys,
    blobs: task.blobs,
    pages: parts.pages,
    spends: parts.spends,
  });
  clock.lap('intentsMs');
  const batch = { version: at.version, timeMs: parts.now(), items: opened.items };
  const result = applyBatch(at.state, batch);
  const trees = updateTrees(at.trees, result.state, result.touched, statementSecretOf(record));
  clock.lap('applyMs');
  const publicKey = await publicKeyOf(keys, task.blobs, parts.pages);
  const work = { record, fhe: parts.fhe, blobs: task.blobs, pages: parts.pages, publicKey };
  const made = await deltaPages(result.state, at.heads, result.deltas, work);
  clock.lap('fheMs');
  const heads = advanceHeads(at.heads, made.changes);
  const next = { version: result.state.version, state: result.state, trees, heads };
  const snapshot = await snapshotWhenDue(next, record, task, parts);
  clock.lap('snapshotMs');
  const outcomes = sealOutcomes(opened, result, record, parts.random);
  const moves = await keepMoves(result, task.blobs);
  const signed = signReceipt(
    {
      ...receiptBasis(record, keys, task),
      ...claimsOf(standing, result, trees),
      event: 'batch',
      asset: result.state.terms.asset,
      version: next.version,
      timeMs: result.state.timeMs,
      intents: { digest: commitment, count: opened.items.length },
      outcomes: await task.blobs.put(outcomes),
      changes: made.changes,
      pages: { before: pagesRoot(at.heads), after: pagesRoot(heads) },
      snapshot,
      prevReceipt: at.receipt,
      intentKey: toBase64(intentPublicKey(keys)),
      engine: engineName,
      ...claimsOfNotes(result.state, at.state, moves),
      ...claimsOfKeys(result.state),
    },
    signingSeedOf(record),
  );
  await task.blobs.put(signed.bytes);
  parts.states.of(record).offer({ ...next, receipt: signed.digest });
  clock.lap('sealMs');
  const { ledger, version, ledgerKey } = signed.receipt;
  return {
    public: { outcome: 'applied', ledger, version, ledgerKey },
    outputs: {
      outcomes: { kind: 'blob', bytes: outcomes },
      receipt: { kind: 'public', value: signed.value },
    },
    evidence: {},
    blobs: [signed.digest, ...noteBlobs(result.state, moves)],
    metrics: { ...clock.laps, ...countsOf(opened) },
  };
}

function claimsOf({ record, at }: Standing, { state, supplyChange }: BatchResult, trees: LedgerAt['trees']) {
  const { root, ...accounts } = accountClaims(state, trees, supplyChange, record);
  return { ...accounts, commitments: { before: at.trees.balances.root, after: root } };
}

function intentsOf(task: OpenTask): { readonly bytes: Uint8Array; readonly commitment: Digest } {
  const input = task.inputs['intents'];
  if (input?.kind === 'blob') return input;
  throw refusal('INPUT_MISSING', `input intents: expected a blob, got ${input?.kind ?? 'none'}`);
}

async function snapshotWhenDue(
  next: Omit<LedgerAt, 'receipt'>,
  record: LedgerRecord,
  { blobs }: OpenTask,
  { random }: EnclaveParts,
): Promise<Digest | null> {
  return next.version % snapshotEvery === 0 ? await snapshotOf(next, record, { blobs, random }) : null;
}

/** How many there were, which the receipt says as well; never what became of them. */
function countsOf({ items, counts }: OpenedIntents) {
  return { intents: items.length, envelopes: counts.length };
}

/** Whole milliseconds of each part of the work. */
class Laps {
  readonly laps: Record<string, number> = {};
  #lastMs = performance.now();

  lap(name: string): void {
    const nowMs = performance.now();
    this.laps[name] = Math.round(nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  }
}
