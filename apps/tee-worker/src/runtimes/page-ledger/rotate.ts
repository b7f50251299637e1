import { toBase64 } from '#canonical';
import { accountTrees, advanceHeads, claimsOfKeys, pagesRoot, rotateState } from '#ledger';
import type { OpenTask, TaskOutcome } from '#worker';
import { engineName, newEpochKeys } from './found.js';
import { accountClaims, snapshotOf } from './ledger-at.js';
import { type EpochKeys, intentPublicKey, type LedgerRecord } from './ledger-secrets.js';
import { claimsOfNotes } from './notes.js';
import { freshPages } from './page-changes.js';
import { type EnclaveParts, publicKeyOf, receiptBasis, signingSeedOf } from './parts.js';
import { signReceipt } from './receipts.js';
import { makeRecoveryKit, recoveryDocument } from './recovery-shares.js';
import { standingOf, statementSecretOf } from './standing.js';

/**
 * Puts every page under keys of a new epoch, and intents with them. The receipt leads from the old digests to the new
 * ones; that they hold the same balances rests on this enclave, until an opening or the next rebuild shows it.
 *
 * The new keys are on disk before anybody hears of them, and become active when the receipt is part of the chain. A
 * repeated attempt takes the same ones. A suspended key is not rotated: whoever may rotate is not who may end that.
 */
export async function rotateLedger(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const { record: before, at } = await standingOf(task, parts);
  const state = rotateState(at.state, parts.now());
  const { epoch } = state.terms;
  const record = await withEpoch(before, epoch, task, parts);
  const keys = record.epochs.find((one) => one.epoch === epoch);
  if (keys === undefined) throw new Error(`no keys of epoch ${epoch}`);
  const publicKey = await publicKeyOf(keys, task.blobs, parts.pages);
  const work = { record, fhe: parts.fhe, blobs: task.blobs, pages: parts.pages, publicKey };
  const made = await freshPages(state, at.heads, work);
  const heads = advanceHeads(at.heads, made.changes);
  const trees = accountTrees(state, statementSecretOf(record));
  const { root, ...accounts } = accountClaims(state, trees, 0n, record);
  const next = { version: state.version, state, trees, heads };
  const signed = signReceipt(
    {
      ...receiptBasis(record, keys, task),
      ...accounts,
      event: 'rotate',
      asset: state.terms.asset,
      version: next.version,
      timeMs: state.timeMs,
      intents: null,
      outcomes: null,
      changes: made.changes,
      pages: { before: pagesRoot(at.heads), after: pagesRoot(heads) },
      commitments: { before: at.trees.balances.root, after: root },
      // Intents of before do not open under the new keys, so a rebuild begins here.
      snapshot: await snapshotOf(next, record, { blobs: task.blobs, random: parts.random }),
      prevReceipt: at.receipt,
      intentKey: toBase64(intentPublicKey(keys)),
      engine: engineName,
      ...claimsOfNotes(state, at.state, null),
      ...claimsOfKeys(state),
    },
    signingSeedOf(record),
  );
  const kit = await makeRecoveryKit(record, epoch, parts.random);
  await task.blobs.put(kit.packaged);
  await task.blobs.put(signed.bytes);
  parts.states.of(record).offer({ ...next, receipt: signed.digest });
  const { ledger, version, ledgerKey } = signed.receipt;
  return {
    public: { outcome: 'rotated', ledger, version, ledgerKey },
    outputs: {
      receipt: { kind: 'public', value: signed.value },
      shares: { kind: 'public', value: recoveryDocument(record, kit) },
    },
    evidence: {},
    blobs: [signed.digest, keys.publicKeyId, kit.digest],
  };
}

async function withEpoch(
  record: LedgerRecord,
  epoch: number,
  { tenant, blobs }: OpenTask,
  parts: EnclaveParts,
): Promise<LedgerRecord> {
  if (record.epochs.some((keys) => keys.epoch === epoch)) return record;
  const keys: EpochKeys = await newEpochKeys(epoch, { tenant, ledger: record.ledger }, blobs, parts);
  const next = { ...record, epochs: [...record.epochs, keys] };
  await parts.vault.save(next);
  return next;
}
