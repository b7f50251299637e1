// SPDX-License-Identifier: GPL-3.0
import { poseidon } from '#canonical';
import { fieldsOfEdge, inBits, StatementError } from '../circuit/statement-error.js';

export const AMOUNT_BITS = 64;

/** An amount of an asset that belongs to whoever knows the owner's spend key. Fields: asset, amount, owner. */
export interface Note {
  readonly asset: bigint;
  readonly amount: bigint;
  readonly owner: bigint;
}

/** Fields: asset, amount, recipient, spendKey. Who holds it can spend the note: it goes to the prover alone. */
export interface Order {
  readonly asset: bigint;
  readonly amount: bigint;
  /** Owner of the payment. */
  readonly recipient: bigint;
  readonly spendKey: bigint;
}

export interface TransferResult {
  readonly outcome: 'insufficient' | 'transferred';
  readonly rest: Note;
  /** Of nothing when the balance did not cover the order. */
  readonly payment: Note;
}

/** @throws StatementError FIELDS_MALFORMED, VALUE_OUT_OF_RANGE */
export function parseNote(fields: readonly string[]): Note {
  const [asset = 0n, amount = 0n, owner = 0n] = fieldsOfEdge('balance', fields, 3);
  return { asset, amount: inBits('balance.amount', amount, AMOUNT_BITS), owner };
}

/** @throws StatementError FIELDS_MALFORMED, VALUE_OUT_OF_RANGE */
export function parseOrder(fields: readonly string[]): Order {
  const [asset = 0n, amount = 0n, recipient = 0n, spendKey = 0n] = fieldsOfEdge('order', fields, 4);
  return { asset, amount: inBits('order.amount', amount, AMOUNT_BITS, 1n), recipient, spendKey };
}

export function noteFields({ asset, amount, owner }: Note): readonly bigint[] {
  return [asset, amount, owner];
}

export function orderFields({ asset, amount, recipient, spendKey }: Order): readonly bigint[] {
  return [asset, amount, recipient, spendKey];
}

/** The public name of whoever knows `spendKey`. */
export function ownerOf(spendKey: bigint): bigint {
  return poseidon([spendKey]);
}

/** One number for each note, whatever is paid from it: who sees it twice sees the note spent twice. */
export function nullifierOf(spendKey: bigint, balanceCommitment: bigint): bigint {
  return poseidon([spendKey, balanceCommitment]);
}

/**
 * The circuit's statement in plain integers, which the circuit is tested against.
 *
 * @throws StatementError VALUE_OUT_OF_RANGE, ASSET_MISMATCH, NOT_THE_OWNER: where the circuit has no witness
 */
export function evaluateTransfer(balance: Note, order: Order): TransferResult {
  inBits('balance.amount', balance.amount, AMOUNT_BITS);
  inBits('order.amount', order.amount, AMOUNT_BITS, 1n);
  if (balance.asset !== order.asset)
    throw new StatementError('ASSET_MISMATCH', 'order.asset: expected the asset of the balance');
  if (balance.owner !== ownerOf(order.spendKey))
    throw new StatementError('NOT_THE_OWNER', 'order.spendKey: expected the key of the owner of the balance');
  const covered = balance.amount >= order.amount;
  const moved = covered ? order.amount : 0n;
  return {
    outcome: covered ? 'transferred' : 'insufficient',
    rest: { ...balance, amount: balance.amount - moved },
    payment: { asset: order.asset, amount: moved, owner: order.recipient },
  };
}
