import { digestOf, toBase64 } from '#canonical';
import { encodeBalances } from '#ciphertext';
import type { FheProcess, OpenTask, TaskOutcome } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { checkPinnedLedger, openedValue } from '../shared/task-inputs.js';
import { blobOutput, receiptOutcome, signLedgerReceipt } from './authorization.js';
import { type Charter, parseCharter } from './charter.js';
import { checkNoLedgerYet } from './ledger-head.js';
import { type OpenLedger, recordVersion } from './ledger-record.js';
import { keyContext, type LedgerStore } from './ledger-store.js';

export interface LedgerOpeningOptions {
  readonly fhe: FheProcess;
  readonly store: LedgerStore;
  readonly random: (count: number) => Uint8Array;
}

/** First pages of a signed charter under a new key. A repeated attempt of the same task keeps the key. */
export async function openLedger(task: OpenTask, options: LedgerOpeningOptions): Promise<TaskOutcome> {
  checkNoLedgerYet(task.state);
  const charter = parseCharter(openedValue(task, 'charter'));
  checkPinnedLedger(task, charter.ledger);
  // Before a key is made: a charter whose amounts do not fit leaves nothing behind.
  const balances = encodeBalances(charter.accounts.map(({ openingCents }) => openingCents));
  const { record, key } = await foundLedger(task, charter, options);
  const available = await options.fhe.encrypt(key, balances);
  const reserved = await options.fhe.encrypt(key, encodeBalances([]));
  const receipt = signLedgerReceipt(record, task, {
    version: 1,
    operation: 'ledger.open',
    intentId: null,
    prev: null,
    delta: null,
    next: { available: digestOf(available), reserved: digestOf(reserved) },
    prevReceipt: null,
    addCount: 0,
  });
  const pages = { pageAvailable: blobOutput(available), pageReserved: blobOutput(reserved) };
  return await receiptOutcome(task.blobs, 'opened', receipt, pages);
}

async function foundLedger(
  { tenant, runId, taskId }: OpenTask,
  charter: Charter,
  { store, fhe, random }: LedgerOpeningOptions,
): Promise<OpenLedger> {
  const existing = await store.load(tenant, charter.ledger);
  if (existing !== null) {
    const { openedBy, head, charter: opened } = existing.record;
    const sameTask = openedBy.runId === runId && openedBy.taskId === taskId;
    if (sameTask && head === null && opened === charter.digest) return existing;
    throw refusal('LEDGER_EXISTS', 'this key enclave has opened a ledger of this name before');
  }
  const key = await fhe.createKey(store.wrapKey, keyContext(tenant, charter.ledger));
  const ledger: OpenLedger = {
    key,
    record: {
      v: recordVersion,
      tenant,
      ledger: charter.ledger,
      asset: charter.asset,
      issuer: charter.issuer,
      charter: charter.digest,
      openedBy: { runId, taskId },
      accounts: charter.accounts.map(({ id, owner }) => ({ id, owner })),
      signingSeed: toBase64(random(32)),
      keyId: digestOf(key.wrapped),
      head: null,
      intents: {},
      reservations: {},
    },
  };
  await store.save(ledger);
  return ledger;
}
