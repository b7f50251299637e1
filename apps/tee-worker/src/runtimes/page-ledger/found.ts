import { CanonicalError, canonicalBytes, fromBase64, toBase64 } from '#canonical';
import { sealLibrary } from '#ciphertext';
import {
  accountTrees,
  advanceHeads,
  type Charter,
  foundState,
  LedgerError,
  pagesRoot,
  parseCharter,
} from '#ledger';
import { generateSealKeyPair } from '#sealing';
import type { OpenTask, TaskOutcome } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { checkPinnedLedger, openedValue } from '../shared/task-inputs.js';
import { accountClaims, snapshotOf } from './ledger-at.js';
import {
  type EpochKeys,
  epochKeys,
  fheContext,
  intentPublicKey,
  type LedgerRecord,
  newKeyId,
  recordVersion,
} from './ledger-secrets.js';
import { checkNoLedgerYet } from './lineage.js';
import { claimsOfNotes, keepCircuit, noteBlobs } from './notes.js';
import { freshPages } from './page-changes.js';
import { type EnclaveParts, publicKeyOf, receiptBasis, signingSeedOf } from './parts.js';
import { signReceipt } from './receipts.js';
import { makeRecoveryKit, recoveryDocument } from './recovery-shares.js';

export const engineName = `${sealLibrary.name}@${sealLibrary.version}`;

/** Keys and first pages of a signed charter. A repeated attempt of the same task keeps the keys. */
export async function foundLedger(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  checkNoLedgerYet(task.state);
  const charter = charterOf(task);
  checkPinnedLedger(task, charter.ledger);
  // Before a key is made: a charter that no state fits leaves nothing behind.
  const state = foundState(charter, parts.now());
  const record = await secretsOf(task, charter, parts);
  const keys = epochKeys(record, state.terms.epoch);
  await keepCircuit(charter, task.blobs);
  const publicKey = await publicKeyOf(keys, task.blobs, parts.pages);
  const work = { record, fhe: parts.fhe, blobs: task.blobs, pages: parts.pages, publicKey };
  const made = await freshPages(state, new Map(), work);
  const heads = advanceHeads(new Map(), made.changes);
  const trees = accountTrees(state, fromBase64(record.statementSecret));
  const { root, ...accounts } = accountClaims(state, trees, state.supply, record);
  const snapshot = await snapshotOf({ state, heads, version: state.version }, record, {
    blobs: task.blobs,
    random: parts.random,
  });
  const signed = signReceipt(
    {
      ...receiptBasis(record, keys, task),
      ...accounts,
      event: 'found',
      asset: charter.asset,
      version: state.version,
      timeMs: state.timeMs,
      intents: null,
      outcomes: null,
      changes: made.changes,
      pages: { before: null, after: pagesRoot(heads) },
      commitments: { before: null, after: root },
      snapshot,
      prevReceipt: null,
      intentKey: toBase64(intentPublicKey(keys)),
      engine: engineName,
      ...claimsOfNotes(state, state, null),
    },
    signingSeedOf(record),
  );
  const kit = await makeRecoveryKit(record, keys.epoch, parts.random);
  await task.blobs.put(kit.packaged);
  await task.blobs.put(signed.bytes);
  parts.states.of(record).offer({ version: state.version, receipt: signed.digest, state, trees, heads });
  const { ledger, version, ledgerKey } = signed.receipt;
  return {
    public: { outcome: 'founded', ledger, version, ledgerKey },
    outputs: {
      receipt: { kind: 'public', value: signed.value },
      shares: { kind: 'public', value: recoveryDocument(record, kit) },
    },
    evidence: {},
    blobs: [signed.digest, keys.publicKeyId, kit.digest, ...noteBlobs(state, null)],
  };
}

function charterOf(task: OpenTask): Charter {
  try {
    return parseCharter(canonicalBytes(openedValue(task, 'charter')));
  } catch (error) {
    if (error instanceof LedgerError && error.code.startsWith('CHARTER_')) {
      const code =
        error.code === 'CHARTER_SIGNATURE_INVALID' ? 'CHARTER_SIGNATURE_INVALID' : 'CHARTER_INVALID';
      throw refusal(code, error.message);
    }
    if (error instanceof CanonicalError) throw refusal('CHARTER_INVALID', `charter: ${error.message}`);
    throw error;
  }
}

async function secretsOf(
  { tenant, runId, taskId, blobs }: OpenTask,
  charter: Charter,
  parts: EnclaveParts,
): Promise<LedgerRecord> {
  const { vault, random } = parts;
  const { ledger } = charter;
  const existing = await vault.load(tenant, ledger);
  if (existing !== null) {
    const { openedBy } = existing;
    const sameTask = openedBy.runId === runId && openedBy.taskId === taskId;
    if (sameTask && existing.charter === charter.digest && (await vault.head(tenant, ledger)) === null) {
      return existing;
    }
    throw refusal('LEDGER_EXISTS', 'this key enclave has founded a ledger of this name before');
  }
  const secret = (): string => toBase64(random(32));
  const record: LedgerRecord = {
    v: recordVersion,
    tenant,
    ledger,
    charter: charter.digest,
    openedBy: { runId, taskId },
    signingSeed: secret(),
    stateKey: secret(),
    coinKey: secret(),
    statementSecret: secret(),
    recovery: {
      threshold: charter.recovery.threshold,
      holders: charter.recovery.holders.map(({ name, sealKey }) => ({ name, key: sealKey })),
    },
    viewers: charter.viewers,
    epochs: [{ ...(await newEpochKeys(1, { tenant, ledger }, blobs, parts)), state: 'active' }],
  };
  await vault.save(record);
  return record;
}

/** Fresh keys; the public one is on its way to everybody as a blob. */
export async function newEpochKeys(
  epoch: number,
  { tenant, ledger }: { readonly tenant: string; readonly ledger: string },
  blobs: OpenTask['blobs'],
  { fhe, random, pages }: EnclaveParts,
): Promise<EpochKeys> {
  const wrapKey = random(32);
  const key = await fhe.createKey(wrapKey, fheContext(tenant, ledger, epoch));
  const publicKey = await fhe.createPublicKey(key);
  const publicKeyId = await blobs.put(publicKey);
  pages.put(publicKeyId, publicKey);
  return {
    epoch,
    state: 'pre-active',
    intentKey: toBase64(generateSealKeyPair(random).secretKey),
    wrapped: toBase64(key.wrapped),
    wrapKey: toBase64(wrapKey),
    keyId: newKeyId(key.wrapped),
    publicKeyId,
  };
}
