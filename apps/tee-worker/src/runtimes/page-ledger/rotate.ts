import { advanceHeads, rotateState } from '#ledger';
import type { OpenTask, TaskOutcome } from '#worker';
import { concludeKeys } from './conclude-keys.js';
import { newEpochKeys } from './found.js';
import type { EpochKeys, LedgerRecord } from './ledger-secrets.js';
import { freshPages } from './page-changes.js';
import { type EnclaveParts, publicKeyOf } from './parts.js';
import { standingOf } from './standing.js';

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
  return concludeKeys(task, parts, {
    ...{ event: 'rotate', outcome: 'rotated', at, state, record, keys, heads, changes: made.changes },
    ...{ order: null, blobs: [keys.publicKeyId] },
  });
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
