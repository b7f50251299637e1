/**
 * A sealed-bid auction at the second price, of nothing but reservations. A bid is an intent `reserve` for the seller's
 * account whose closer is the auction: a key that is the hash of its name, so nobody can sign as it. The seller's
 * intent `settle` ends the auction; the winner pays the second highest bid, or the floor, and every bid goes back.
 *
 * Nobody but the enclave sees a bid, the seller included. The seller is told price and winning bid; losers' bids are
 * opened to nobody, but for the one that is the price.
 */
import { canonicalBytes, type Digest, sha256, toBase64, utf8 } from '#canonical';
import type { Intent } from '../intent/intent.js';
import type { AccountDraft } from './drafts.js';
import type { RuleContext } from './rules.js';
import { type Applied, applied, type Ruling, refused } from './rulings.js';
import type { Reservation } from './state.js';

/** The closer that bids of an auction name. */
export function auctionKey(auction: {
  readonly ledger: string;
  readonly seller: string;
  readonly name: string;
}): string {
  const { ledger, seller, name } = auction;
  return toBase64(sha256(utf8('sealflow/ledger-auction/v1\0'), canonicalBytes({ ledger, seller, name })));
}

interface Bid {
  readonly bidder: AccountDraft;
  readonly reservation: Reservation;
}

/** Each looks at every account; the seller of a thousand auctions shall not hold up a batch. */
const settlesMax = 16;

export function settle(
  intent: Extract<Intent, { op: 'settle' }>,
  seller: AccountDraft,
  context: RuleContext,
): Ruling {
  if (seller.status !== 'active')
    return refused(seller.status === 'frozen' ? 'ACCOUNT_FROZEN' : 'ACCOUNT_CLOSED');
  if (context.settles >= settlesMax) return refused('LIMIT_REACHED');
  context.settles += 1;
  const { ledger, account, auction, floor } = intent;
  const key = auctionKey({ ledger, seller: account, name: auction });
  const bids = bidsOf(key, account, context);
  // A frozen bidder pays nothing; what a delegate bid without money is a bid of 0.
  const valid = bids.filter(
    ({ bidder, reservation }) => bidder.status === 'active' && reservation.amount >= floor,
  );
  const [winner, second] = ranked(valid);
  for (const bid of bids) giveBack(bid);
  if (winner === undefined) return applied();
  const price = second?.reservation.amount ?? floor;
  winner.bidder.available -= price;
  seller.incoming += price;
  const sold: Applied = applied(price, account);
  return { ...sold, winner: winner.reservation.id };
}

/** Bids whose time has not passed; the others are their owners' already. */
function bidsOf(key: string, seller: string, { drafts, nowMs }: RuleContext): readonly Bid[] {
  return drafts
    .holding(({ closer }) => closer === key)
    .flatMap((bidder) =>
      bidder.reservations
        .filter(({ closer, to, untilMs }) => closer === key && to === seller && untilMs > nowMs)
        .map((reservation) => ({ bidder, reservation })),
    );
}

function giveBack({ bidder, reservation: { id, amount } }: Bid): void {
  bidder.reserved -= amount;
  bidder.available += amount;
  bidder.reservations = bidder.reservations.filter((reservation) => reservation.id !== id);
}

/**
 * Highest first. Between equal bids a hash over all of them decides, which no bidder can aim at without knowing the
 * sealed bids of the others.
 */
function ranked(bids: readonly Bid[]): readonly Bid[] {
  const ids = bids.map(({ reservation }) => reservation.id).sort();
  const all = sha256(...ids.map((id) => utf8(id)));
  const lot = (id: Digest): string => toBase64(sha256(all, utf8(id)));
  return bids
    .map((bid) => ({ bid, lot: lot(bid.reservation.id) }))
    .sort((left, right) => {
      const more = right.bid.reservation.amount - left.bid.reservation.amount;
      if (more !== 0n) return more > 0n ? 1 : -1;
      return left.lot < right.lot ? -1 : 1;
    })
    .map(({ bid }) => bid);
}
