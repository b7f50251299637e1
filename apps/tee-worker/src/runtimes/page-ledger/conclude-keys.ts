import { type Digest, toBase64 } from '#canonical';
import {
  accountTrees,
  type BatchReceipt,
  claimsOfKeys,
  type KeyClaims,
  type LedgerState,
  type PageHeads,
  pagesRoot,
} from '#ledger';
import type { OpenTask, TaskOutcome } from '#worker';
import { engineName } from './found.js';
import { accountClaims, type LedgerAt, snapshotOf } from './ledger-at.js';
import { type EpochKeys, intentPublicKey, type LedgerRecord } from './ledger-secrets.js';
import { claimsOfNotes } from './notes.js';
import { type EnclaveParts, receiptBasis, signingSeedOf } from './parts.js';
import { signReceipt } from './receipts.js';
import { makeRecoveryKit, recoveryDocument } from './recovery-shares.js';
import { statementSecretOf } from './standing.js';

/** A version of a ledger that changes its keys and decides no intent. */
export interface KeysChanged {
  readonly event: 'key' | 'rotate';
  /** What the client is told. */
  readonly outcome: string;
  readonly at: LedgerAt;
  readonly state: LedgerState;
  readonly heads: PageHeads;
  readonly changes: BatchReceipt['changes'];
  readonly order: KeyClaims['order'];
  /** With the keys as they are from now on. */
  readonly record: LedgerRecord;
  /** Of the present epoch. */
  readonly keys: EpochKeys;
  /** Other blobs of this version. */
  readonly blobs: readonly Digest[];
}

/** Signs the version, and seals shares of the secrets as they are now to those who may recover the ledger. */
export async function concludeKeys(
  task: OpenTask,
  parts: EnclaveParts,
  { event, outcome, at, state, heads, changes, order, record, keys, blobs }: KeysChanged,
): Promise<TaskOutcome> {
  const trees = accountTrees(state, statementSecretOf(record));
  const { root, ...accounts } = accountClaims(state, trees, 0n, record);
  const next = { version: state.version, state, trees, heads };
  const signed = signReceipt(
    {
      ...receiptBasis(record, keys, task),
      ...accounts,
      event,
      asset: state.terms.asset,
      version: next.version,
      timeMs: state.timeMs,
      intents: null,
      outcomes: null,
      changes,
      pages: { before: pagesRoot(at.heads), after: pagesRoot(heads) },
      commitments: { before: at.trees.balances.root, after: root },
      // No batch that could be decided again, and intents of before may not open any more: a rebuild begins here.
      snapshot: await snapshotOf(next, record, { blobs: task.blobs, random: parts.random }),
      prevReceipt: at.receipt,
      intentKey: toBase64(intentPublicKey(keys)),
      engine: engineName,
      ...claimsOfNotes(state, at.state, null),
      ...claimsOfKeys(state, order),
    },
    signingSeedOf(record),
  );
  const kit = await makeRecoveryKit(record, state.terms.epoch, parts.random);
  await task.blobs.put(kit.packaged);
  await task.blobs.put(signed.bytes);
  parts.states.of(record).offer({ ...next, receipt: signed.digest });
  const { ledger, version, ledgerKey } = signed.receipt;
  return {
    public: { outcome, ledger, version, ledgerKey },
    outputs: {
      receipt: { kind: 'public', value: signed.value },
      shares: { kind: 'public', value: recoveryDocument(record, kit) },
    },
    evidence: {},
    blobs: [signed.digest, ...blobs, kit.digest],
  };
}
