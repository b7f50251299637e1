import type { IntentReading } from '../intent/intent.js';
import { spendOf } from '../state/note-rules.js';
import type { LedgerState } from '../state/state.js';
import type { SpendMove } from './moves.js';
import { ownPolicy, type SpendCircuit, verifySpends } from './verify-spends.js';

/** What each intent of a batch has to prove, by its place; null where there is none. */
export function spendsOf(state: LedgerState, items: readonly IntentReading[]): readonly (SpendMove | null)[] {
  return items.map(({ intent }) => (intent === null ? null : spendOf(state, intent)));
}

/**
 * Marks the intents whose proofs hold on a state. Places may be given in parts, so that who has other things to do gets
 * to them in between.
 *
 * @param random gives bytes that nobody knew who made the proofs
 */
export function proveReadings(
  state: LedgerState,
  items: readonly IntentReading[],
  circuit: SpendCircuit,
  random: (count: number) => Uint8Array,
): readonly IntentReading[] {
  const { notes, asset } = state.terms;
  if (notes === undefined) return items;
  const spends = spendsOf(state, items);
  const wanted = spends.filter((spend) => spend !== null);
  const found = verifySpends(wanted, { ...notes, asset, circuit }, ownPolicy(circuit), random);
  return markProven(items, spends, found);
}

/**
 * The same for whoever has the proofs verified elsewhere.
 *
 * @param spends of the intents, see `spendsOf`
 * @param reasons of the spends that are there, in their order; null for a proof that holds
 */
export function markProven(
  items: readonly IntentReading[],
  spends: readonly (SpendMove | null)[],
  reasons: readonly (string | null)[],
): readonly IntentReading[] {
  const wanted = spends.filter((spend) => spend !== null);
  // No answer at all says nothing for a proof.
  const holding = new Set(wanted.filter((_, index) => reasons[index] === null));
  return items.map((item, index) => {
    const spend = spends[index] ?? null;
    if (item.intent === null || spend === null || !holding.has(spend)) return item;
    return { ...item, proven: true };
  });
}
