import { fromBase64 } from '#canonical';
import { keysOf } from '#ledger';
import type { OpenTask } from '#worker';
import { checkPinnedLedger } from '../shared/task-inputs.js';
import type { AtReceipt } from './chain-states.js';
import { type LedgerAt, rebuild } from './ledger-at.js';
import { atKeys, type LedgerRecord, ledgerKeyOf } from './ledger-secrets.js';
import { type ClaimedHead, checkNotBehind, parseClaimedHead, walkBack } from './lineage.js';
import { type EnclaveParts, recordOf } from './parts.js';

/** A ledger where it verifiably stands. */
export interface Standing {
  readonly record: LedgerRecord;
  readonly at: LedgerAt;
}

/**
 * The ledger of the task at its verified head. What the head taught is on disk before anything is decided on it, so
 * that a restart does not make the enclave believe an earlier one.
 */
export async function standingOf(task: OpenTask, parts: EnclaveParts): Promise<Standing> {
  const head = parseClaimedHead(task.state);
  checkPinnedLedger(task, head.ledger);
  const record = await recordOf(parts, task.tenant, head.ledger);
  const at = await verified(head, record, task.blobs, parts);
  return { record: await keptAtEpoch(record, at, parts), at };
}

/** States of keys follow the chain: a rotation or an order counts when its receipt is part of it. */
export async function keptAtEpoch(
  record: LedgerRecord,
  { state }: LedgerAt,
  { vault }: EnclaveParts,
): Promise<LedgerRecord> {
  const kept = atKeys(record, keysOf(state));
  if (kept !== record) await vault.save(kept);
  return kept;
}

/** The state at a head that somebody claims. Refuses with `STATE_ROOT_CONFLICT`, `RECEIPT_INVALID`, `STATE_INVALID`. */
export async function verified(
  head: ClaimedHead,
  record: LedgerRecord,
  blobs: OpenTask['blobs'],
  parts: EnclaveParts,
): Promise<LedgerAt> {
  const { vault } = parts;
  const { tenant, ledger } = record;
  const known = await vault.head(tenant, ledger);
  checkNotBehind(head, known);
  const states = parts.states.of(record);
  // A state in memory came from a verified head, or was authorised here from one.
  let at = states.at(head);
  if (at === null) {
    at = await madeAgain(head, known, record, blobs, parts);
    states.settle(at);
  }
  if (known === null || known.version < head.version) {
    await vault.saveHead(tenant, ledger, { version: head.version, receipt: head.receipt });
  }
  return at;
}

/**
 * The ledger for somebody who only looks: where this enclave knows it to stand, or at a later head that the asker names.
 * It changes nothing that the enclave believes, so that nobody who may look can make it follow a receipt that never
 * took effect.
 */
export async function seenAt(
  head: ClaimedHead,
  record: LedgerRecord,
  blobs: OpenTask['blobs'],
  parts: EnclaveParts,
): Promise<LedgerAt> {
  const { settled } = parts.states.of(record);
  if (settled !== null && settled.version >= head.version) return settled;
  const known = await parts.vault.head(record.tenant, record.ledger);
  const from = known !== null && known.version >= head.version ? { ...head, ...known } : head;
  return await madeAgain(from, known, record, blobs, parts);
}

async function madeAgain(
  head: ClaimedHead,
  known: AtReceipt | null,
  record: LedgerRecord,
  blobs: OpenTask['blobs'],
  { states, fhe, pages, spends }: EnclaveParts,
): Promise<LedgerAt> {
  const { settled } = states.of(record);
  const has = (receipt: LedgerAt['receipt']): boolean => settled?.receipt === receipt;
  const links = await walkBack(head, { ledgerKey: ledgerKeyOf(record), blobs, known, has });
  const base = settled !== null && settled.receipt === links[0].digest ? settled : null;
  return await rebuild(links, base, { record, blobs, fhe, pages, spends });
}

export function statementSecretOf({ statementSecret }: LedgerRecord): Uint8Array {
  return fromBase64(statementSecret);
}
