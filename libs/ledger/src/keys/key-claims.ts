/**
 * What receipts say of the states of keys. Anybody holds it against the receipt before: which states follow from which is
 * the same function that the key enclave uses, and an order counts with the signature that it carries.
 */
import { canonicalBytes, equalBytes, type Json, type JsonObject, toJson } from '#canonical';
import { StrictMembers } from '../intent/strict-members.js';
import { LedgerError } from '../ledger-error.js';
import type { LedgerState } from '../state/state.js';
import { isKeyOrder, type KeyOrder } from './key-order.js';
import {
  type EpochKeyState,
  epochsKept,
  impliedKeys,
  type KeyBook,
  type KeyState,
  keyStateOf,
  keyStates,
  mayUse,
  rotatedKeys,
  withKeyState,
} from './key-states.js';

/** From the first order of an issuer on, in every receipt of its ledger. */
export interface KeyClaims extends KeyBook {
  /** The order that this receipt carries out; null in one of another event. */
  readonly order: (Omit<KeyOrder, 'ledger' | 'serial'> & { readonly from: KeyState }) | null;
}

/** The part of a receipt that states of keys follow from. */
export interface KeyedReceipt {
  readonly event: string;
  readonly ledger: string;
  readonly epoch: number;
  readonly keys?: KeyClaims;
}

/** What a receipt says of keys; nothing on a ledger whose issuer never ordered anything. */
export function claimsOfKeys(
  { keys }: LedgerState,
  order: KeyClaims['order'] = null,
): { readonly keys?: KeyClaims } {
  return keys === undefined ? {} : { keys: { ...keys, order } };
}

export function keyClaimsToJson({ order, ...book }: KeyClaims): JsonObject {
  return { ...keyBookToJson(book), order: order === null ? null : { ...order } };
}

export function keyBookToJson({ serial, states }: KeyBook): JsonObject {
  return { serial, states: states.map((key) => ({ ...key })) };
}

/** @throws MemberError */
export function readKeyClaims(value: Json | undefined, what: string): KeyClaims {
  const reader = new StrictMembers(value, null, what);
  return {
    ...readKeyBook(value, null, what),
    order: reader.isNull('order') ? null : readOrder(reader.value['order'], `${what}.order`),
  };
}

/** @throws MemberError */
export function readKeyBook(
  value: Json | undefined,
  members: readonly string[] | null,
  what: string,
): KeyBook {
  const reader = new StrictMembers(value, members, what);
  const states = reader.list('states', 1, epochsKept).map((item, index): EpochKeyState => {
    const place = `${what}.states[${index}]`;
    const key = new StrictMembers(item, ['epoch', 'state'], place);
    return { epoch: key.integer('epoch'), state: key.oneOf('state', keyStates) };
  });
  const epochs = impliedKeys(states.at(-1)?.epoch ?? 0).map(({ epoch }) => epoch);
  if (states.length !== epochs.length || !states.every(({ epoch }, index) => epoch === epochs[index]))
    reader.refuse('states', 'the epochs that are kept, each once and the present one last');
  return { serial: reader.integer('serial'), states };
}

function readOrder(value: Json | undefined, what: string): NonNullable<KeyClaims['order']> {
  const order = new StrictMembers(value, null, what);
  return {
    epoch: order.integer('epoch'),
    from: order.oneOf('from', keyStates),
    to: order.oneOf('to', keyStates),
    notAfterMs: order.integer('notAfterMs'),
    signer: order.base64('signer', 32),
    signature: order.base64('signature', 64),
  };
}

/**
 * What is wrong with the keys of a receipt after another one: members of the receipt, none where all is well. A batch
 * under a key that was not active is wrong at `event`.
 */
export function wrongKeys(previous: KeyedReceipt, receipt: KeyedReceipt): readonly string[] {
  const { event, epoch, keys } = receipt;
  const before = previous.keys?.states ?? impliedKeys(previous.epoch);
  const serial = previous.keys?.serial ?? 0;
  if (event === 'batch' && !mayUse(before, epoch, 'protect')) return ['event'];
  if (event === 'key')
    return keys?.order == null ? ['keys.order'] : wrongOrder(receipt, keys, before, serial);
  if (keys?.order != null) return ['keys.order'];
  if ((previous.keys === undefined) !== (keys === undefined)) return ['keys'];
  if (event === 'rotate' && !mayUse(before, previous.epoch, 'rotate')) return ['event'];
  if (keys === undefined) return [];
  const expected = event === 'rotate' ? rotatedKeys(before) : before;
  return sameBooks(keys, { serial, states: expected }) ? [] : ['keys.states'];
}

function wrongOrder(
  { ledger }: KeyedReceipt,
  { order, ...book }: KeyClaims,
  before: readonly EpochKeyState[],
  serial: number,
): readonly string[] {
  if (order === null) return ['keys.order'];
  const { from, ...ordered } = order;
  if (!isKeyOrder({ ...ordered, ledger, serial: serial + 1 })) return ['keys.order.signature'];
  if (from !== keyStateOf(before, order.epoch)) return ['keys.order.from'];
  try {
    const states = withKeyState(before, order.epoch, order.to);
    return sameBooks(book, { serial: serial + 1, states }) ? [] : ['keys.states'];
  } catch (error) {
    if (error instanceof LedgerError) return ['keys.order.to'];
    throw error;
  }
}

function sameBooks({ serial, states }: KeyBook, expected: KeyBook): boolean {
  return equalBytes(canonicalBytes(toJson({ serial, states })), canonicalBytes(toJson(expected)));
}
