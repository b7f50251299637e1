import { describe, expect, it } from 'vitest';
import { CiphertextError } from './ciphertext-error.js';
import {
  amountMax,
  checkAmount,
  checkConserved,
  decodeBalance,
  encodeBalances,
  encodeDelta,
  slotCount,
  supplyMax,
} from './page-codec.js';
import { addCountMax, ledgerParameters } from './parameters.js';
import { nextAddCount } from './replay.js';

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'accepted';
  } catch (error) {
    if (error instanceof CiphertextError) return error.code;
    throw error;
  }
}

describe('page codec', () => {
  it.each([1n << 59n, -1n, 1n << 64n])('refuses the amount %s before it reaches an encoder', (amount) => {
    expect(codeOf(() => checkAmount(amount))).toBe('AMOUNT_RANGE');
    expect(codeOf(() => encodeBalances([amount]))).toBe('AMOUNT_RANGE');
  });

  it('refuses changes at or above 2^59 in either direction', () => {
    expect(codeOf(() => encodeDelta([{ slot: 0, change: 1n << 59n }]))).toBe('AMOUNT_RANGE');
    expect(codeOf(() => encodeDelta([{ slot: 0, change: -(1n << 59n) }]))).toBe('AMOUNT_RANGE');
  });

  it('refuses a supply above half the plain modulus', () => {
    expect(codeOf(() => encodeBalances([supplyMax]))).toBe('accepted');
    expect(codeOf(() => encodeBalances([supplyMax, 1n]))).toBe('SUPPLY_EXCEEDED');
    expect(codeOf(() => encodeBalances([amountMax]))).toBe('SUPPLY_EXCEEDED');
  });

  it('does not repeat a refused amount in its message', () => {
    expect(() => checkAmount(987_654_321_987_654_321_987n)).toThrow(/^(?!.*98765)/);
  });

  it.each([-1, slotCount, 0.5, Number.NaN])('refuses slot %s', (slot) => {
    expect(codeOf(() => encodeDelta([{ slot, change: 1n }]))).toBe('SLOT_RANGE');
  });

  it('refuses a slot that is named twice, and more accounts than slots', () => {
    const twice = [
      { slot: 3, change: 1n },
      { slot: 3, change: 1n },
    ];
    expect(codeOf(() => encodeDelta(twice))).toBe('SLOT_RANGE');
    expect(codeOf(() => encodeBalances(new Array<bigint>(slotCount + 1).fill(0n)))).toBe('SLOT_RANGE');
  });

  it('refuses a transition that does not conserve value', () => {
    const paid = [{ slot: 0, change: -5n }];
    expect(codeOf(() => checkConserved(paid, [{ slot: 0, change: 6n }]))).toBe('DELTA_NOT_CONSERVED');
    expect(codeOf(() => checkConserved(paid, [{ slot: 9, change: 5n }]))).toBe('accepted');
  });

  it('writes a payment as the complement modulo t', () => {
    const slots = encodeDelta([{ slot: 2, change: -7n }]);
    expect(slots[2]).toBe(ledgerParameters.plainModulus - 7n);
    expect(slots.length).toBe(slotCount);
  });

  it('refuses a decrypted slot that is a negative balance', () => {
    expect(codeOf(() => decodeBalance(ledgerParameters.plainModulus - 1n))).toBe('BALANCE_RANGE');
    expect(codeOf(() => decodeBalance(supplyMax + 1n))).toBe('BALANCE_RANGE');
    expect(decodeBalance(supplyMax)).toBe(supplyMax);
  });

  it('stops counting additions before the noise could spoil a page', () => {
    expect(nextAddCount(addCountMax - 1)).toBe(addCountMax);
    expect(codeOf(() => nextAddCount(addCountMax))).toBe('NOISE_BUDGET_EXHAUSTED');
    expect(codeOf(() => nextAddCount(Number.NaN))).toBe('NOISE_BUDGET_EXHAUSTED');
  });
});
