import { describe, expect, it } from 'vitest';
import type { Digest } from '#canonical';
import { encodeMemo, toldOf } from '../intent/memo.js';
import { ledgerLimits } from '../limits.js';
import {
  keyOf,
  laterMs,
  type SampleLedger,
  sampleLedger,
  startMs,
  type Wish,
} from '../testing/ledger.fixture.js';

const DAY_MS = 86_400_000;
const delegation: Wish = {
  ...{ op: 'delegate', account: 'alice', delegate: keyOf('agent'), ops: ['transfer', 'reserve'] },
  ...{ perCall: 50n, perDay: 80n, untilMs: startMs + 2 * DAY_MS, allow: ['bob'] },
};

function byAgent(amount: bigint, members: Partial<Wish> = {}): Wish & { by: string } {
  return {
    ...{ op: 'transfer', account: 'alice', to: 'bob', amount, by: 'agent', seen: 3, ...members },
  } as Wish & { by: string };
}

function delegated(wish: Wish = delegation): SampleLedger {
  const ledger = sampleLedger();
  expect(ledger.run(wish)).toEqual(['applied']);
  return ledger;
}

describe('a delegate', () => {
  it.each<[string, string, Wish & { by: string }]>([
    ['DELEGATE_LIMIT', 'more than one call may have', byAgent(51n)],
    [
      'DELEGATE_NOT_ALLOWED',
      'a payee that is not on its list',
      byAgent(1n, { to: 'carol' } as Partial<Wish>),
    ],
    ['DELEGATE_NOT_ALLOWED', 'an intent from before the delegation', byAgent(1n, { seen: 2 })],
    ['NOT_OWNER', 'an operation that nobody can delegate', byAgent(1n, { op: 'rollover' } as Partial<Wish>)],
    ['NOT_OWNER', 'a further delegation', { ...delegation, by: 'agent' } as Wish & { by: string }],
  ])('is refused with %s for %s', (reason, _, wish) => {
    const ledger = delegated();
    const { op, by, account, ...rest } = wish as Wish & { by: string; to?: string; amount?: bigint };
    const { to: _to, amount: _amount, ...bare } = rest;
    const asked = (op === 'rollover' ? { op, account, by, ...bare } : wish) as Wish & { by: string };
    expect(ledger.run(asked)).toEqual([reason]);
    expect(ledger.balance('alice')).toEqual([1_000n, 0n, 0n]);
  });

  it('is refused for an operation that its delegation does not name', () => {
    const ledger = delegated({ ...delegation, ops: ['reserve'] } as Wish);
    expect(ledger.run(byAgent(1n))).toEqual(['DELEGATE_NOT_ALLOWED']);
  });

  it('cannot exceed its day by parallel calls, in one batch or in several', () => {
    const ledger = delegated();
    expect(ledger.run(byAgent(50n), byAgent(50n), byAgent(30n))).toEqual([
      'applied',
      'DELEGATE_LIMIT',
      'applied',
    ]);
    expect(ledger.run(byAgent(1n))).toEqual(['DELEGATE_LIMIT']);
    expect(ledger.balance('alice')).toEqual([920n, 0n, 0n]);
  });

  it('has a new day after midnight UTC, and none after its end', () => {
    const ledger = delegated();
    ledger.run(byAgent(50n));
    const late = { notAfterMs: startMs + 9 * DAY_MS };
    const next = ledger.signers.read(byAgent(50n, late), 'agent');
    expect(ledger.apply([next], startMs + DAY_MS).outcomes).toMatchObject([{ status: 'applied' }]);
    const last = ledger.signers.read(byAgent(50n, late), 'agent');
    expect(ledger.apply([last], startMs + 2 * DAY_MS).outcomes).toMatchObject([
      { reason: 'DELEGATE_EXPIRED' },
    ]);
  });

  it('learns nothing from a payment that found nothing: same answer, same size, same budget', () => {
    const rich = delegated();
    const poor = delegated();
    poor.run({ op: 'withdraw', account: 'alice', amount: 1_000n });
    rich.run({ op: 'freeze', account: 'bob' });
    const memos = [rich, poor].map((ledger) => {
      const item = ledger.signers.read(byAgent(50n), 'agent');
      const [outcome] = ledger.apply([item]).outcomes;
      if (outcome === undefined) throw new Error('no outcome');
      const second = ledger.run(byAgent(31n));
      return { memo: encodeMemo(toldOf(outcome)), second, told: toldOf(outcome) };
    });
    expect(memos[0]).toEqual(memos[1]);
    expect(memos[0]?.told).toMatchObject({ status: 'applied', silent: true, transferred: 0n });
    expect([rich.balance('alice'), poor.balance('alice')]).toEqual([
      [950n, 0n, 0n],
      [0n, 0n, 0n],
    ]);
  });

  it('ends with its revocation, and its old intents do not come back with a new delegation', () => {
    const ledger = delegated();
    const spare = ledger.signers.read(byAgent(5n), 'agent');
    ledger.run({ op: 'revoke', account: 'alice', delegate: keyOf('agent') });
    expect(ledger.run(byAgent(1n))).toEqual(['NOT_OWNER']);
    ledger.run(delegation);
    expect(ledger.apply([spare]).outcomes).toMatchObject([{ reason: 'DELEGATE_NOT_ALLOWED' }]);
    expect(ledger.run(byAgent(5n, { seen: ledger.state.version }))).toEqual(['applied']);
  });

  it('is LIMIT_REACHED when an account has as many as it may', () => {
    const ledger = sampleLedger();
    const many = Array.from({ length: ledgerLimits.delegatesMax + 1 }, (_, index) => ({
      ...delegation,
      delegate: keyOf(`agent ${index}`),
    }));
    expect(ledger.run(...(many as Wish[])).at(-1)).toBe('LIMIT_REACHED');
  });
});

describe('a reservation', () => {
  const reserve: Wish = {
    ...{ op: 'reserve', account: 'alice', to: 'bob', amount: 100n },
    ...{ closer: keyOf('escrow'), untilMs: startMs + 1_000 },
  };

  function reserved(): { ledger: SampleLedger; reservation: Digest } {
    const ledger = sampleLedger();
    ledger.run(reserve);
    const reservation = ledger.result?.outcomes[0]?.intentId;
    if (reservation == null) throw new Error('no reservation');
    return { ledger, reservation };
  }

  const at = (ledger: SampleLedger, timeMs: number, wish: Wish, by: string) =>
    ledger.apply([ledger.signers.read(wish, by)], timeMs).outcomes[0];

  it('is closed by nobody but its closer before its time', () => {
    const { ledger, reservation } = reserved();
    const release: Wish = { op: 'release', account: 'alice', reservation };
    const commit: Wish = { op: 'commit', account: 'alice', reservation, amount: 1n };
    expect(ledger.run(release, { ...release, by: 'bob' }, commit, { ...commit, by: 'bob' })).toEqual(
      Array(4).fill('NOT_CLOSER'),
    );
    expect(ledger.balance('alice')).toEqual([900n, 0n, 100n]);
  });

  it('goes back to its owner after its time, and to nobody else', () => {
    const { ledger, reservation } = reserved();
    const ended = startMs + 1_000;
    expect(
      at(ledger, ended, { op: 'commit', account: 'alice', reservation, amount: 1n }, 'escrow'),
    ).toMatchObject({
      reason: 'EXPIRED',
    });
    expect(at(ledger, ended, { op: 'release', account: 'alice', reservation }, 'alice')).toMatchObject({
      status: 'applied',
    });
    expect(ledger.balance('alice')).toEqual([1_000n, 0n, 0n]);
  });

  it('pays a part and gives back the rest, once', () => {
    const { ledger, reservation } = reserved();
    const commit: Wish = { op: 'commit', account: 'alice', reservation, amount: 60n };
    expect(ledger.run({ ...commit, by: 'escrow' }, { ...commit, by: 'escrow', nonce: 9 })).toEqual([
      'applied',
      'RESERVATION_UNKNOWN',
    ]);
    expect([ledger.balance('alice'), ledger.balance('bob')]).toEqual([
      [940n, 0n, 0n],
      [1_060n, 0n, 0n],
    ]);
  });

  it('gives a closer who asks for too much nothing, and no second try', () => {
    const { ledger, reservation } = reserved();
    const commit: Wish = { op: 'commit', account: 'alice', reservation, amount: 101n };
    const item = ledger.signers.read(commit, 'escrow');
    const [outcome] = ledger.apply([item]).outcomes;
    expect(outcome).toMatchObject({ status: 'applied', transferred: 0n, silent: true, credited: 'bob' });
    expect(ledger.balance('alice')).toEqual([1_000n, 0n, 0n]);
  });

  it('tells the owner who closes what was too much', () => {
    const ledger = sampleLedger();
    ledger.run({ ...reserve, closer: keyOf('alice') } as Wish);
    const reservation = ledger.result?.outcomes[0]?.intentId as Digest;
    expect(ledger.run({ op: 'commit', account: 'alice', reservation, amount: 101n })).toEqual([
      'INSUFFICIENT',
    ]);
    expect(ledger.balance('alice')).toEqual([900n, 0n, 100n]);
  });

  it('does not leave a frozen account, but may be given back to it', () => {
    const { ledger, reservation } = reserved();
    ledger.run({ op: 'freeze', account: 'alice' });
    const commit: Wish = { op: 'commit', account: 'alice', reservation, amount: 60n };
    expect(ledger.run({ ...commit, by: 'escrow' })).toEqual(['ACCOUNT_FROZEN']);
    expect(ledger.run({ op: 'release', account: 'alice', reservation, by: 'escrow' })).toEqual(['applied']);
  });

  it('is not paid to an account that was closed meanwhile', () => {
    const { ledger, reservation } = reserved();
    ledger.run({ op: 'withdraw', account: 'bob', amount: 1_000n });
    ledger.run({ op: 'close', account: 'bob' });
    const commit: Wish = { op: 'commit', account: 'alice', reservation, amount: 60n };
    expect(ledger.run({ ...commit, by: 'escrow' })).toEqual(['ACCOUNT_CLOSED']);
    expect(ledger.balance('alice')).toEqual([900n, 0n, 100n]);
  });

  it('keeps an account from being closed', () => {
    const ledger = sampleLedger();
    ledger.run({ ...reserve, amount: 1_000n } as Wish);
    expect(ledger.run({ op: 'close', account: 'alice' })).toEqual(['ACCOUNT_NOT_EMPTY']);
  });

  it('is LIMIT_REACHED when an account has as many as it may', () => {
    const ledger = sampleLedger();
    const many = Array.from({ length: ledgerLimits.reservationsMax + 1 }, () => ({ ...reserve, amount: 1n }));
    expect(ledger.run(...(many as Wish[])).at(-1)).toBe('LIMIT_REACHED');
  });
});

describe('pending money', () => {
  it('of a manual account waits for a rollover, which leaves what came with it', () => {
    const ledger = sampleLedger();
    ledger.run({ op: 'deposit', account: 'manual', amount: 5n });
    expect(ledger.balance('manual')).toEqual([1_000n, 5n, 0n]);
    ledger.run({ op: 'deposit', account: 'manual', amount: 7n }, { op: 'rollover', account: 'manual' });
    expect(ledger.balance('manual')).toEqual([1_005n, 7n, 0n]);
    ledger.run({ op: 'rollover', account: 'manual' }, { op: 'rollover', account: 'manual' });
    expect(ledger.balance('manual')).toEqual([1_012n, 0n, 0n]);
  });

  it('of a frozen account waits until it is unfrozen', () => {
    const ledger = sampleLedger();
    ledger.run({ op: 'transfer', account: 'alice', to: 'frozen', amount: 5n });
    expect(ledger.balance('frozen')).toEqual([1_000n, 5n, 0n]);
    expect(ledger.result?.deltas.map(({ book }) => book)).toEqual(['available', 'pending']);
    ledger.run({ op: 'unfreeze', account: 'frozen' });
    expect(ledger.balance('frozen')).toEqual([1_005n, 0n, 0n]);
  });

  it('that a rollover settled can be spent in the same batch', () => {
    const ledger = sampleLedger();
    ledger.run({ op: 'deposit', account: 'manual', amount: 5n });
    const pay: Wish = { op: 'transfer', account: 'manual', to: 'bob', amount: 1_005n, notAfterMs: laterMs };
    expect(ledger.run({ op: 'rollover', account: 'manual' }, pay)).toEqual(['applied', 'applied']);
    expect(ledger.balance('manual')).toEqual([0n, 0n, 0n]);
  });

  it('keeps an account from being closed', () => {
    const ledger = sampleLedger();
    ledger.run({ op: 'withdraw', account: 'manual', amount: 1_000n });
    expect(
      ledger.run({ op: 'deposit', account: 'manual', amount: 1n }, { op: 'close', account: 'manual' }),
    ).toEqual(['applied', 'ACCOUNT_NOT_EMPTY']);
    expect(ledger.run({ op: 'close', account: 'manual' })).toEqual(['ACCOUNT_NOT_EMPTY']);
  });
});

describe('supply', () => {
  it('grows with deposits and falls with withdrawals, and with nothing else', () => {
    const ledger = sampleLedger();
    const { supply } = ledger.state;
    ledger.run(
      { op: 'deposit', account: 'bob', amount: 30n },
      { op: 'withdraw', account: 'alice', amount: 10n },
      { op: 'transfer', account: 'alice', to: 'bob', amount: 7n },
    );
    expect([ledger.result?.supplyChange, ledger.state.supply - supply]).toEqual([20n, 20n]);
  });
});
