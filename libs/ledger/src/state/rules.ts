/** What each operation does to the accounts of a batch. Every rule checks all it needs before it writes anything. */
import type {
  BurnBody,
  DelegateBody,
  Intent,
  MintBody,
  ReserveBody,
  TransferBody,
} from '../intent/intent.js';
import { ledgerLimits } from '../limits.js';
import type { Move } from '../notes/moves.js';
import { settle } from './auction.js';
import type { Authority } from './authority.js';
import type { AccountDraft, Drafts } from './drafts.js';
import { burnNote, mintNote, spendNote } from './note-rules.js';
import { freshWindow } from './replay-window.js';
import { applied, type Refused, type Ruling, refused } from './rulings.js';
import type { Delegate, LedgerTerms, NoteCount, Reservation } from './state.js';

const DAY_MS = 86_400_000;

export interface RuleContext {
  readonly drafts: Drafts;
  readonly terms: LedgerTerms;
  readonly nowMs: number;
  /** Of the state after the batch. */
  readonly version: number;
  supply: bigint;
  /** Auctions that the batch has settled. */
  settles: number;
  /** Whether the proof of the intent at hand holds. */
  proven: boolean;
  made: NoteCount;
  readonly moves: Move[];
}

/** Rules for all operations but `open`, which has no account yet. */
export function rule(
  intent: Intent,
  account: AccountDraft,
  authority: Authority,
  context: RuleContext,
): Ruling {
  switch (intent.op) {
    case 'open':
      return refused('ACCOUNT_EXISTS');
    case 'deposit':
      return deposit(intent, account, context);
    case 'withdraw':
      return withdraw(intent, account, context);
    case 'transfer':
      return transfer(intent, account, authority, context);
    case 'reserve':
      return reserve(intent, account, authority, context);
    case 'commit':
    case 'release':
      // Authority over a reservation is the reservation.
      if (authority.by !== 'closer') return refused('NOT_CLOSER');
      return intent.op === 'commit'
        ? commit(intent, account, authority.reservation, context)
        : release(account, authority.reservation);
    case 'freeze':
    case 'unfreeze':
      if (account.status === 'closed') return refused('ACCOUNT_CLOSED');
      account.status = intent.op === 'freeze' ? 'frozen' : 'active';
      return applied();
    case 'rollover':
      return rollover(account);
    case 'close':
      return close(account);
    case 'delegate':
      return delegate(intent, account, context);
    case 'revoke':
      return revoke(intent.delegate, account);
    case 'settle':
      return settle(intent, account, context);
  }
}

function deposit(
  { amount, mint }: { readonly amount: bigint; readonly mint?: MintBody },
  account: AccountDraft,
  context: RuleContext,
): Ruling {
  // A frozen account may be given money; it waits in the pending book.
  if (account.status === 'closed') return refused('ACCOUNT_CLOSED');
  if (context.supply + amount > context.terms.supplyMax) return refused('SUPPLY_EXCEEDED', 'intent.amount');
  const minted = mint === undefined ? null : mintNote(amount, mint, account, context);
  if (minted !== null && 'status' in minted) return minted;
  context.supply += amount;
  account.incoming += amount;
  return { ...applied(amount, account.opened.id), ...minted };
}

function withdraw(
  { amount, burn }: { readonly amount: bigint; readonly burn?: BurnBody },
  account: AccountDraft,
  context: RuleContext,
): Ruling {
  const stopped = notActive(account);
  if (stopped !== null) return stopped;
  if (amount > account.available) return refused('INSUFFICIENT', 'intent.amount');
  const burnt = burn === undefined ? null : burnNote(amount, burn, account, context);
  if (burnt !== null && 'status' in burnt) return burnt;
  account.available -= amount;
  context.supply -= amount;
  return { ...applied(amount), ...burnt };
}

function transfer(
  { account: from, to, amount, spend }: Intent & TransferBody,
  account: AccountDraft,
  authority: Authority,
  context: RuleContext,
): Ruling {
  const payee = payable(from, to, account, context);
  if (!('opened' in payee)) return payee;
  const stopped = overLimit('transfer', to, amount, account, authority, context);
  if (stopped !== null) return stopped;
  if (amount > account.available) return tooLittle(authority, to);
  const spent = spend === undefined ? null : spendNote(amount, spend, { payer: account, payee }, context);
  if (spent !== null && 'status' in spent) return spent;
  account.available -= amount;
  payee.incoming += amount;
  return { ...applied(amount, to), ...spent };
}

function reserve(
  intent: Intent & ReserveBody,
  account: AccountDraft,
  authority: Authority,
  context: RuleContext,
): Ruling {
  const { to, amount, closer, untilMs } = intent;
  const payee = payable(intent.account, to, account, context);
  if (!('opened' in payee)) return payee;
  if (untilMs <= context.nowMs) return refused('EXPIRED', 'intent.until');
  if (account.reservations.length >= ledgerLimits.reservationsMax) return refused('LIMIT_REACHED');
  const stopped = overLimit('reserve', to, amount, account, authority, context);
  if (stopped !== null) return stopped;
  const enough = amount <= account.available;
  if (!enough && authority.by === 'owner') return refused('INSUFFICIENT', 'intent.amount');
  const held = enough ? amount : 0n;
  account.available -= held;
  account.reserved += held;
  account.reservations = [
    ...account.reservations,
    { id: intent.intentId, to, amount: held, closer, untilMs },
  ];
  return applied(held);
}

/**
 * A closer who asks for more than was set aside gets nothing and no second try: otherwise the answers would tell what
 * a delegate's reservation found in the account.
 */
function commit(
  { amount }: { readonly amount: bigint },
  account: AccountDraft,
  reservation: Reservation,
  { drafts }: RuleContext,
): Ruling {
  if (account.status === 'frozen') return refused('ACCOUNT_FROZEN');
  const payee = drafts.of(reservation.to);
  if (payee === null || payee.status === 'closed') return refused('ACCOUNT_CLOSED', 'intent.reservation');
  const enough = amount <= reservation.amount;
  if (!enough && reservation.closer === account.owner) return refused('INSUFFICIENT', 'intent.amount');
  const paid = enough ? amount : 0n;
  end(account, reservation);
  account.available += reservation.amount - paid;
  payee.incoming += paid;
  return applied(paid, reservation.to);
}

/** Nothing leaves the account, so a frozen one may release. */
function release(account: AccountDraft, reservation: Reservation): Ruling {
  end(account, reservation);
  account.available += reservation.amount;
  return applied();
}

function end(account: AccountDraft, { id, amount }: Reservation): void {
  account.reserved -= amount;
  account.reservations = account.reservations.filter((reservation) => reservation.id !== id);
}

/** Moves what earlier batches left pending. What comes in with the same batch stays pending: it is not settled yet. */
function rollover(account: AccountDraft): Ruling {
  const stopped = notActive(account);
  if (stopped !== null) return stopped;
  const moved = account.pending;
  account.available += moved;
  account.pending = 0n;
  return applied(moved);
}

function close(account: AccountDraft): Ruling {
  const stopped = notActive(account);
  if (stopped !== null) return stopped;
  if (!account.isEmpty()) return refused('ACCOUNT_NOT_EMPTY');
  account.status = 'closed';
  account.delegates = [];
  return applied();
}

function delegate(intent: Intent & DelegateBody, account: AccountDraft, context: RuleContext): Ruling {
  const stopped = notActive(account);
  if (stopped !== null) return stopped;
  const { delegate: key, ops, perCall, perDay, untilMs, allow } = intent;
  if (untilMs <= context.nowMs) return refused('EXPIRED', 'intent.until');
  if (key === account.owner) return refused('DELEGATE_NOT_ALLOWED', 'intent.delegate');
  const others = account.delegates.filter((entry) => entry.key !== key);
  if (others.length >= ledgerLimits.delegatesMax) return refused('LIMIT_REACHED', 'intent.delegate');
  const { version: since } = context;
  const entry = { key, ops, perCall, perDay, untilMs, allow, since, window: freshWindow, day: 0, spent: 0n };
  account.delegates = [...others, entry];
  return applied();
}

/** Possible on a frozen account too: it only takes power away. */
function revoke(key: string, account: AccountDraft): Ruling {
  if (account.status === 'closed') return refused('ACCOUNT_CLOSED');
  const others = account.delegates.filter((entry) => entry.key !== key);
  if (others.length === account.delegates.length) return refused('DELEGATE_NOT_ALLOWED', 'intent.delegate');
  account.delegates = others;
  return applied();
}

/** The payee of an account that may pay. */
function payable(
  from: string,
  to: string,
  account: AccountDraft,
  { drafts }: RuleContext,
): AccountDraft | Refused {
  const stopped = notActive(account);
  if (stopped !== null) return stopped;
  if (to === from) return refused('SAME_ACCOUNT', 'intent.to');
  const payee = drafts.of(to);
  if (payee === null) return refused('ACCOUNT_UNKNOWN', 'intent.to');
  return payee.status === 'closed' ? refused('ACCOUNT_CLOSED', 'intent.to') : payee;
}

function notActive({ status }: AccountDraft): Refused | null {
  if (status === 'active') return null;
  return refused(status === 'frozen' ? 'ACCOUNT_FROZEN' : 'ACCOUNT_CLOSED');
}

/**
 * Holds a delegate to its delegation and counts what it asked for. The amount counts even where it is not there:
 * a budget that only shrank with success would tell the delegate what was in the account.
 */
function overLimit(
  op: 'transfer' | 'reserve',
  to: string,
  amount: bigint,
  account: AccountDraft,
  authority: Authority,
  { nowMs }: RuleContext,
): Refused | null {
  if (authority.by !== 'delegate') return null;
  // As it stands now: an intent of the same batch may have used some of it.
  const delegation = account.delegates.find(({ key }) => key === authority.delegate.key);
  if (delegation === undefined) return refused('DELEGATE_NOT_ALLOWED');
  if (delegation.untilMs <= nowMs) return refused('DELEGATE_EXPIRED');
  if (!delegation.ops.includes(op)) return refused('DELEGATE_NOT_ALLOWED', 'intent.op');
  if (delegation.allow !== null && !delegation.allow.includes(to))
    return refused('DELEGATE_NOT_ALLOWED', 'intent.to');
  const day = Math.floor(nowMs / DAY_MS);
  const spent = (delegation.day === day ? delegation.spent : 0n) + amount;
  if (amount > delegation.perCall || spent > delegation.perDay)
    return refused('DELEGATE_LIMIT', 'intent.amount');
  replaceDelegate(account, { ...delegation, day, spent });
  return null;
}

export function replaceDelegate(account: AccountDraft, delegation: Delegate): void {
  account.delegates = account.delegates.map((entry) => (entry.key === delegation.key ? delegation : entry));
}

/** The owner is told; a delegate gets the answer of a payment that went through. */
function tooLittle({ by }: Authority, to: string): Ruling {
  return by === 'owner' ? refused('INSUFFICIENT', 'intent.amount') : applied(0n, to);
}
