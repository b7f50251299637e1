/**
 * What a ledger in `zk-check` asks for besides the rules of every ledger: money is in notes, a deposit makes one by the
 * issuer's public word, and a transfer spends one by a proof that was verified before (ADR 015).
 */
import type { Intent, IntentOp, MintBody, SpendBody } from '../intent/intent.js';
import { ledgerLimits } from '../limits.js';
import { isMint } from '../notes/mint.js';
import type { TransferMove } from '../notes/moves.js';
import { commitNote, type Note } from '../notes/note.js';
import type { AccountDraft } from './drafts.js';
import type { RuleContext } from './rules.js';
import { type Refused, refused } from './rulings.js';
import type { Account, CheckMode, LedgerState, LedgerTerms } from './state.js';

/** Operations that need no note, or have a member for it. What else moves money would need a proof that nothing makes. */
const provable: readonly IntentOp[] = ['open', 'deposit', 'transfer', 'freeze', 'unfreeze', 'close'];

/** What the mode of the ledger has against an intent, whoever signed it. */
export function modeRefusal(intent: Intent, mode: CheckMode): Refused | null {
  const [member, isThere] = noteMember(intent);
  if (mode === 'tee-check') return isThere ? refused('MODE_REFUSED', member) : null;
  if (!provable.includes(intent.op)) return refused('MODE_REFUSED', 'intent.op');
  // Pending money would be in notes that can be spent.
  if (intent.op === 'open' && intent.rollover !== 'auto') return refused('MODE_REFUSED', 'intent.rollover');
  return member === null || isThere ? null : refused('PROOF_MISSING', member);
}

function noteMember(intent: Intent): readonly [member: string | null, isThere: boolean] {
  switch (intent.op) {
    case 'open':
      return ['intent.noteOwner', intent.noteOwner !== undefined];
    case 'deposit':
      return ['intent.mint', intent.mint !== undefined];
    case 'transfer':
      return ['intent.spend', intent.spend !== undefined];
    default:
      return [null, false];
  }
}

interface Made {
  /** Number of the first note that was made. */
  readonly note: number;
}

export function mintNote(
  amount: bigint,
  { serial, salt, signature }: MintBody,
  account: AccountDraft,
  context: RuleContext,
): Made | Refused {
  const { terms, made } = context;
  const { purse } = account;
  if (purse === undefined || terms.notes === undefined) return refused('MODE_REFUSED', 'intent.mint');
  if (purse.notes.length >= ledgerLimits.notesMax) return refused('LIMIT_REACHED');
  // Whoever replays knows the newest serial alone, so what comes late counts as taken.
  if (serial <= made.serial) return refused('REPLAYED', 'intent.mint.serial');
  const note = commitNote(terms.asset, { owner: purse.owner, amount, salt });
  const mint = { charter: terms.notes.charter, serial, note };
  if (!isMint(mint, terms.issuer, signature)) return refused('PROOF_INVALID', 'intent.mint.signature');
  const number = made.notes + 1;
  context.made = { notes: number, serial };
  context.moves.push({ kind: 'mint', serial, note, signature });
  add(account, { number, amount, salt });
  return { note: number };
}

/** The amount is at most what is available, which the caller has checked. */
export function spendNote(
  amount: bigint,
  spend: SpendBody,
  { payer, payee }: { readonly payer: AccountDraft; readonly payee: AccountDraft },
  context: RuleContext,
): Made | Refused {
  const { terms, made } = context;
  const left = payer.purse?.notes.find(({ number }) => number === spend.note);
  const move = left === undefined ? null : movement(terms, payer.purse, payee.purse, left, amount, spend);
  if (left === undefined || move === null) return refused('NOTE_UNKNOWN', 'intent.spend.note');
  if (amount > left.amount) return refused('INSUFFICIENT', 'intent.amount');
  if (!context.proven) return refused('PROOF_INVALID', 'intent.spend.proof');
  if ((payee.purse?.notes.length ?? 0) >= ledgerLimits.notesMax) return refused('LIMIT_REACHED', 'intent.to');
  const number = made.notes + 1;
  context.made = { ...made, notes: number + 1 };
  context.moves.push(move);
  remove(payer, left);
  // A note of nothing is made, because the circuit makes it, and kept by nobody.
  if (amount < left.amount) add(payer, { number, amount: left.amount - amount, salt: spend.restSalt });
  add(payee, { number: number + 1, amount, salt: spend.paymentSalt });
  return { note: number };
}

/**
 * What the proof of a transfer must be of, by the notes and amounts that the ledger has: a proof of other ones does not
 * hold for it. null where payer and note do not go together on this ledger, or the note is too small.
 *
 * @param state before the batch: what comes with a batch cannot be spent in it
 */
export function spendOf(state: LedgerState, intent: Intent): TransferMove | null {
  if (intent.op !== 'transfer' || intent.spend === undefined) return null;
  const purseOf = (id: string): Account['purse'] => state.accounts[state.indexOf.get(id) ?? -1]?.purse;
  const [payer, payee] = [purseOf(intent.account), purseOf(intent.to)];
  const left = payer?.notes.find(({ number }) => number === intent.spend?.note);
  if (left === undefined || intent.amount > left.amount) return null;
  return movement(state.terms, payer, payee, left, intent.amount, intent.spend);
}

function movement(
  { asset }: LedgerTerms,
  payer: Account['purse'],
  payee: Account['purse'],
  left: Note,
  amount: bigint,
  { note, restSalt, paymentSalt, order, nullifier, proof }: SpendBody,
): TransferMove | null {
  if (payer === undefined || payee === undefined) return null;
  const rest = amount > left.amount ? 0n : left.amount - amount;
  return {
    ...{ kind: 'transfer', note, proof, order, nullifier },
    balance: commitNote(asset, { owner: payer.owner, ...left }),
    rest: commitNote(asset, { owner: payer.owner, amount: rest, salt: restSalt }),
    payment: commitNote(asset, { owner: payee.owner, amount, salt: paymentSalt }),
  };
}

function add(account: AccountDraft, note: Note): void {
  if (account.purse !== undefined)
    account.purse = { ...account.purse, notes: [...account.purse.notes, note] };
}

function remove(account: AccountDraft, { number }: Note): void {
  const { purse } = account;
  if (purse !== undefined)
    account.purse = { ...purse, notes: purse.notes.filter((note) => note.number !== number) };
}
