import { describe, expect, it } from 'vitest';
import type { Digest } from '#canonical';
import { encodeMemo, toldOf } from '../intent/memo.js';
import { keyOf, type SampleLedger, sampleLedger, startMs, type Wish } from '../testing/ledger.fixture.js';

const HOUR_MS = 3_600_000;
const BUDGET = 100n;
type Signed = Wish & { readonly by: string };
/** Of an intent; which of them fit together is what the reader of intents says. */
type Members = Readonly<Record<string, unknown>>;

/** An account of alice's that holds the budget, and the agent that spends from it. */
function granted(members: Members = {}): SampleLedger {
  const ledger = sampleLedger();
  const terms: Wish = {
    ...{ op: 'delegate', account: 'alice/agent', delegate: keyOf('agent'), ops: ['transfer', 'reserve'] },
    ...{ perCall: 40n, perDay: 1_000n, untilMs: startMs + HOUR_MS, allow: ['bob'] },
  };
  const done = ledger.run(
    { op: 'open', account: 'alice/agent', owner: keyOf('alice'), rollover: 'auto' },
    { ...terms, ...members, by: 'alice' } as Signed,
    { op: 'transfer', account: 'alice', to: 'alice/agent', amount: BUDGET },
  );
  expect(done).toEqual(['applied', 'applied', 'applied']);
  return ledger;
}

function byAgent(ledger: SampleLedger, members: Members): Signed {
  const { version: seen } = ledger.state;
  const asked = { op: 'transfer', account: 'alice/agent', to: 'bob', by: 'agent', seen };
  return { ...asked, ...members } as Signed;
}

const pay = (ledger: SampleLedger, amount: bigint): Signed => byAgent(ledger, { amount });

const hold = (ledger: SampleLedger, amount: bigint): Signed =>
  byAgent(ledger, {
    ...{ op: 'reserve', amount, closer: keyOf('bob'), untilMs: startMs + HOUR_MS / 2 },
  });

describe('a mandate whose budget is the balance of its own account', () => {
  it.each<[string, string, Members]>([
    ['DELEGATE_LIMIT', 'more than one call may have', { amount: 41n }],
    ['DELEGATE_NOT_ALLOWED', 'another payee', { amount: 1n, to: 'carol' }],
    ['DELEGATE_NOT_ALLOWED', 'the account of its owner', { amount: 1n, to: 'alice' }],
    ['NOT_OWNER', 'its owner’s other account', { amount: 1n, account: 'alice' }],
  ])('is refused with %s for %s', (reason, _, members) => {
    const ledger = granted();
    expect(ledger.run(byAgent(ledger, members))).toEqual([reason]);
    expect(ledger.balance('alice/agent')).toEqual([BUDGET, 0n, 0n]);
  });

  it('is refused with DELEGATE_EXPIRED once its time has passed', () => {
    const ledger = granted();
    const late = { ...pay(ledger, 1n), notAfterMs: startMs + 9 * HOUR_MS };
    const item = ledger.signers.read(late, 'agent');
    expect(ledger.apply([item], startMs + HOUR_MS).outcomes).toMatchObject([{ reason: 'DELEGATE_EXPIRED' }]);
  });

  it('cannot be exceeded by calls at once, in one batch or in several, and the agent is not told where it ended', () => {
    const ledger = granted();
    const calls = (count: number) => Array.from({ length: count }, () => pay(ledger, 40n));
    expect(ledger.run(...calls(3))).toEqual(['applied', 'applied', 'applied']);
    expect(ledger.balance('alice/agent')).toEqual([20n, 0n, 0n]);
    const memos = (ledger.result?.outcomes ?? []).map((outcome) => toldOf(outcome));
    expect(memos.map(({ silent, transferred }) => [silent, transferred])).toEqual(Array(3).fill([true, 0n]));
    const answers = memos.map((memo) => encodeMemo({ ...memo, intentId: null }));
    expect(answers[2]).toEqual(answers[0]);
    expect(ledger.run(...calls(5))).toEqual(Array(5).fill('applied'));
    expect([ledger.balance('alice/agent'), ledger.balance('bob')]).toEqual([
      [20n, 0n, 0n],
      [1_080n, 0n, 0n],
    ]);
  });

  it('cannot be exceeded by reservations and payments at once', () => {
    const ledger = granted();
    ledger.run(hold(ledger, 40n), hold(ledger, 40n), pay(ledger, 40n), pay(ledger, 20n));
    expect([ledger.balance('alice/agent'), ledger.balance('bob')]).toEqual([
      [0n, 0n, 80n],
      [1_020n, 0n, 0n],
    ]);
  });

  it('gets back what of a reservation was not used, and not the day', () => {
    const ledger = granted({ perDay: 60n });
    ledger.run(hold(ledger, 40n));
    const reservation = ledger.result?.outcomes[0]?.intentId as Digest;
    ledger.run({ op: 'commit', account: 'alice/agent', reservation, amount: 7n, by: 'bob' });
    expect([ledger.balance('alice/agent'), ledger.balance('bob')]).toEqual([
      [93n, 0n, 0n],
      [1_007n, 0n, 0n],
    ]);
    expect(ledger.run(hold(ledger, 21n), hold(ledger, 20n))).toEqual(['DELEGATE_LIMIT', 'applied']);
  });

  it('leaves the rest to its owner, and nothing to the agent, once it is revoked', () => {
    const ledger = granted();
    ledger.run(pay(ledger, 30n));
    const back: Wish = { op: 'transfer', account: 'alice/agent', to: 'alice', amount: 70n };
    expect(
      ledger.run(
        { op: 'revoke', account: 'alice/agent', delegate: keyOf('agent'), by: 'alice' },
        pay(ledger, 1n),
        { ...back, by: 'alice' },
      ),
    ).toEqual(['applied', 'NOT_OWNER', 'applied']);
    expect([ledger.balance('alice'), ledger.balance('alice/agent')]).toEqual([
      [970n, 0n, 0n],
      [0n, 0n, 0n],
    ]);
  });
});
