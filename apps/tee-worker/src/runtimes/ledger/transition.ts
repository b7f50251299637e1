import { checkConserved, type SlotChange } from '#ciphertext';

/** What one change does to the two books of a ledger. */
export interface Transition {
  readonly available: readonly SlotChange[];
  readonly reserved: readonly SlotChange[];
}

/** Sets an amount of the payer aside. */
export function reserveTransition(from: number, amount: bigint): Transition {
  return conserved({
    available: [{ slot: from, change: -amount }],
    reserved: [{ slot: from, change: amount }],
  });
}

/** Hands what was set aside to the payee. */
export function commitTransition(from: number, to: number, amount: bigint): Transition {
  return conserved({
    available: [{ slot: to, change: amount }],
    reserved: [{ slot: from, change: -amount }],
  });
}

/** Gives what was set aside back to the payer. */
export function releaseTransition(from: number, amount: bigint): Transition {
  return conserved({
    available: [{ slot: from, change: amount }],
    reserved: [{ slot: from, change: -amount }],
  });
}

function conserved(transition: Transition): Transition {
  checkConserved(transition.available, transition.reserved);
  return transition;
}
