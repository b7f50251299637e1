/**
 * What a ledger in `zk-check` asks for besides the rules of every ledger: money is in notes, a deposit makes one by the
 * issuer's public word, a transfer spends one by a proof that was verified before, and a withdrawal takes both (ADR 015).
 */
import type { BurnBody, Intent, IntentOp, MintBody, SpendBody } from '../intent/intent.js';
import { ledgerLimits } from '../limits.js';
import { isBurn } from '../notes/burn.js';
import { isMint } from '../notes/mint.js';
import type { BurnMove, SpendMove, TransferMove } from '../notes/moves.js';
import { burnOwner, commitNote, type Note } from '../notes/note.js';
import type { AccountDraft } from './drafts.js';
import type { RuleContext } from './rules.js';
import { type Refused, refused } from './rulings.js';
import type { Account, CheckMode, LedgerState, LedgerTerms } from './state.js';

/** Operations that need no note, or have a member for it. What else moves money would need a proof that nothing makes. */
const provable: readonly IntentOp[] = [
  'open',
  'deposit',
  'withdraw',
  'transfer',
  'freeze',
  'unfreeze',
  'close',
];

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
    case 'withdraw':
      return ['intent.burn', intent.burn !== undefined];
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
  const left = noteOf(payer.purse, spend);
  const move =
    left === null ? null : transferMove(context.terms, payer.purse, payee.purse, left, amount, spend);
  if (left === null || move === null) return refused('NOTE_UNKNOWN', 'intent.spend.note');
  if (amount > left.amount) return refused('INSUFFICIENT', 'intent.amount');
  if (!context.proven) return refused('PROOF_INVALID', 'intent.spend.proof');
  if ((payee.purse?.notes.length ?? 0) >= ledgerLimits.notesMax) return refused('LIMIT_REACHED', 'intent.to');
  const number = use(payer, left, { amount, spend, move }, context);
  context.made = { ...context.made, notes: number + 1 };
  add(payee, { number: number + 1, amount, salt: spend.paymentSalt });
  return { note: number };
}

/** What leaves is a note of nobody, and gets no number. The amount is at most what is available. */
export function burnNote(
  amount: bigint,
  burn: BurnBody,
  account: AccountDraft,
  context: RuleContext,
): Made | Refused {
  const { terms } = context;
  const left = noteOf(account.purse, burn);
  const move = left === null ? null : burnMove(terms, account.purse, left, amount, burn);
  if (left === null || move === null || terms.notes === undefined)
    return refused('NOTE_UNKNOWN', 'intent.burn.note');
  if (amount > left.amount) return refused('INSUFFICIENT', 'intent.amount');
  const word = { charter: terms.notes.charter, note: left.number, burnt: move.payment };
  if (!isBurn(word, terms.issuer, burn.signature)) return refused('PROOF_INVALID', 'intent.burn.signature');
  if (!context.proven) return refused('PROOF_INVALID', 'intent.burn.proof');
  return { note: use(account, left, { amount, spend: burn, move }, context) };
}

/** Takes a note away and leaves the rest of it. @returns the number of the rest */
function use(
  payer: AccountDraft,
  left: Note,
  { amount, spend, move }: { readonly amount: bigint; readonly spend: SpendBody; readonly move: SpendMove },
  context: RuleContext,
): number {
  const number = context.made.notes + 1;
  context.made = { ...context.made, notes: number };
  context.moves.push(move);
  remove(payer, left);
  // A note of nothing is made, because the circuit makes it, and kept by nobody.
  if (amount < left.amount) add(payer, { number, amount: left.amount - amount, salt: spend.restSalt });
  return number;
}

/**
 * What the proof of an intent must be of, by the notes and amounts that the ledger has: a proof of other ones does not
 * hold for it. null where payer and note do not go together on this ledger, or the note is too small.
 *
 * @param state before the batch: what comes with a batch cannot be spent in it
 */
export function spendOf(state: LedgerState, intent: Intent): SpendMove | null {
  const purseOf = (id: string): Account['purse'] => state.accounts[state.indexOf.get(id) ?? -1]?.purse;
  const payer = purseOf(intent.account);
  if (intent.op === 'withdraw' && intent.burn !== undefined) {
    const left = noteOf(payer, intent.burn);
    if (left === null || intent.amount > left.amount) return null;
    return burnMove(state.terms, payer, left, intent.amount, intent.burn);
  }
  if (intent.op !== 'transfer' || intent.spend === undefined) return null;
  const left = noteOf(payer, intent.spend);
  if (left === null || intent.amount > left.amount) return null;
  return transferMove(state.terms, payer, purseOf(intent.to), left, intent.amount, intent.spend);
}

function noteOf(purse: Account['purse'], { note }: SpendBody): Note | null {
  return purse?.notes.find(({ number }) => number === note) ?? null;
}

function transferMove(
  { asset }: LedgerTerms,
  payer: Account['purse'],
  payee: Account['purse'],
  left: Note,
  amount: bigint,
  spend: SpendBody,
): TransferMove | null {
  if (payer === undefined || payee === undefined) return null;
  return { kind: 'transfer', ...spentNote(asset, payer.owner, payee.owner, left, amount, spend) };
}

function burnMove(
  { asset }: LedgerTerms,
  payer: Account['purse'],
  left: Note,
  amount: bigint,
  burn: BurnBody,
): BurnMove | null {
  if (payer === undefined) return null;
  const { signature } = burn;
  return { kind: 'burn', signature, ...spentNote(asset, payer.owner, burnOwner, left, amount, burn) };
}

function spentNote(
  asset: string,
  owner: bigint,
  recipient: bigint,
  left: Note,
  amount: bigint,
  { note, restSalt, paymentSalt, order, nullifier, proof }: SpendBody,
): Omit<TransferMove, 'kind'> {
  const rest = amount > left.amount ? 0n : left.amount - amount;
  return {
    ...{ note, proof, order, nullifier },
    balance: commitNote(asset, { owner, ...left }),
    rest: commitNote(asset, { owner, amount: rest, salt: restSalt }),
    payment: commitNote(asset, { owner: recipient, amount, salt: paymentSalt }),
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
