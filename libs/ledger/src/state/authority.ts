/**
 * Who may sign what. The signature itself was verified when the intent was read; here the key that it is of is held
 * against the directory.
 */
import type { Intent } from '../intent/intent.js';
import type { AccountDraft } from './drafts.js';
import { type Refused, refused } from './rulings.js';
import type { Delegate, LedgerTerms, Reservation } from './state.js';

export type Authority =
  | { readonly by: 'issuer' }
  | { readonly by: 'owner' }
  | { readonly by: 'delegate'; readonly delegate: Delegate }
  | { readonly by: 'closer'; readonly reservation: Reservation; readonly owner: boolean };

/** Whose window of nonces an intent uses follows from this. */
export function authorityOf(
  intent: Intent,
  account: AccountDraft | null,
  { issuer, mode }: LedgerTerms,
  nowMs: number,
): Authority | Refused {
  switch (intent.op) {
    case 'withdraw':
      // Where notes are proven nobody takes one without its owner; the issuer's word is in the burn.
      return mode === 'zk-check' ? ownerOf(intent, account) : issuerOf(intent, issuer);
    case 'open':
    case 'deposit':
    case 'freeze':
    case 'unfreeze':
      return issuerOf(intent, issuer);
    case 'commit':
    case 'release':
      // Where nothing can be set aside there is nothing to close.
      return mode === 'zk-check' ? refused('MODE_REFUSED', 'intent.op') : closerOf(intent, account, nowMs);
    case 'transfer':
    case 'reserve':
      return account?.owner === intent.signer ? { by: 'owner' } : delegateOf(intent, account);
    default:
      return ownerOf(intent, account);
  }
}

function issuerOf({ signer }: Intent, issuer: string): Authority | Refused {
  return signer === issuer ? { by: 'issuer' } : refused('NOT_ISSUER');
}

function ownerOf({ signer }: Intent, account: AccountDraft | null): Authority | Refused {
  return account?.owner === signer ? { by: 'owner' } : refused('NOT_OWNER');
}

function delegateOf({ signer }: Intent, account: AccountDraft | null): Authority | Refused {
  const delegate = account?.delegates.find(({ key }) => key === signer);
  return delegate === undefined ? refused('NOT_OWNER') : { by: 'delegate', delegate };
}

function closerOf(
  intent: Extract<Intent, { op: 'commit' | 'release' }>,
  account: AccountDraft | null,
  nowMs: number,
): Authority | Refused {
  const reservation = account?.reservations.find(({ id }) => id === intent.reservation);
  if (reservation === undefined) return refused('RESERVATION_UNKNOWN', 'intent.reservation');
  const ended = reservation.untilMs <= nowMs;
  if (intent.op === 'commit' && ended) return refused('EXPIRED', 'intent.reservation');
  const owner = account?.owner === intent.signer;
  const takesBack = intent.op === 'release' && ended && owner;
  return takesBack || reservation.closer === intent.signer
    ? { by: 'closer', reservation, owner }
    : refused('NOT_CLOSER');
}
