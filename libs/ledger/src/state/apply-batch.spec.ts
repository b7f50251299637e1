import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { intentReasons } from '../intent/reasons.js';
import { ledgerLimits } from '../limits.js';
import {
  keyOf,
  laterMs,
  SampleLedger,
  sampleCharter,
  sampleLedger,
  startMs,
  type Wish,
} from '../testing/ledger.fixture.js';
import { applyBatch } from './apply-batch.js';
import { checkState } from './found-state.js';

const nobody = digestOf(utf8('no reservation'));
const untilMs = laterMs;
const pay = (members: Partial<Wish> = {}): Wish =>
  ({ op: 'transfer', account: 'alice', to: 'bob', amount: 10n, ...members }) as Wish;
const delegation: Wish = {
  ...{ op: 'delegate', account: 'alice', delegate: keyOf('agent'), ops: ['transfer'] },
  ...{ perCall: 50n, perDay: 80n, untilMs, allow: ['bob'] },
};

type Case = readonly [reason: string, what: string, wish: Wish, by?: string];

const refusals: readonly Case[] = [
  ['LEDGER_WRONG', 'another ledger', pay({ ledger: 'eur-2' })],
  ['ASSET_WRONG', 'another asset', pay({ asset: 'USD' })],
  ['EPOCH_WRONG', 'keys of another epoch', pay({ epoch: 2 })],
  ['STALE_PAGE', 'a signer who has seen a later version', pay({ seen: 99 })],
  ['EXPIRED', 'an intent whose time has passed', pay({ notAfterMs: startMs })],
  ['ACCOUNT_UNKNOWN', 'an unknown payer', pay({ account: 'nobody' })],
  ['ACCOUNT_UNKNOWN', 'an unknown payee', pay({ to: 'nobody' } as Partial<Wish>)],
  [
    'ACCOUNT_EXISTS',
    'a name that is taken',
    { op: 'open', account: 'bob', owner: keyOf('x'), rollover: 'auto' },
  ],
  ['ACCOUNT_FROZEN', 'a frozen payer', pay({ account: 'frozen' })],
  ['ACCOUNT_FROZEN', 'a rollover of a frozen account', { op: 'rollover', account: 'frozen' }],
  ['ACCOUNT_CLOSED', 'a closed payer', pay({ account: 'closed' })],
  ['ACCOUNT_CLOSED', 'a closed payee', pay({ to: 'closed' } as Partial<Wish>)],
  ['ACCOUNT_CLOSED', 'a deposit to a closed account', { op: 'deposit', account: 'closed', amount: 1n }],
  ['ACCOUNT_NOT_EMPTY', 'an account with money that is closed', { op: 'close', account: 'alice' }],
  ['SAME_ACCOUNT', 'a payment to oneself', pay({ to: 'alice' } as Partial<Wish>)],
  ['NOT_OWNER', 'somebody else who signs', pay(), 'bob'],
  ['NOT_OWNER', 'the issuer who signs a payment', pay(), 'issuer'],
  ['NOT_ISSUER', 'an owner who deposits', { op: 'deposit', account: 'alice', amount: 1n }, 'alice'],
  ['NOT_ISSUER', 'an owner who freezes another', { op: 'freeze', account: 'bob' }, 'alice'],
  ['NONCE_TOO_FAR', 'a nonce far ahead', pay({ nonce: 64 + ledgerLimits.nonceStepMax })],
  ['INSUFFICIENT', 'more than there is', pay({ amount: 1_001n } as Partial<Wish>)],
  ['INSUFFICIENT', 'a withdrawal of more than there is', { op: 'withdraw', account: 'bob', amount: 1_001n }],
  ['SUPPLY_EXCEEDED', 'a deposit beyond the charter', { op: 'deposit', account: 'bob', amount: 999_999n }],
  [
    'RESERVATION_UNKNOWN',
    'a commit of nothing',
    { op: 'commit', account: 'alice', reservation: nobody, amount: 1n },
  ],
  ['RESERVATION_UNKNOWN', 'a release of nothing', { op: 'release', account: 'alice', reservation: nobody }],
  ['DELEGATE_NOT_ALLOWED', 'a delegation to oneself', { ...delegation, delegate: keyOf('alice') } as Wish],
  [
    'DELEGATE_NOT_ALLOWED',
    'a revocation of nobody',
    { op: 'revoke', account: 'alice', delegate: keyOf('x') },
  ],
  [
    'EXPIRED',
    'a reservation that ends before it begins',
    { op: 'reserve', account: 'alice', to: 'bob', amount: 1n, closer: keyOf('bob'), untilMs: startMs },
  ],
];

describe('an intent that is refused', () => {
  it.each(refusals.map(([reason, what, wish, by]) => ({ reason, what, wish, by })))(
    'is $reason for $what, and nothing changed',
    ({ reason, wish, by }) => {
      const ledger = sampleLedger();
      const before = ledger.state;
      const item = ledger.signers.read(wish, by);
      const { outcomes, deltas, supplyChange, state } = ledger.apply([item]);
      expect(outcomes).toMatchObject([{ status: 'refused', reason, transferred: 0n, credited: null }]);
      expect({ deltas, supplyChange }).toEqual({ deltas: [], supplyChange: 0n });
      expect(state.pages).toEqual(before.pages);
      for (const [index, account] of before.accounts.entries()) {
        const { status, owner, delegates, reservations, changedAt } = account;
        expect(state.accounts[index]).toMatchObject({ status, owner, delegates, reservations, changedAt });
      }
      checkState(state);
    },
  );

  it('is told its place where a member is at fault', () => {
    const ledger = sampleLedger();
    const { outcomes } = ledger.apply([ledger.signers.read(pay({ to: 'nobody' } as Partial<Wish>))]);
    expect(outcomes).toMatchObject([{ reason: 'ACCOUNT_UNKNOWN', place: 'intent.to' }]);
  });

  it('is decided for good: want of money today is no payment tomorrow', () => {
    const ledger = sampleLedger();
    const item = ledger.signers.read(pay({ amount: 1_500n } as Partial<Wish>));
    ledger.apply([item]);
    expect(ledger.run({ op: 'deposit', account: 'alice', amount: 5_000n })).toEqual(['applied']);
    const { outcomes } = ledger.apply([item]);
    expect(outcomes).toMatchObject([{ reason: 'INSUFFICIENT', repeated: true }]);
    expect(ledger.balance('bob')).toEqual([1_000n, 0n, 0n]);
  });

  it('has a reason that some test gives', () => {
    const elsewhere = [
      ...['INTENT_MALFORMED', 'AMOUNT_RANGE', 'SIGNATURE_INVALID', 'NOT_CLOSER', 'DELEGATE_EXPIRED'],
      ...['DELEGATE_LIMIT', 'REPLAYED', 'NONCE_TOO_OLD', 'LIMIT_REACHED', 'PROOF_INVALID'],
      // note-rules.spec
      ...['PROOF_MISSING', 'NOTE_UNKNOWN', 'MODE_REFUSED'],
    ];
    const given = new Set([...refusals.map(([reason]) => reason), ...elsewhere]);
    expect(intentReasons.filter((reason) => !given.has(reason))).toEqual([]);
  });
});

describe('the same intent again', () => {
  it('gets the first outcome, in the same batch and in later ones', () => {
    const ledger = sampleLedger();
    const item = ledger.signers.read(pay());
    const first = ledger.apply([item, item]).outcomes;
    const second = ledger.apply([item], startMs + 1).outcomes;
    expect(first.map(({ status, repeated, version }) => [status, repeated, version])).toEqual([
      ['applied', false, 3],
      ['applied', true, 3],
    ]);
    expect(second).toMatchObject([{ status: 'applied', repeated: true, version: 3, transferred: 10n }]);
    expect(ledger.balance('alice')).toEqual([990n, 0n, 0n]);
  });

  it('is REPLAYED where the first outcome is not remembered any more', () => {
    const ledger = sampleLedger();
    const item = ledger.signers.read(pay());
    ledger.apply([item]);
    for (let count = 0; count < ledgerLimits.recentMax; count += 1) ledger.run(pay({ notAfterMs: laterMs }));
    expect(ledger.apply([item]).outcomes).toMatchObject([{ reason: 'REPLAYED' }]);
  });

  it('is REPLAYED as another intent with a nonce that was used', () => {
    const ledger = sampleLedger();
    expect(ledger.run(pay({ nonce: 5 }), pay({ nonce: 5, amount: 11n } as Partial<Wish>))).toEqual([
      'applied',
      'REPLAYED',
    ]);
  });

  it('is NONCE_TOO_OLD once the window has passed it', () => {
    const ledger = sampleLedger();
    expect(ledger.run(pay({ nonce: 64 }), pay({ nonce: 1 }), pay({ nonce: 0 }))).toEqual([
      'applied',
      'applied',
      'NONCE_TOO_OLD',
    ]);
  });

  it('may come in any order within the window', () => {
    const ledger = sampleLedger();
    const nonces = [63, 0, 31, 62, 1];
    expect(ledger.run(...nonces.map((nonce) => pay({ nonce })))).toEqual(nonces.map(() => 'applied'));
  });
});

describe('a batch', () => {
  it('is refused whole when it continues another version', () => {
    const ledger = sampleLedger();
    const batch = { version: ledger.state.version - 1, timeMs: startMs, items: [] };
    expect(() => applyBatch(ledger.state, batch)).toThrow(expect.objectContaining({ code: 'STALE_PAGE' }));
  });

  it('is refused whole when it is too large', () => {
    const ledger = sampleLedger();
    const item = ledger.signers.read(pay());
    const items = Array.from({ length: ledgerLimits.batchIntentsMax + 1 }, () => item);
    const batch = { version: ledger.state.version, timeMs: startMs, items };
    expect(() => applyBatch(ledger.state, batch)).toThrow(
      expect.objectContaining({ code: 'BATCH_TOO_LARGE' }),
    );
  });

  it('leaves the state that it started from as it was', () => {
    const ledger = sampleLedger();
    const { state } = ledger;
    const copy = structuredClone(state);
    ledger.run(pay(), { op: 'deposit', account: 'carol', amount: 5n }, { op: 'freeze', account: 'bob' });
    expect(state).toEqual(copy);
  });

  it('gives the same result twice', () => {
    const ledger = sampleLedger();
    const batch = { version: ledger.state.version, timeMs: startMs, items: [ledger.signers.read(pay())] };
    expect(applyBatch(ledger.state, batch)).toEqual(applyBatch(ledger.state, batch));
  });

  it('of transfers makes one delta a page', () => {
    const ledger = sampleLedger();
    ledger.run(pay(), pay({ account: 'bob', to: 'carol', amount: 7n } as Partial<Wish>));
    expect(ledger.result?.deltas.map(({ page, book }) => [page, book])).toEqual([[0, 'available']]);
    expect([...(ledger.result?.deltas[0]?.changes.subarray(0, 3) ?? [])]).toEqual([-10n, 3n, 7n]);
  });

  it('changes every book of every page where the charter asks for padding', () => {
    const ledger = sampleLedger(sampleCharter({ padding: 'all', pageCount: 2 }));
    ledger.run(pay());
    expect(ledger.result?.deltas).toHaveLength(6);
  });

  it('lets nobody spend what came in with it', () => {
    const ledger = sampleLedger();
    const spends = pay({ account: 'bob', to: 'carol', amount: 1_005n } as Partial<Wish>);
    expect(ledger.run(pay(), spends)).toEqual(['applied', 'INSUFFICIENT']);
    expect(ledger.balance('bob')).toEqual([1_010n, 0n, 0n]);
  });

  it('never turns the clock back', () => {
    const ledger = sampleLedger();
    ledger.apply([], laterMs);
    expect(ledger.apply([ledger.signers.read(pay())], startMs).outcomes).toMatchObject([
      { reason: 'EXPIRED' },
    ]);
  });
});

describe('accounts', () => {
  const owner = keyOf('alice');
  const fullPage = Array.from({ length: 8_192 }, (_, index) => ({
    ...{ id: `a${index}`, owner, opening: 0n },
    rollover: 'auto' as const,
  }));
  const opens: Wish = { op: 'open', account: 'new', owner, rollover: 'auto' };

  it('open on the next page when one is full', () => {
    const ledger = new SampleLedger(sampleCharter({ pageCount: 2, accounts: fullPage }));
    expect(ledger.run(opens, { op: 'deposit', account: 'new', amount: 5n })).toEqual(['applied', 'applied']);
    expect(ledger.result?.deltas.map(({ page, book }) => [page, book])).toEqual([[1, 'available']]);
    expect(ledger.state.pages[1]?.available[0]).toBe(5n);
  });

  it('are LIMIT_REACHED when all pages are full', () => {
    const ledger = new SampleLedger(sampleCharter({ accounts: fullPage }));
    expect(ledger.run(opens)).toEqual(['LIMIT_REACHED']);
  });
});
