import { describe, expect, it } from 'vitest';
import { amountOf, shownAmount } from './quantity.js';

describe('a quantity', () => {
  it.each([
    ['7900m', 7.9],
    ['263929248Ki', 263_929_248 * 1_024],
    ['861019391064', 861_019_391_064],
    ['1e3', 1_000],
    ['2E', 2e18],
    ['', 0],
    ['8 GPUs', 0],
    ['5X', 0],
  ])('%j is %d', (text, amount) => {
    expect(amountOf(text)).toBe(amount);
  });

  it('of memory is shown in GiB, any other as it is', () => {
    expect(shownAmount('memory', 2 ** 30 * 74)).toBe('74Gi');
    expect(shownAmount('nvidia.com/pgpu', 8)).toBe('8');
  });
});
