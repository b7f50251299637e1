import type { Digest } from '#canonical';
import type { DelegableOp, Rollover } from '../intent/intent.js';
import type { IntentReason } from '../intent/reasons.js';
import type { KeyBook } from '../keys/key-states.js';
import type { Note, NoteTerms } from '../notes/note.js';

/*
 * The plain state of a page ledger, as the key enclave holds it in memory. It leaves the enclave only sealed. All of it
 * is immutable: `applyBatch` makes a new one and shares what did not change, so a batch that fails changes nothing.
 */

export const books = ['available', 'pending', 'reserved'] as const;
export type Book = (typeof books)[number];

/** `tee-check`: the enclave compares balances. `zk-check`: it does, and transfers prove theirs to everybody (ADR 015). */
export type CheckMode = 'tee-check' | 'zk-check';
/** `touched`: only books that a batch changed get a delta. `all`: every book of every page does. */
export type Padding = 'touched' | 'all';

/** What a charter fixed, and the epoch of the keys. */
export interface LedgerTerms {
  readonly ledger: string;
  readonly asset: string;
  readonly epoch: number;
  /** Ed25519 key, base64. */
  readonly issuer: string;
  /** At most t / 2, so that no slot can wrap. */
  readonly supplyMax: bigint;
  readonly mode: CheckMode;
  readonly padding: Padding;
  /** In `zk-check` alone. */
  readonly notes?: NoteTerms;
}

export interface LedgerState {
  readonly terms: LedgerTerms;
  /** 1 after the founding, one more with each batch. */
  readonly version: number;
  /** Of the newest batch; the clock of a ledger never goes back. */
  readonly timeMs: number;
  /** Sum of all slots of all books. */
  readonly supply: bigint;
  /** Account i lies on page floor(i / 8192) in slot i modulo 8192, in every book. */
  readonly accounts: readonly Account[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly pages: readonly PageBooks[];
  /** In `zk-check` alone: notes that were ever made, and the serial of the newest mint. */
  readonly made?: NoteCount;
  /** From the first order of the issuer about a key on. */
  readonly keys?: KeyBook;
}

export interface NoteCount {
  readonly notes: number;
  readonly serial: number;
}

/** Balances of one page in slot order. Never written to once a state holds them. */
export type PageBooks = Readonly<Record<Book, BigUint64Array>>;

/** A line of the directory. Balances are not in it. */
export interface Account {
  readonly id: string;
  /** Ed25519 key, base64. */
  readonly owner: string;
  readonly status: 'active' | 'frozen' | 'closed';
  readonly rollover: Rollover;
  /** Nonces of the owner. */
  readonly window: ReplayWindow;
  /** Nonces of the issuer for this account. */
  readonly issuerWindow: ReplayWindow;
  readonly delegates: readonly Delegate[];
  /** Their amounts add up to the slot of the reserved book. */
  readonly reservations: readonly Reservation[];
  /** The last decisions about this account, newest last, to answer the same intent again. */
  readonly recent: readonly Decision[];
  /** Version at which a balance of it changed last; it names the salt of the commitment. */
  readonly changedAt: number;
  /** In `zk-check` alone. */
  readonly purse?: Purse;
}

/** The notes of an account that it has not spent: they add up to its balances. */
export interface Purse {
  readonly owner: bigint;
  /** By number. */
  readonly notes: readonly Note[];
}

/** RFC 4303 section 3.4.3, for intents that may arrive out of order: bit i says that `base + i` was used. */
export interface ReplayWindow {
  readonly base: number;
  /** 64 bits. */
  readonly mask: bigint;
}

export interface Delegate {
  /** Ed25519 key, base64. */
  readonly key: string;
  readonly ops: readonly DelegableOp[];
  readonly perCall: bigint;
  readonly perDay: bigint;
  readonly untilMs: number;
  readonly allow: readonly string[] | null;
  /**
   * Version of the batch that made the delegation. Intents that were signed before are refused, so revoking a key
   * and delegating to it again brings none of them back.
   */
  readonly since: number;
  readonly window: ReplayWindow;
  /** Day of UTC, counted from 1970, and what was requested on it. */
  readonly day: number;
  readonly spent: bigint;
}

export interface Reservation {
  /** Id of the intent that made it. */
  readonly id: Digest;
  readonly to: string;
  /** 0 where a delegate reserved more than there was. */
  readonly amount: bigint;
  readonly closer: string;
  readonly untilMs: number;
}

/** How an intent was decided. What of it its signer may be told is another question: see `toldOf`. */
export interface Decision {
  readonly intentId: Digest;
  readonly status: 'applied' | 'refused';
  /** null when applied. */
  readonly reason: IntentReason | null;
  /** Member that the reason is about, where it is about one. */
  readonly place: string | null;
  /** Of the batch that decided. */
  readonly version: number;
  /** 0 for operations without an amount. */
  readonly requested: bigint;
  readonly transferred: bigint;
  /** Account that `transferred` was credited to, if any. */
  readonly credited: string | null;
  /** The bid that won, for the settlement of an auction with bids. */
  readonly winner: Digest | null;
  /** The signer must not learn whether the amount was there: delegates, and closers who are not the owner. */
  readonly silent: boolean;
  /** Number of the first note that it made, in `zk-check` alone. */
  readonly note?: number;
}

/** The account of a ledger at a place, with its balances. */
export interface AccountBalances {
  readonly available: bigint;
  readonly pending: bigint;
  readonly reserved: bigint;
}
