import type { Digest } from '#canonical';
import type { IntentReason } from './reasons.js';

export const intentVersion = 'sealflow/ledger-intent/v1';

export const intentOps = [
  'open',
  'deposit',
  'withdraw',
  'transfer',
  'reserve',
  'commit',
  'release',
  'freeze',
  'unfreeze',
  'rollover',
  'close',
  'delegate',
  'revoke',
  'settle',
] as const;
export type IntentOp = (typeof intentOps)[number];

/** `auto`: credits become available at the end of their batch. `manual`: they wait for an intent `rollover`. */
export type Rollover = 'auto' | 'manual';

/** Operations that an owner can hand to a delegate. */
export const delegableOps = ['transfer', 'reserve'] as const;
export type DelegableOp = (typeof delegableOps)[number];

/** What every intent says. */
export interface IntentHead {
  /** SHA-256 of the canonical bytes without the signature: one intent has one id, however often it is sent. */
  readonly intentId: Digest;
  readonly ledger: string;
  readonly asset: string;
  /** Of the ledger's keys. */
  readonly epoch: number;
  /** The account that the operation is about; for a transfer the payer. */
  readonly account: string;
  /** Each signer counts its own, for each account. A window of 64 may arrive in any order. */
  readonly nonce: number;
  /**
   * Newest version of the ledger that the signer has seen, 0 if none. A ledger that stands behind it refuses: this
   * is how an old state that somebody shows to the enclave is noticed.
   */
  readonly seen: number;
  readonly notAfterMs: number;
  /** AES-256 key of the outcome memo, base64. */
  readonly memoKey: string;
  /** Ed25519 key, base64: issuer, owner, delegate or closer. */
  readonly signer: string;
}

export type IntentBody =
  | {
      readonly op: 'open';
      readonly owner: string;
      readonly rollover: Rollover;
      /** On a ledger in `zk-check`: what notes of the account know their owner by. */
      readonly noteOwner?: bigint;
    }
  | { readonly op: 'deposit'; readonly amount: bigint; readonly mint?: MintBody }
  /** On a ledger in `zk-check` an intent of the owner, and the issuer's word is in `burn`. */
  | { readonly op: 'withdraw'; readonly amount: bigint; readonly burn?: BurnBody }
  | TransferBody
  | ReserveBody
  /** Pays `amount` of the reservation to its payee and gives the rest back. */
  | { readonly op: 'commit'; readonly reservation: Digest; readonly amount: bigint }
  | { readonly op: 'release'; readonly reservation: Digest }
  | { readonly op: 'freeze' | 'unfreeze' | 'rollover' | 'close' }
  | DelegateBody
  | { readonly op: 'revoke'; readonly delegate: string }
  /** Ends a sealed-bid auction of the account; `floor` is the least that is paid. */
  | { readonly op: 'settle'; readonly auction: string; readonly floor: bigint };

export interface TransferBody {
  readonly op: 'transfer';
  readonly to: string;
  readonly amount: bigint;
  /** On a ledger in `zk-check`. */
  readonly spend?: SpendBody;
}

/** The note that a deposit makes, and the issuer's public word for it: see `signMint`. */
export interface MintBody {
  readonly serial: number;
  readonly salt: bigint;
  /** Base64. */
  readonly signature: string;
}

/** The note that a payment comes from, and the proof of it. */
export interface SpendBody {
  readonly note: number;
  /** Salts of what is left and of what was paid. */
  readonly restSalt: bigint;
  readonly paymentSalt: bigint;
  /** Public signals of the proof that nobody else can compute. */
  readonly order: bigint;
  readonly nullifier: bigint;
  /** Packed, base64: see `packProof`. */
  readonly proof: string;
}

/** The note that a withdrawal comes from, the proof of it, and the issuer's public word that it may leave: see `signBurn`. */
export interface BurnBody extends SpendBody {
  /** Base64. */
  readonly signature: string;
}

/** Sets an amount aside for a payee. The intent's id names the reservation. */
export interface ReserveBody {
  readonly op: 'reserve';
  readonly to: string;
  readonly amount: bigint;
  /** Ed25519 key, base64: who may commit or release. Payee, escrow agent, issuer or the owner. */
  readonly closer: string;
  /** From then on the owner may release too, and nobody may commit. */
  readonly untilMs: number;
}

export interface DelegateBody {
  readonly op: 'delegate';
  /** Ed25519 key, base64. */
  readonly delegate: string;
  readonly ops: readonly DelegableOp[];
  readonly perCall: bigint;
  /** For each day of UTC, requested amounts counted whether or not they were there. */
  readonly perDay: bigint;
  readonly untilMs: number;
  /** Payees; null allows any. */
  readonly allow: readonly string[] | null;
}

export type Intent = IntentHead & IntentBody;

/**
 * One place of a batch, as it was read. `intent` is set only when the bytes are well formed and signed by the key they
 * name; what that key may do is decided by `applyBatch`.
 */
export type IntentReading =
  | {
      readonly intent: Intent;
      readonly reason: null;
      /** The proof that it needs in `zk-check` was verified, and holds: see `proveReadings`. */
      readonly proven?: boolean;
    }
  | {
      readonly intent: null;
      /** Known where the bytes could be read far enough. */
      readonly intentId: Digest | null;
      readonly reason: IntentReason;
      /** The member that is wrong. */
      readonly place: string | null;
    };
