/** Two bands of spectrum, sold at the second price. All amounts are cents; none but a price is ever opened to anybody. */

export const SELLER = 'regulator';

/** What each bidder puts down before the auction. */
export const DEPOSITS = {
  north: 90_000_000_000n,
  south: 90_000_000_000n,
  east: 90_000_000_000n,
  west: 90_000_000_000n,
  upstart: 10_000_000_000n,
} as const;

export type Bidder = keyof typeof DEPOSITS;

export interface Lot {
  readonly name: string;
  readonly what: string;
  readonly floor: bigint;
  readonly bids: Readonly<Partial<Record<Bidder, bigint>>>;
}

/** Five bids: two are equal and highest, and the highest of all has no money behind it. */
export const TIED_LOT: Lot = {
  name: 'band-a',
  what: 'five sealed bids, a tie at the top and one bid without the money for it',
  floor: 1_000_000_000n,
  bids: {
    north: 73_194_826_551n,
    south: 61_820_047_913n,
    east: 73_194_826_551n,
    west: 52_417_309_886n,
    upstart: 81_253_604_927n,
  },
};

/** The plain case: the highest pays what the second bid. */
export const PLAIN_LOT: Lot = {
  name: 'band-b',
  what: 'three sealed bids, no two alike',
  floor: 1_000_000_000n,
  bids: { south: 58_640_917_235n, west: 47_902_615_384n, upstart: 9_381_047_652n },
};

export interface Result {
  /** More than one where the highest bids are equal: a hash over all bids decides between them. */
  readonly winners: readonly Bidder[];
  readonly price: bigint;
  /** Who bid without the money. */
  readonly unfunded: readonly Bidder[];
}

/** The answer by plain arithmetic, which the enclave's must equal. */
export function expectedOf({ bids, floor }: Lot): Result {
  const all = (Object.keys(bids) as Bidder[]).map((bidder) => ({ bidder, amount: bids[bidder] ?? 0n }));
  const funded = all
    .filter(({ bidder, amount }) => amount <= DEPOSITS[bidder] && amount >= floor)
    .sort((left, right) => (left.amount > right.amount ? -1 : 1));
  const [first, second] = funded;
  return {
    winners: funded.filter(({ amount }) => amount === first?.amount).map(({ bidder }) => bidder),
    price: second?.amount ?? floor,
    unfunded: all.filter(({ bidder, amount }) => amount > DEPOSITS[bidder]).map(({ bidder }) => bidder),
  };
}
