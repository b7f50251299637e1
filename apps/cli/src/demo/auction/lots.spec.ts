import { describe, expect, it } from 'vitest';
import { expectedOf, PLAIN_LOT, TIED_LOT } from './lots.js';

describe('a lot of the auction demo', () => {
  it('with a tie has either of both as winner, who pays its own bid, and no bid without money', () => {
    expect(expectedOf(TIED_LOT)).toEqual({
      winners: ['north', 'east'],
      price: 73_194_826_551n,
      unfunded: ['upstart'],
    });
  });

  it('goes to the highest at the price of the second', () => {
    expect(expectedOf(PLAIN_LOT)).toEqual({ winners: ['south'], price: 47_902_615_384n, unfunded: [] });
  });

  it('of a single bid is sold at the floor', () => {
    const alone = { ...PLAIN_LOT, bids: { west: 2_000_000_000n } };
    expect(expectedOf(alone)).toMatchObject({ winners: ['west'], price: 1_000_000_000n });
  });

  it('without a bid that reaches the floor has no winner', () => {
    expect(expectedOf({ ...PLAIN_LOT, bids: { west: 999_999_999n } }).winners).toEqual([]);
  });
});
