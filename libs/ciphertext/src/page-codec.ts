/**
 * Money into slots and back. Slot i of a page is the balance of account i, an integer modulo t.
 *
 * SEAL's encoder reduces a value above t without a word, which would create or destroy money. Every value
 * therefore passes a range check here before it can reach an encoder, and a negative change becomes t - |change|.
 */
import { CiphertextError } from './ciphertext-error.js';
import { ledgerParameters } from './parameters.js';

export const slotCount = ledgerParameters.polyModulusDegree;

/** One amount in minor units: below 2^59. */
export const amountMax = (1n << 59n) - 1n;

/**
 * All balances of a ledger together: at most t / 2, so that no slot can wrap around t and a decrypted value above
 * it can only be a negative balance. Transitions conserve the sum, hence checking it once at opening is enough.
 */
export const supplyMax = (ledgerParameters.plainModulus - 1n) / 2n;

/** What one transition does to one account of one page. */
export interface SlotChange {
  readonly slot: number;
  /** Minor units; negative when the account pays. */
  readonly change: bigint;
}

/** @throws CiphertextError `AMOUNT_RANGE`; the message does not repeat the amount. */
export function checkAmount(amount: bigint): bigint {
  if (amount >= 0n && amount <= amountMax) return amount;
  throw new CiphertextError('AMOUNT_RANGE', 'an amount must be an integer from 0 to 2^59 - 1 minor units');
}

/**
 * Slots of a first page; balance i goes to slot i.
 *
 * @throws CiphertextError `AMOUNT_RANGE`, `SUPPLY_EXCEEDED`, `SLOT_RANGE`
 */
export function encodeBalances(balances: readonly bigint[]): BigUint64Array {
  if (balances.length > slotCount) {
    throw new CiphertextError('SLOT_RANGE', `${balances.length} accounts, a page has ${slotCount} slots`);
  }
  const slots = new BigUint64Array(slotCount);
  let supply = 0n;
  for (const [slot, balance] of balances.entries()) {
    slots[slot] = checkAmount(balance);
    supply += balance;
  }
  if (supply > supplyMax) {
    throw new CiphertextError('SUPPLY_EXCEEDED', 'all balances together must stay at or below t / 2');
  }
  return slots;
}

/**
 * Slots of a delta page, negative changes as their complement modulo t.
 *
 * @throws CiphertextError `AMOUNT_RANGE`, `SLOT_RANGE` (also when one slot is named twice)
 */
export function encodeDelta(changes: readonly SlotChange[]): BigUint64Array {
  const slots = new BigUint64Array(slotCount);
  const named = new Set<number>();
  for (const { slot, change } of changes) {
    checkSlot(slot);
    if (named.has(slot))
      throw new CiphertextError('SLOT_RANGE', `slot ${slot} is changed twice in one delta`);
    named.add(slot);
    checkAmount(change < 0n ? -change : change);
    slots[slot] = change < 0n ? ledgerParameters.plainModulus + change : change;
  }
  return slots;
}

/** One decrypted slot as a balance. @throws CiphertextError `BALANCE_RANGE` when it is negative, i.e. above t / 2. */
export function decodeBalance(value: bigint): bigint {
  if (value >= 0n && value <= supplyMax) return value;
  throw new CiphertextError(
    'BALANCE_RANGE',
    'a decrypted slot holds no balance: it is negative or not modulo t',
  );
}

/**
 * No transition makes or destroys money: all changes over all pages sum to zero.
 *
 * @throws CiphertextError `DELTA_NOT_CONSERVED`
 */
export function checkConserved(...pages: readonly (readonly SlotChange[])[]): void {
  const sum = pages.flat().reduce((total, { change }) => total + change, 0n);
  if (sum !== 0n) {
    throw new CiphertextError('DELTA_NOT_CONSERVED', 'the changes of one transition do not sum to zero');
  }
}

/** @throws CiphertextError `SLOT_RANGE` */
export function checkSlot(slot: number): number {
  if (Number.isInteger(slot) && slot >= 0 && slot < slotCount) return slot;
  throw new CiphertextError('SLOT_RANGE', `a slot is an integer from 0 to ${slotCount - 1}`);
}
