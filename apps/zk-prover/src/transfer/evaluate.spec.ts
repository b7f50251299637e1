// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import { StatementError } from '../circuit/statement-error.js';
import { evaluateTransfer, ownerOf, parseNote, parseOrder } from './evaluate.js';

const SECRET = 987_654_321n;
const balance = { asset: 1n, amount: 100n, owner: ownerOf(SECRET) };
const order = { asset: 1n, amount: 60n, recipient: 2n, spendKey: SECRET };

function refusal(read: () => unknown): StatementError {
  try {
    read();
  } catch (error) {
    if (error instanceof StatementError) return error;
  }
  throw new Error('expected a refusal');
}

describe('a transfer is refused', () => {
  it.each<[string, string, () => unknown]>([
    ['a note of two fields', 'FIELDS_MALFORMED', () => parseNote(['1', '2'])],
    ['an order of five fields', 'FIELDS_MALFORMED', () => parseOrder(['1', '2', '3', '4', '5'])],
    ['a note of 2^64', 'VALUE_OUT_OF_RANGE', () => parseNote(['1', `${2n ** 64n}`, '3'])],
    ['an order of 2^64', 'VALUE_OUT_OF_RANGE', () => parseOrder(['1', `${2n ** 64n}`, '3', '4'])],
    ['an order of nothing', 'VALUE_OUT_OF_RANGE', () => parseOrder(['1', '0', '3', '4'])],
    ['another asset', 'ASSET_MISMATCH', () => evaluateTransfer(balance, { ...order, asset: 2n })],
    [
      'a key that is not the owner’s',
      'NOT_THE_OWNER',
      () => evaluateTransfer(balance, { ...order, spendKey: SECRET + 1n }),
    ],
  ])('for %s, without telling a value', (_, code, read) => {
    const error = refusal(read);
    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/98765432|18446744073709551616/);
  });
});

describe('a transfer', () => {
  it('splits a balance into payment and rest', () => {
    expect(evaluateTransfer(balance, order)).toEqual({
      outcome: 'transferred',
      rest: { ...balance, amount: 40n },
      payment: { asset: 1n, amount: 60n, owner: 2n },
    });
  });

  it('that the balance does not cover leaves it as it is and says so', () => {
    expect(evaluateTransfer(balance, { ...order, amount: 101n })).toEqual({
      outcome: 'insufficient',
      rest: balance,
      payment: { asset: 1n, amount: 0n, owner: 2n },
    });
  });
});
