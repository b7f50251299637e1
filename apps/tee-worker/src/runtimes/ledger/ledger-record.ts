import { type Digest, ed25519PublicKey, fromBase64, type JsonObject, toBase64 } from '#canonical';
import type { FheProcess } from '#worker';

/** An FHE secret key that only the engine's process can open. */
export type WrappedKey = Awaited<ReturnType<FheProcess['createKey']>>;

export const recordVersion = 'sealflow/ledger-record/v1';

/** Everything the key enclave keeps about one ledger. It exists outside the enclave's memory only sealed. */
export interface LedgerRecord {
  readonly v: typeof recordVersion;
  readonly tenant: string;
  readonly ledger: string;
  readonly asset: string;
  readonly issuer: string;
  readonly charter: Digest;
  readonly openedBy: { readonly runId: string; readonly taskId: string };
  /** In slot order. Balances are not here; they exist in the pages alone. */
  readonly accounts: readonly { readonly id: string; readonly owner: string }[];
  /** Seed of the ledger's own Ed25519 key, base64. */
  readonly signingSeed: string;
  /** Names the FHE key in receipts. */
  readonly keyId: Digest;
  /** Highest version whose receipt chain was verified; null until the first change after the opening. */
  readonly head: { readonly version: number; readonly receipt: Digest } | null;
  /** Intents on the verified lineage, by id. */
  readonly intents: Readonly<Record<string, IntentEntry>>;
  /**
   * Signed reservations by the receipt of their reserve, until they are closed or their receipt lost its place on
   * the lineage. The envelope that carries one dies with the boot it was sealed to; the money must not.
   */
  readonly reservations: Readonly<Record<Digest, KeptReservation>>;
}

export interface KeptReservation {
  /** Of the ledger, if the receipt becomes part of the lineage. */
  readonly version: number;
  readonly document: JsonObject;
}

export interface IntentEntry {
  readonly state: 'reserved' | 'closed';
  /** Receipt of the reserve. */
  readonly receipt: Digest;
}

export interface OpenLedger {
  readonly record: LedgerRecord;
  readonly key: WrappedKey;
}

/** The public key that verifies the ledger's receipts and reservations, base64. */
export function ledgerKeyOf(record: LedgerRecord): string {
  return toBase64(ed25519PublicKey(fromBase64(record.signingSeed)));
}
