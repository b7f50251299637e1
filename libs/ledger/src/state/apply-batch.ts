/**
 * The state machine of a page ledger: one batch of intents on one state gives the next state, the decisions and the
 * changes of each book. A pure function of its arguments, so whoever has the secrets of a ledger and its signed
 * history arrives at the same balances, and a test can hold it against a plain ledger.
 *
 * The key enclave that runs it is trusted that it ran this and nothing else. It trusts nobody: intents are signed,
 * decided once, and an intent that is refused has moved nothing.
 */
import { supplyMax } from '#ciphertext';
import type { Intent, IntentReading } from '../intent/intent.js';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import type { Move } from '../notes/moves.js';
import { type Authority, authorityOf } from './authority.js';
import { type AccountDraft, balancesAt, Drafts, placeOf } from './drafts.js';
import { modeRefusal } from './note-rules.js';
import { freshWindow, type NonceReason, useNonce } from './replay-window.js';
import { type RuleContext, replaceDelegate, rule } from './rules.js';
import { applied, type Ruling, refused } from './rulings.js';
import {
  type Book,
  books,
  type Decision,
  type LedgerState,
  type PageBooks,
  type ReplayWindow,
} from './state.js';

export interface Batch {
  /** The version that the batch continues. */
  readonly version: number;
  readonly timeMs: number;
  readonly items: readonly IntentReading[];
}

/** A decision in its place of the batch. */
export type Outcome =
  | (Decision & {
      readonly account: string;
      /** The same intent was decided before, in this batch or an earlier one: this is what was decided then. */
      readonly repeated: boolean;
    })
  | {
      readonly status: 'refused';
      readonly reason: NonNullable<IntentReading['reason']>;
      readonly place: string | null;
      /** null where the bytes could not be read that far. */
      readonly intentId: Decision['intentId'] | null;
      /** Nobody is known who could be told more. */
      readonly account: null;
      readonly version: number;
      readonly requested: 0n;
      readonly transferred: 0n;
      readonly credited: null;
      readonly winner: null;
      readonly silent: false;
      readonly repeated: false;
    };

/** What a batch adds to one book of one page, by slot. */
export interface BookDelta {
  readonly page: number;
  readonly book: Book;
  readonly changes: BigInt64Array;
}

export interface BatchResult {
  readonly state: LedgerState;
  /** One for each item, in order. */
  readonly outcomes: readonly Outcome[];
  /** By page, then in the order of `books`. */
  readonly deltas: readonly BookDelta[];
  /** Accounts whose line of the directory or balance changed, ascending. */
  readonly touched: readonly number[];
  readonly supplyChange: bigint;
  /** What became of notes, in order; nothing in `tee-check`. */
  readonly moves: readonly Move[];
}

/** @throws LedgerError `STALE_PAGE`, `BATCH_TOO_LARGE`, `CONSERVATION_BROKEN` */
export function applyBatch(state: LedgerState, batch: Batch): BatchResult {
  if (batch.version !== state.version)
    throw new LedgerError(
      'STALE_PAGE',
      `the batch continues version ${batch.version}, the ledger stands at ${state.version}`,
    );
  if (batch.items.length > ledgerLimits.batchIntentsMax)
    throw new LedgerError(
      'BATCH_TOO_LARGE',
      `${batch.items.length} intents, limit ${ledgerLimits.batchIntentsMax}`,
    );
  const drafts = new Drafts(state);
  const context: RuleContext = {
    drafts,
    terms: state.terms,
    nowMs: Math.max(batch.timeMs, state.timeMs),
    version: state.version + 1,
    supply: state.supply,
    settles: 0,
    proven: false,
    made: state.made ?? { notes: 0, serial: 0 },
    moves: [],
  };
  const outcomes = batch.items.map((item) => decideItem(item, context));
  for (const draft of drafts.touched) draft.rollOver();
  return settle(state, context, outcomes);
}

function decideItem(item: IntentReading, context: RuleContext): Outcome {
  if (item.intent !== null) {
    context.proven = item.proven === true;
    return decide(item.intent, context);
  }
  const { reason, place, intentId } = item;
  const amounts = { requested: 0n, transferred: 0n, credited: null, winner: null } as const;
  const nothing = { ...amounts, silent: false, repeated: false } as const;
  return { status: 'refused', reason, place, intentId, account: null, version: context.version, ...nothing };
}

function decide(intent: Intent, context: RuleContext): Outcome {
  const { terms, drafts, nowMs, version } = context;
  const done = (ruling: Ruling, authority: Authority | null = null): Outcome => ({
    ...decisionOf(intent, ruling, authority, version),
    account: intent.account,
    repeated: false,
  });
  if (intent.ledger !== terms.ledger) return done(refused('LEDGER_WRONG', 'intent.ledger'));
  if (intent.asset !== terms.asset) return done(refused('ASSET_WRONG', 'intent.asset'));
  const account = drafts.of(intent.account);
  const earlier = account?.earlier(intent.intentId);
  if (earlier !== undefined) return { ...earlier, account: intent.account, repeated: true };
  if (intent.epoch !== terms.epoch) return done(refused('EPOCH_WRONG', 'intent.epoch'));
  if (intent.seen >= version) return done(refused('STALE_PAGE', 'intent.seen'));
  if (intent.notAfterMs <= nowMs) return done(refused('EXPIRED', 'intent.notAfter'));
  if (account === null && intent.op !== 'open') return done(refused('ACCOUNT_UNKNOWN', 'intent.account'));
  const authority = authorityOf(intent, account, terms, nowMs);
  if ('status' in authority) return done(authority);
  if (account === null) return open(intent, authority, context, done);
  const unused = useNonceOf(intent, account, authority);
  if (unused !== null) return done(refused(unused, unused === 'REPLAYED' ? null : 'intent.nonce'), authority);
  const early = authority.by === 'delegate' && intent.seen < authority.delegate.since;
  const ruling = early
    ? refused('DELEGATE_NOT_ALLOWED', 'intent.seen')
    : (modeRefusal(intent, terms.mode) ?? rule(intent, account, authority, context));
  const outcome = done(ruling, authority);
  if (outcome.account !== null) account.remember(decisionOf(intent, ruling, authority, version));
  return outcome;
}

function open(
  intent: Intent,
  authority: Authority,
  { drafts, version, terms }: RuleContext,
  done: (ruling: Ruling, authority: Authority) => Outcome,
): Outcome {
  if (intent.op !== 'open') return done(refused('ACCOUNT_UNKNOWN', 'intent.account'), authority);
  const { account: id, owner, rollover, noteOwner } = intent;
  const unfit = modeRefusal(intent, terms.mode);
  if (unfit !== null) return done(unfit, authority);
  const window = useNonce(freshWindow, intent.nonce);
  if (typeof window === 'string') return done(refused(window, 'intent.nonce'), authority);
  const account = drafts.open({ id, owner, rollover });
  if (account === null) return done(refused('LIMIT_REACHED', 'intent.account'), authority);
  account.issuerWindow = window;
  if (noteOwner !== undefined) account.purse = { owner: noteOwner, notes: [] };
  account.remember(decisionOf(intent, applied(), authority, version));
  return done(applied(), authority);
}

/**
 * From here on the decision is final, whatever it is: an intent that is refused for want of money must not come back
 * when there is some. Closers have no window, because a reservation ends only once.
 */
function useNonceOf(intent: Intent, account: AccountDraft, authority: Authority): NonceReason | null {
  if (authority.by === 'closer') return null;
  const before = windowOf(account, authority);
  const after = useNonce(before, intent.nonce);
  if (typeof after === 'string') return after;
  if (authority.by === 'owner') account.window = after;
  else if (authority.by === 'issuer') account.issuerWindow = after;
  else replaceDelegate(account, { ...authority.delegate, window: after });
  return null;
}

function windowOf(account: AccountDraft, authority: Exclude<Authority, { by: 'closer' }>): ReplayWindow {
  switch (authority.by) {
    case 'owner':
      return account.window;
    case 'issuer':
      return account.issuerWindow;
    case 'delegate':
      return authority.delegate.window;
  }
}

function decisionOf(intent: Intent, ruling: Ruling, authority: Authority | null, version: number): Decision {
  const requested = 'amount' in intent ? intent.amount : 0n;
  const { intentId } = intent;
  const silent = isSilent(intent, authority);
  if (ruling.status === 'refused') {
    const { reason, place } = ruling;
    const nothing = { transferred: 0n, credited: null, winner: null };
    return { intentId, status: 'refused', reason, place, version, requested, silent, ...nothing };
  }
  const { transferred, credited, winner = null, note } = ruling;
  const fine = { reason: null, place: null };
  const told = { transferred, credited, winner, silent, ...(note === undefined ? {} : { note }) };
  return { intentId, status: 'applied', ...fine, version, requested, ...told };
}

/** Told amounts would let a delegate search for a balance by halves, and a closer for what a delegate found. */
function isSilent(intent: Intent, authority: Authority | null): boolean {
  if (authority?.by === 'delegate') return true;
  return intent.op === 'commit' && authority?.by === 'closer' && !authority.owner;
}

/** The next state, and the check that nothing came from nowhere: it counts the books anew, not what the rules said. */
function settle(state: LedgerState, context: RuleContext, outcomes: readonly Outcome[]): BatchResult {
  const { drafts, version, nowMs, supply, terms, made, moves } = context;
  const pages = state.pages.map((page): PageBooks => page);
  const deltas = new Map<string, BookDelta>();
  const accounts = [...state.accounts];
  const touched: number[] = [];
  let sum = 0n;
  for (const draft of drafts.touched) {
    const account = draft.account(version);
    if (draft.before !== null && sameAccount(draft.before, account)) continue;
    touched.push(draft.index);
    accounts[draft.index] = account;
    if (draft.purse !== undefined && draft.noted !== draft.available + draft.pending + draft.reserved)
      throw new LedgerError('CONSERVATION_BROKEN', 'the notes of an account are not its balances');
    for (const book of books) {
      const change = draft[book] - draft.start[book];
      if (change === 0n) continue;
      if (draft[book] < 0n || draft[book] > supplyMax)
        throw new LedgerError('CONSERVATION_BROKEN', `a slot of the ${book} book left its range`);
      sum += change;
      write(pages, deltas, state.pages, { draft, book, change });
    }
  }
  const supplyChange = supply - state.supply;
  if (sum !== supplyChange)
    throw new LedgerError('CONSERVATION_BROKEN', 'the changes of the books are not the change of the supply');
  if (supply < 0n || supply > terms.supplyMax)
    throw new LedgerError('CONSERVATION_BROKEN', 'the supply left the range of the charter');
  const indexOf = drafts.opened.size === 0 ? state.indexOf : new Map([...state.indexOf, ...drafts.opened]);
  return {
    state: {
      ...{ terms, version, timeMs: nowMs, supply, accounts, indexOf, pages },
      ...(state.made === undefined ? {} : { made }),
      ...(state.keys === undefined ? {} : { keys: state.keys }),
    },
    outcomes,
    deltas: padded(deltas, pages.length, terms.padding),
    touched,
    supplyChange,
    moves,
  };
}

function write(
  pages: PageBooks[],
  deltas: Map<string, BookDelta>,
  before: readonly PageBooks[],
  { draft, book, change }: { draft: AccountDraft; book: Book; change: bigint },
): void {
  const { page, slot } = placeOf(draft.index);
  const current = pages[page];
  if (current === undefined) throw new LedgerError('STATE_INVALID', `the ledger has no page ${page}`);
  const key = `${page} ${book}`;
  let delta = deltas.get(key);
  if (delta === undefined) {
    delta = { page, book, changes: new BigInt64Array(ledgerLimits.accountsPerPage) };
    deltas.set(key, delta);
  }
  // A book is copied once a batch; the state before keeps its own.
  if (current[book] === before[page]?.[book]) pages[page] = { ...current, [book]: current[book].slice() };
  const copy = pages[page]?.[book];
  if (copy === undefined) throw new LedgerError('STATE_INVALID', `the ledger has no page ${page}`);
  copy[slot] = draft[book];
  delta.changes[slot] = change;
}

function padded(
  deltas: ReadonlyMap<string, BookDelta>,
  pageCount: number,
  padding: LedgerState['terms']['padding'],
): readonly BookDelta[] {
  const all = Array.from({ length: pageCount }, (_, page) => books.map((book) => ({ page, book }))).flat();
  return all.flatMap(({ page, book }) => {
    const made = deltas.get(`${page} ${book}`);
    if (made !== undefined) return [made];
    return padding === 'all'
      ? [{ page, book, changes: new BigInt64Array(ledgerLimits.accountsPerPage) }]
      : [];
  });
}

function sameAccount(
  before: NonNullable<AccountDraft['before']>,
  after: NonNullable<AccountDraft['before']>,
): boolean {
  return (
    before.status === after.status &&
    before.window === after.window &&
    before.issuerWindow === after.issuerWindow &&
    before.delegates === after.delegates &&
    before.reservations === after.reservations &&
    before.recent === after.recent &&
    before.changedAt === after.changedAt &&
    before.purse === after.purse
  );
}

/** The balances of an account; null when the ledger has none of this name. */
export function balancesOf(state: LedgerState, account: string) {
  const index = state.indexOf.get(account);
  return index === undefined ? null : balancesAt(state.pages, index);
}
