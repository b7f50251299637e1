import { digestOf } from '#canonical';
import { keysOf, rotatedKeys } from '../keys/key-states.js';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import type { Charter } from './charter.js';
import { balancesAt, placeOf } from './drafts.js';
import { freshWindow } from './replay-window.js';
import { type Account, books, type LedgerState, type PageBooks } from './state.js';

/** The state that a charter founds: version 1, epoch 1, openings in the available book. */
export function foundState(charter: Charter, timeMs: number): LedgerState {
  const { ledger, asset, issuer, supplyMax, mode, padding } = charter;
  const pages = Array.from({ length: charter.pageCount }, emptyPage);
  let supply = 0n;
  for (const [index, { opening }] of charter.accounts.entries()) {
    const { page, slot } = placeOf(index);
    const available = pages[page]?.available;
    if (available === undefined) throw new LedgerError('CHARTER_INVALID', 'charter.pageCount: too few pages');
    available[slot] = opening;
    supply += opening;
  }
  const notes = noteTerms(charter);
  const state: LedgerState = {
    terms: { ...{ ledger, asset, epoch: 1, issuer, supplyMax, mode, padding }, ...notes.terms },
    ...notes.made,
    version: 1,
    timeMs,
    supply,
    accounts: charter.accounts.map(
      ({ id, owner, rollover }): Account => ({
        ...{ id, owner, rollover, status: 'active' },
        ...{ window: freshWindow, issuerWindow: freshWindow },
        ...{ delegates: [], reservations: [], recent: [], changedAt: 1 },
      }),
    ),
    indexOf: new Map(charter.accounts.map(({ id }, index) => [id, index])),
    pages,
  };
  checkState(state);
  return state;
}

function noteTerms({ circuit, digest }: Charter): {
  readonly terms?: Pick<LedgerState['terms'], 'notes'>;
  readonly made?: Pick<LedgerState, 'made'>;
} {
  if (circuit === undefined) return {};
  const notes = { charter: digest, manifest: digestOf(circuit.manifest), vkey: digestOf(circuit.vkey) };
  return { terms: { notes }, made: { made: { notes: 0, serial: 0 } } };
}

/**
 * The same balances under the keys of the next epoch. Intents of the epoch before are refused from then on.
 *
 * @throws LedgerError `KEY_SUSPENDED`
 */
export function rotateState(state: LedgerState, timeMs: number): LedgerState {
  const terms = { ...state.terms, epoch: state.terms.epoch + 1 };
  const states = rotatedKeys(keysOf(state));
  return {
    ...state,
    ...(state.keys === undefined ? {} : { keys: { ...state.keys, states } }),
    terms,
    version: state.version + 1,
    timeMs: Math.max(timeMs, state.timeMs),
  };
}

/**
 * Holds a whole state against what every state must be: for states that come back from a snapshot, and for tests.
 *
 * @throws LedgerError `STATE_INVALID`
 */
export function checkState(state: LedgerState): void {
  const wrong = (what: string): never => {
    throw new LedgerError('STATE_INVALID', what);
  };
  const { accounts, pages, indexOf, supply, terms } = state;
  if (accounts.length > pages.length * ledgerLimits.accountsPerPage) wrong('more accounts than slots');
  if (indexOf.size !== accounts.length) wrong('accounts whose names differ are expected');
  if (state.keys !== undefined && state.keys.states.at(-1)?.epoch !== terms.epoch)
    wrong('the states of keys do not end at the present epoch');
  let sum = 0n;
  for (const page of pages) {
    for (const book of books) for (const slot of page[book]) sum += slot;
  }
  if (sum !== supply) wrong('the slots do not add up to the supply');
  if (supply > terms.supplyMax) wrong('the supply exceeds the charter');
  for (const [index, account] of accounts.entries()) {
    if (indexOf.get(account.id) !== index) wrong(`account ${index} is not where its name says`);
    const { available, pending, reserved } = balancesAt(pages, index);
    const held = account.reservations.reduce((total, { amount }) => total + amount, 0n);
    if (held !== reserved) wrong(`reservations of account ${index} are not its reserved balance`);
    const noted = account.purse?.notes.reduce((total, { amount }) => total + amount, 0n);
    if (noted !== undefined && noted !== available + pending + reserved)
      wrong(`notes of account ${index} are not its balances`);
    if ((account.purse === undefined) !== (terms.notes === undefined))
      wrong(`account ${index} does not fit the mode of the ledger`);
    if (account.status === 'closed' && (available !== 0n || pending !== 0n || reserved !== 0n))
      wrong(`account ${index} is closed and not empty`);
    if (account.status === 'active' && account.rollover === 'auto' && pending !== 0n)
      wrong(`account ${index} rolls over by itself and has pending money`);
  }
}

function emptyPage(): PageBooks {
  const slots = (): BigUint64Array => new BigUint64Array(ledgerLimits.accountsPerPage);
  return { available: slots(), pending: slots(), reserved: slots() };
}
