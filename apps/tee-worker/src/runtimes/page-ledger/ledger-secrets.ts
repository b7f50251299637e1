import { type Digest, digestOf, ed25519PublicKey, fromBase64, toBase64 } from '#canonical';
import { type EpochKeyState, type KeyState, keyStateOf, type Viewer } from '#ledger';
import { sealPublicKey } from '#sealing';
import { refusal } from '../shared/ledger-error.js';

export const recordVersion = 'sealflow/page-ledger-record/v1';

/** `pre-active`: made for an epoch that has not begun. The others follow the chain; a destroyed key is not here any more. */
export type HeldKeyState = 'pre-active' | Exclude<KeyState, 'destroyed'>;

/** Keys of one epoch of a ledger. They change together, see `ledger.rotate`. */
export interface EpochKeys {
  readonly epoch: number;
  readonly state: HeldKeyState;
  /** X25519 key that intents are sealed to, base64. */
  readonly intentKey: string;
  /**
   * FHE secret key as the engine's process wrapped it, and the key it is wrapped under, both base64. It is never in
   * clear in the process that talks to the orchestrator, and moves with the record to an enclave that takes over.
   */
  readonly wrapped: string;
  readonly wrapKey: string;
  /** Names the FHE key in receipts. */
  readonly keyId: Digest;
  /** The public key that deltas are encrypted under, a blob that anybody may read. */
  readonly publicKeyId: Digest;
}

/** Who may help a new enclave to the secrets. */
export interface RecoveryHolder {
  readonly name: string;
  /** X25519 key, base64. */
  readonly key: string;
}

/** Everything secret about one ledger. It exists outside of the enclave's memory only sealed. */
export interface LedgerRecord {
  readonly v: typeof recordVersion;
  readonly tenant: string;
  readonly ledger: string;
  readonly charter: Digest;
  readonly openedBy: { readonly runId: string; readonly taskId: string };
  /** Seed of the Ed25519 key that is the ledger's name for verifiers; it outlives every epoch. */
  readonly signingSeed: string;
  /** Seals snapshots. */
  readonly stateKey: string;
  /** Coins of public-key encryption are derived from it. */
  readonly coinKey: string;
  /** Salts of commitments and keys of statements are derived from it. */
  readonly statementSecret: string;
  readonly recovery: { readonly threshold: number; readonly holders: readonly RecoveryHolder[] };
  /** Who may be given openings and statements, as the charter says. */
  readonly viewers: readonly Viewer[];
  /** Newest last. */
  readonly epochs: readonly EpochKeys[];
}

/** The public key that verifies the ledger's receipts, base64. */
export function ledgerKeyOf(record: LedgerRecord): string {
  return toBase64(ed25519PublicKey(fromBase64(record.signingSeed)));
}

/** Refuses with `EPOCH_WRONG`. */
export function epochKeys(record: LedgerRecord, epoch: number): EpochKeys {
  const keys = record.epochs.find((one) => one.epoch === epoch);
  if (keys !== undefined) return keys;
  throw refusal(
    'EPOCH_WRONG',
    `this key enclave holds no keys of epoch ${epoch}: they were destroyed, or the shares are of an earlier epoch`,
  );
}

/** The record of a ledger where its chain stands: keys in the states that it says, and those that it destroyed gone. */
export function atKeys(record: LedgerRecord, states: readonly EpochKeyState[]): LedgerRecord {
  const present = states.at(-1)?.epoch ?? 0;
  const epochs = record.epochs.flatMap((keys): EpochKeys[] => {
    if (keys.epoch > present) return [keys];
    const state = keyStateOf(states, keys.epoch);
    if (state === 'destroyed') return [];
    return [keys.state === state ? keys : { ...keys, state }];
  });
  const same =
    epochs.length === record.epochs.length && epochs.every((keys, at) => keys === record.epochs[at]);
  return same ? record : { ...record, epochs };
}

/** The public half of the key that intents of an epoch are sealed to. */
export function intentPublicKey({ intentKey }: EpochKeys): Uint8Array {
  return sealPublicKey(fromBase64(intentKey));
}

/** What the engine's process takes in place of the key itself. */
export function wrappedKeyOf(record: LedgerRecord, { epoch, wrapped, wrapKey }: EpochKeys) {
  const context = fheContext(record.tenant, record.ledger, epoch);
  return { wrapped: fromBase64(wrapped), wrapKey: fromBase64(wrapKey), context };
}

/** Tenants choose names of ledgers, so the parts need a separator that no name contains. */
export function fheContext(tenant: string, ledger: string, epoch: number): string {
  return `${tenant}|${ledger}|pages|${epoch}`;
}

export function newKeyId(wrapped: Uint8Array): Digest {
  return digestOf(wrapped);
}
