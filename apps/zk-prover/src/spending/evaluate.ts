// SPDX-License-Identifier: GPL-3.0
import { fieldsOfEdge, inBits, StatementError } from '../circuit/statement-error.js';

const WORDS = 5;
const PER_WORD = 5;
const AMOUNT_BITS = 48;
const PERIOD_BITS = 56;
export const AMOUNTS_MAX = WORDS * PER_WORD;

/** Fields: mandate, period, perCall, perPeriod. Amounts are millionths, as the mandate's asset counts. */
export interface Mandate {
  readonly mandate: bigint;
  /** Which day, or another period, in the mandate's own count. */
  readonly period: bigint;
  readonly perCall: bigint;
  readonly perPeriod: bigint;
}

/** Fields: mandate, period, and the amounts, five in a field. */
export interface Settled {
  readonly mandate: bigint;
  readonly period: bigint;
  /** Exactly as many as the circuit has; zero for none. */
  readonly amounts: readonly bigint[];
}

export interface SpendingResult {
  readonly outcome: 'within' | 'call-over-cap' | 'period-over-cap';
  readonly total: bigint;
  /** Amounts that are not zero. */
  readonly calls: bigint;
}

/** @throws StatementError FIELDS_MALFORMED, VALUE_OUT_OF_RANGE */
export function parseMandate(fields: readonly string[]): Mandate {
  const [mandate = 0n, period = 0n, perCall = 0n, perPeriod = 0n] = fieldsOfEdge('mandate', fields, 4);
  return {
    mandate,
    period,
    perCall: inBits('mandate.perCall', perCall, AMOUNT_BITS),
    perPeriod: inBits('mandate.perPeriod', perPeriod, PERIOD_BITS),
  };
}

/** @throws StatementError FIELDS_MALFORMED, VALUE_OUT_OF_RANGE */
export function parseSettled(fields: readonly string[]): Settled {
  const [mandate = 0n, period = 0n, ...words] = fieldsOfEdge('settled', fields, 2 + WORDS);
  const amounts = words.flatMap((word, index) => {
    inBits(`settled.words[${index}]`, word, PER_WORD * AMOUNT_BITS);
    return Array.from({ length: PER_WORD }, (_, at) =>
      BigInt.asUintN(AMOUNT_BITS, word >> BigInt(AMOUNT_BITS * at)),
    );
  });
  return { mandate, period, amounts };
}

export function mandateFields({ mandate, period, perCall, perPeriod }: Mandate): readonly bigint[] {
  return [mandate, period, perCall, perPeriod];
}

/** @throws StatementError VALUE_OUT_OF_RANGE: more amounts than the circuit has, or one above 48 bits */
export function settledFields({ mandate, period, amounts }: Settled): readonly bigint[] {
  if (amounts.length > AMOUNTS_MAX) {
    throw new StatementError(
      'VALUE_OUT_OF_RANGE',
      `settled.amounts: expected at most ${AMOUNTS_MAX}, got ${amounts.length}; prove a shorter period`,
    );
  }
  const words = Array.from({ length: WORDS }, (_, word) =>
    amounts
      .slice(PER_WORD * word, PER_WORD * (word + 1))
      .reduce(
        (sum, amount, at) =>
          sum + (inBits('settled.amounts', amount, AMOUNT_BITS) << BigInt(AMOUNT_BITS * at)),
        0n,
      ),
  );
  return [mandate, period, ...words];
}

/**
 * The circuit's statement in plain integers, which the circuit is tested against.
 *
 * @throws StatementError MANDATE_MISMATCH: where the circuit has no witness
 */
export function evaluateSpending(caps: Mandate, settled: Settled): SpendingResult {
  if (caps.mandate !== settled.mandate || caps.period !== settled.period)
    throw new StatementError('MANDATE_MISMATCH', 'settled: expected the mandate and the period of the caps');
  const { amounts } = settled;
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  const calls = BigInt(amounts.filter((amount) => amount !== 0n).length);
  if (amounts.some((amount) => amount > caps.perCall)) return { outcome: 'call-over-cap', total, calls };
  return { outcome: total > caps.perPeriod ? 'period-over-cap' : 'within', total, calls };
}
