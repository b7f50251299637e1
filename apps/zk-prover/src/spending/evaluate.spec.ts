// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import { StatementError } from '../circuit/statement-error.js';
import {
  evaluateSpending,
  type Mandate,
  mandateFields,
  parseMandate,
  parseSettled,
  settledFields,
} from './evaluate.js';

const caps: Mandate = { mandate: 5n, period: 20_778n, perCall: 40_000n, perPeriod: 5_000_000n };
const settled = parseSettled(
  settledFields({ mandate: 5n, period: 20_778n, amounts: [781n, 0n, 9n] }).map(String),
);

function refusal(read: () => unknown): StatementError {
  try {
    read();
  } catch (error) {
    if (error instanceof StatementError) return error;
  }
  throw new Error('expected a refusal');
}

describe('spending', () => {
  it.each<[string, string, () => unknown]>([
    ['three fields of a mandate', 'FIELDS_MALFORMED', () => parseMandate(['1', '2', '3'])],
    ['a cap of 2^48', 'VALUE_OUT_OF_RANGE', () => parseMandate(['1', '2', `${2n ** 48n}`, '4'])],
    ['eight fields of amounts', 'FIELDS_MALFORMED', () => parseSettled(Array(8).fill('1'))],
    [
      'a word of 2^240',
      'VALUE_OUT_OF_RANGE',
      () => parseSettled(['1', '2', `${2n ** 240n}`, '0', '0', '0', '0']),
    ],
    ['26 amounts', 'VALUE_OUT_OF_RANGE', () => settledFields({ ...settled, amounts: Array(26).fill(1n) })],
    ['an amount of 2^48', 'VALUE_OUT_OF_RANGE', () => settledFields({ ...settled, amounts: [2n ** 48n] })],
    ['another mandate', 'MANDATE_MISMATCH', () => evaluateSpending(caps, { ...settled, mandate: 6n })],
    ['another day', 'MANDATE_MISMATCH', () => evaluateSpending(caps, { ...settled, period: 20_779n })],
  ])('is refused for %s', (_, code, read) => {
    expect(refusal(read).code).toBe(code);
  });

  it('is what the amounts come to', () => {
    expect(parseMandate(mandateFields(caps).map(String))).toEqual(caps);
    expect(settled.amounts).toHaveLength(25);
    expect(evaluateSpending(caps, settled)).toEqual({ outcome: 'within', total: 790n, calls: 2n });
    expect(evaluateSpending({ ...caps, perCall: 780n }, settled).outcome).toBe('call-over-cap');
    expect(evaluateSpending({ ...caps, perPeriod: 789n }, settled).outcome).toBe('period-over-cap');
  });
});
