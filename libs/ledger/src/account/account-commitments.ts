/**
 * What a receipt says about accounts without telling anything: a tree of one salted commitment for each balance, and a
 * commitment to the directory. An owner who is given the opening of one leaf and its path can prove the balance to
 * whomever it wants; nobody learns of another account from it.
 */
import {
  type Bytes,
  type Commitment,
  canonicalBytes,
  commitSha256,
  deriveSalt,
  fromHex,
  utf8,
} from '#canonical';
import { fieldText, type Note } from '../notes/note.js';
import { balancesAt } from '../state/drafts.js';
import type { Account, AccountBalances, LedgerState, ReplayWindow } from '../state/state.js';
import { HashTree } from './hash-tree.js';

export const accountLabel = 'sealflow/ledger-account/v1';
export const directoryLabel = 'sealflow/ledger-directory/v1';
export const supplyLabel = 'sealflow/ledger-supply/v1';

/** Trees over all accounts of a state. */
export interface AccountTrees {
  /** Leaf i: the text of the commitment to the balances of account i. */
  readonly balances: HashTree;
  /** Leaf i: the line of the directory. Its root is shown to nobody, only committed to. */
  readonly directory: HashTree;
}

export interface AccountOpening extends AccountBalances {
  readonly ledger: string;
  readonly account: string;
  /** Version at which the balances changed last. */
  readonly changedAt: number;
  readonly salt: Uint8Array;
}

/** @param statementSecret of the ledger, at least 32 bytes */
export function accountTrees(state: LedgerState, statementSecret: Uint8Array): AccountTrees {
  const leaves = state.accounts.map((account, index) => leavesOf(state, account, index, statementSecret));
  return {
    balances: HashTree.of(leaves.map(({ balance }) => balance)),
    directory: HashTree.of(leaves.map(({ line }) => line)),
  };
}

/** The trees of the next state, where `touched` is what `applyBatch` says. */
export function updateTrees(
  trees: AccountTrees,
  state: LedgerState,
  touched: readonly number[],
  statementSecret: Uint8Array,
): AccountTrees {
  const balances = new Map<number, Uint8Array>();
  const lines = new Map<number, Uint8Array>();
  for (const index of touched) {
    const account = state.accounts[index];
    if (account === undefined) continue;
    const { balance, line } = leavesOf(state, account, index, statementSecret);
    // A line may change without the balance: a nonce is used by every intent that is decided.
    if (account.changedAt === state.version) balances.set(index, balance);
    lines.set(index, line);
  }
  return { balances: trees.balances.withLeaves(balances), directory: trees.directory.withLeaves(lines) };
}

/** What opens the commitment of one account. For its owner and whom the charter names, nobody else. */
export function openAccount(
  state: LedgerState,
  index: number,
  statementSecret: Uint8Array,
): AccountOpening | null {
  const account = state.accounts[index];
  if (account === undefined) return null;
  const { ledger } = state.terms;
  const { id, changedAt } = account;
  const salt = deriveSalt(statementSecret, `account|${ledger}|${id}|${changedAt}`);
  return { ledger, account: id, changedAt, salt, ...balancesAt(state.pages, index) };
}

export function commitAccount({ salt, ...opening }: AccountOpening): Commitment {
  return commitSha256({ label: accountLabel, salt, plaintext: accountBytes(opening) });
}

/** Covers every line of the directory, through the root over them. */
export function commitDirectory(
  trees: AccountTrees,
  { ledger }: LedgerState['terms'],
  version: number,
  statementSecret: Uint8Array,
): Commitment {
  const salt = deriveSalt(statementSecret, `directory|${ledger}|${version}`);
  const root = fromHex(trees.directory.root.slice('sha256:'.length));
  return commitSha256({ label: directoryLabel, salt, plaintext: root });
}

export interface SupplyOpening {
  readonly ledger: string;
  readonly version: number;
  readonly supply: bigint;
  /** Signed: deposits less withdrawals of the version. */
  readonly change: bigint;
  readonly salt: Uint8Array;
}

export function openSupply(
  ledger: string,
  totals: Omit<SupplyOpening, 'ledger' | 'salt'>,
  statementSecret: Uint8Array,
): SupplyOpening {
  const salt = deriveSalt(statementSecret, `supply|${ledger}|${totals.version}`);
  return { ledger, ...totals, salt };
}

export function commitSupply({ ledger, version, supply, change, salt }: SupplyOpening): Commitment {
  const plaintext = canonicalBytes({ ledger, version, supply: `${supply}`, change: `${change}` });
  return commitSha256({ label: supplyLabel, salt, plaintext });
}

export function balanceLeaf(commitment: Commitment): Bytes {
  return utf8(commitment);
}

function accountBytes(opening: Omit<AccountOpening, 'salt'>): Bytes {
  const { ledger, account, changedAt, available, pending, reserved } = opening;
  return canonicalBytes({
    ...{ ledger, account, changedAt },
    available: `${available}`,
    pending: `${pending}`,
    reserved: `${reserved}`,
  });
}

function leavesOf(state: LedgerState, account: Account, index: number, statementSecret: Uint8Array) {
  const opening = openAccount(state, index, statementSecret);
  if (opening === null) throw new Error(`account ${index} is not in the state`);
  return { balance: balanceLeaf(commitAccount(opening)), line: directoryLine(account) };
}

/**
 * All of an account that is no balance, as a list in a fixed order. Every decided intent changes one, so it is made
 * with the platform's own writer; nobody outside of the enclave ever parses it.
 */
function directoryLine(account: Account): Bytes {
  const { window, issuerWindow, delegates, reservations, recent, purse } = account;
  return utf8(
    JSON.stringify([
      ...[account.id, account.owner, account.status, account.rollover, account.changedAt],
      ...windowOf(window),
      ...windowOf(issuerWindow),
      delegates.map((delegate) => [
        ...[delegate.key, delegate.ops, `${delegate.perCall}`, `${delegate.perDay}`, delegate.untilMs],
        ...[delegate.allow, delegate.since, ...windowOf(delegate.window), delegate.day, `${delegate.spent}`],
      ]),
      reservations.map(({ id, to, amount, closer, untilMs }) => [id, to, `${amount}`, closer, untilMs]),
      recent.map((decision) => [
        ...[decision.intentId, decision.status, decision.reason, decision.place, decision.version],
        ...[`${decision.requested}`, `${decision.transferred}`, decision.credited, decision.silent],
        decision.winner,
        ...(decision.note === undefined ? [] : [decision.note]),
      ]),
      ...(purse === undefined ? [] : [fieldText(purse.owner), purse.notes.map(noteLine)]),
    ]),
  );
}

function noteLine({ number, amount, salt }: Note): readonly (number | string)[] {
  return [number, `${amount}`, fieldText(salt)];
}

function windowOf({ base, mask }: ReplayWindow): readonly [number, string] {
  return [base, mask.toString(16)];
}
