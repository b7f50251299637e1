import { toBase64 } from '#canonical';
import {
  accountTrees,
  claimsOfKeys,
  keysOf,
  orderKey,
  pagesRoot,
  parseKeyOrder,
  stateBeforeOrder,
} from '#ledger';
import type { OpenTask, TaskOutcome } from '#worker';
import { openedValue } from '../shared/task-inputs.js';
import { engineName } from './found.js';
import { accountClaims, snapshotOf } from './ledger-at.js';
import { atKeys, epochKeys, intentPublicKey } from './ledger-secrets.js';
import { claimsOfNotes } from './notes.js';
import { type EnclaveParts, receiptBasis, signingSeedOf } from './parts.js';
import { signReceipt } from './receipts.js';
import { makeRecoveryKit, recoveryDocument } from './recovery-shares.js';
import { standingOf, statementSecretOf } from './standing.js';

/**
 * Carries out an order of the issuer about the key of one epoch. It takes effect with its receipt, which has the signed
 * order in it: from the next version on whatever the state of that key does not permit is refused, here and by whoever
 * verifies. A key that was destroyed goes from this enclave's disk with the first task on the chain behind the receipt.
 */
export async function orderLedgerKey(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const order = parseKeyOrder(openedValue(task, 'order'));
  const { record: before, at } = await standingOf(task, parts);
  const state = orderKey(at.state, order, parts.now());
  const from = stateBeforeOrder(at.state, order);
  // The shares open what the ledger is from now on: of a key that is destroyed they have nothing.
  const record = atKeys(before, keysOf(state));
  const keys = epochKeys(record, state.terms.epoch);
  const trees = accountTrees(state, statementSecretOf(record));
  const { root, ...accounts } = accountClaims(state, trees, 0n, record);
  const next = { version: state.version, state, trees, heads: at.heads };
  const { epoch, to, notAfterMs, signer, signature } = order;
  const pages = pagesRoot(at.heads);
  const signed = signReceipt(
    {
      ...receiptBasis(record, keys, task),
      ...accounts,
      event: 'key',
      asset: state.terms.asset,
      version: next.version,
      timeMs: state.timeMs,
      intents: null,
      outcomes: null,
      changes: [],
      pages: { before: pages, after: pages },
      commitments: { before: at.trees.balances.root, after: root },
      // An order is no batch that could be decided again, so a rebuild begins here.
      snapshot: await snapshotOf(next, record, { blobs: task.blobs, random: parts.random }),
      prevReceipt: at.receipt,
      intentKey: toBase64(intentPublicKey(keys)),
      engine: engineName,
      ...claimsOfNotes(state, at.state, null),
      ...claimsOfKeys(state, { epoch, from, to, notAfterMs, signer, signature }),
    },
    signingSeedOf(record),
  );
  const kit = await makeRecoveryKit(record, state.terms.epoch, parts.random);
  await task.blobs.put(kit.packaged);
  await task.blobs.put(signed.bytes);
  parts.states.of(record).offer({ ...next, receipt: signed.digest });
  const { ledger, version, ledgerKey } = signed.receipt;
  return {
    public: { outcome: 'ordered', ledger, version, ledgerKey },
    outputs: {
      receipt: { kind: 'public', value: signed.value },
      shares: { kind: 'public', value: recoveryDocument(record, kit) },
    },
    evidence: {},
    blobs: [signed.digest, kit.digest],
  };
}
