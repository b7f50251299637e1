import { describe, expect, it } from 'vitest';
import { toldOf } from '../intent/memo.js';
import {
  keyOf,
  laterMs,
  type SampleLedger,
  sampleLedger,
  startMs,
  type Wish,
} from '../testing/ledger.fixture.js';
import { auctionKey } from './auction.js';

const key = auctionKey({ ledger: 'eur-1', seller: 'carol', name: 'painting' });
const bid = (account: string, amount: bigint, members: Partial<Wish> = {}): Wish & { by?: string } =>
  ({
    ...{ op: 'reserve', account, to: 'carol', amount, closer: key, untilMs: laterMs, ...members },
  }) as Wish;
const settle = (members: Partial<Wish> = {}): Wish & { by?: string } =>
  ({ ...{ op: 'settle', account: 'carol', auction: 'painting', floor: 10n, ...members } }) as Wish;

function balances(ledger: SampleLedger): readonly (readonly (bigint | undefined)[])[] {
  return ['alice', 'bob', 'carol'].map((account) => ledger.balance(account));
}

describe('a sealed-bid auction', () => {
  it('is settled by its seller alone, and its bids are closed by nobody else', () => {
    const ledger = sampleLedger();
    ledger.run(bid('alice', 300n));
    const reservation = ledger.result?.outcomes[0]?.intentId ?? null;
    if (reservation === null) throw new Error('no bid');
    const release: Wish = { op: 'release', account: 'alice', reservation };
    expect(ledger.run({ ...settle(), by: 'bob' }, release, { ...release, by: 'carol' })).toEqual([
      'NOT_OWNER',
      'NOT_CLOSER',
      'NOT_CLOSER',
    ]);
  });

  it('has no bid of who has not the money', () => {
    const ledger = sampleLedger();
    expect(ledger.run(bid('alice', 1_001n))).toEqual(['INSUFFICIENT']);
    ledger.run(bid('bob', 20n));
    ledger.run(settle());
    expect(balances(ledger)).toEqual([
      [1_000n, 0n, 0n],
      [990n, 0n, 0n],
      [1_010n, 0n, 0n],
    ]);
  });

  it('counts the bid of a delegate without money as nothing, and does not tell it', () => {
    const ledger = sampleLedger();
    ledger.run({
      ...{ op: 'delegate', account: 'alice', delegate: keyOf('agent'), ops: ['reserve'] },
      ...{ perCall: 5_000n, perDay: 5_000n, untilMs: laterMs, allow: null },
    });
    const seen = ledger.state.version;
    expect(ledger.run({ ...bid('alice', 4_000n, { seen }), by: 'agent' }, bid('bob', 20n))).toEqual([
      'applied',
      'applied',
    ]);
    ledger.run(settle());
    expect(ledger.result?.outcomes[0]).toMatchObject({ transferred: 10n });
    expect(ledger.balance('alice')).toEqual([1_000n, 0n, 0n]);
  });

  it('leaves out bids below the floor, of frozen bidders, of other auctions and of yesterday', () => {
    const ledger = sampleLedger();
    ledger.run(
      bid('alice', 9n),
      bid('manual', 400n),
      bid('bob', 500n, {
        closer: auctionKey({ ledger: 'eur-1', seller: 'carol', name: 'vase' }),
      } as Partial<Wish>),
      bid('bob', 600n, { nonce: 9, untilMs: startMs + 1 } as Partial<Wish>),
    );
    ledger.run({ op: 'freeze', account: 'manual' });
    const outcome = ledger.apply([ledger.signers.read(settle())], startMs + 1).outcomes[0];
    expect(outcome).toMatchObject({ status: 'applied', transferred: 0n, winner: null, credited: null });
    expect(ledger.balance('alice')).toEqual([1_000n, 0n, 0n]);
    expect(ledger.balance('manual')).toEqual([1_000n, 0n, 0n]);
  });

  it('is won at the price of the second bid; every other bid goes back', () => {
    const ledger = sampleLedger();
    ledger.run(bid('alice', 300n), bid('bob', 200n), bid('manual', 100n));
    const winner = ledger.result?.outcomes[0]?.intentId;
    const before = ledger.state.supply;
    ledger.run(settle());
    const [outcome] = ledger.result?.outcomes ?? [];
    if (outcome === undefined) throw new Error('no outcome');
    expect(toldOf(outcome)).toMatchObject({ status: 'applied', transferred: 200n, winner });
    expect(balances(ledger)).toEqual([
      [800n, 0n, 0n],
      [1_000n, 0n, 0n],
      [1_200n, 0n, 0n],
    ]);
    expect(ledger.balance('manual')).toEqual([1_000n, 0n, 0n]);
    expect([ledger.result?.supplyChange, ledger.state.supply]).toEqual([0n, before]);
  });

  it('is won at the floor by a single bid', () => {
    const ledger = sampleLedger();
    ledger.run(bid('alice', 300n));
    ledger.run(settle());
    expect(ledger.balance('alice')).toEqual([990n, 0n, 0n]);
  });

  it('between equal bids has one winner, who pays the bid, the same at every replay', () => {
    const winners = [1, 2].map(() => {
      const ledger = sampleLedger();
      ledger.run(bid('alice', 300n), bid('bob', 300n));
      ledger.run(settle());
      expect(ledger.result?.outcomes[0]).toMatchObject({ transferred: 300n });
      return ['alice', 'bob'].filter((account) => ledger.balance(account)[0] === 700n);
    });
    expect(winners[0]).toHaveLength(1);
    expect(winners[0]).toEqual(winners[1]);
  });

  it('is over when it is settled', () => {
    const ledger = sampleLedger();
    ledger.run(bid('alice', 300n));
    ledger.run(settle(), settle());
    expect(ledger.result?.outcomes.map(({ transferred }) => transferred)).toEqual([10n, 0n]);
  });

  it('cannot be settled so often that others wait', () => {
    const ledger = sampleLedger();
    const many = Array.from({ length: 17 }, () => settle());
    expect(ledger.run(...many)).toEqual([...Array(16).fill('applied'), 'LIMIT_REACHED']);
  });
});
