import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#canonical';
import { isOver, mayBegin, type PaymentState, paymentOf } from './payment-state.js';

type Run = NonNullable<Parameters<typeof paymentOf>[0]>;

/** A run of `agent-call` as far as its payment is read from it. */
function runOf(state: string, facts: Readonly<Record<string, JsonObject>>, reason = ''): Run {
  const steps = Object.entries(facts).map(([id, stated]) => ({ id, publicJson: JSON.stringify(stated) }));
  return { state: `RUN_STATE_${state}`, reason, steps } as unknown as Run;
}

const submitted = { 'reserve.submit': { ledger: 'eur' } };
const reserved = { ...submitted, 'reserve.confirm': { outcome: 'reserved', reason: null } };

const states: readonly PaymentState[] = ['NOT_BEGUN', 'RESERVED', 'SETTLED', 'RELEASED', 'UNKNOWN'];

describe('a payment is never', () => {
  it.each(['PENDING', 'PLANNED', 'RUNNING', 'AWAITING_INPUT', 'PARKED', 'CANCELLED', 'EXPIRED', 'FAILED'])(
    'made again where there is a run of it, though that is %s and states nothing',
    (state) => {
      expect(mayBegin(paymentOf(runOf(state, {})))).toBe(false);
    },
  );

  it('made again from a state other than that of no run at all', () => {
    const begun = states.filter((state) => mayBegin({ state, reason: null }));
    expect(begun).toEqual(['NOT_BEGUN']);
  });

  it('over while its money may still move', () => {
    const over = states.filter((state) => isOver({ state, reason: null }));
    expect(over).toEqual(['SETTLED', 'RELEASED']);
  });

  it('RELEASED on the word of a run that goes on', () => {
    for (const facts of [{}, submitted, reserved])
      expect(paymentOf(runOf('RUNNING', facts)).state).not.toBe('RELEASED');
  });

  it('SETTLED on anything but what the ledger says of the commit', () => {
    for (const outcome of ['released', 'refused', 'reserved', 'COMMITTED', null])
      expect(paymentOf(runOf('SUCCEEDED', { ...reserved, 'settle.confirm': { outcome } })).state).not.toBe(
        'SETTLED',
      );
  });
});

describe('a payment is', () => {
  it('NOT_BEGUN where the orchestrator has no run of it', () => {
    expect(paymentOf(null)).toEqual({ state: 'NOT_BEGUN', reason: null });
  });

  it.each<[string, Run, ReturnType<typeof paymentOf>]>([
    [
      'UNKNOWN while its intent is on the way',
      runOf('RUNNING', submitted),
      { state: 'UNKNOWN', reason: null },
    ],
    ['UNKNOWN before anything is known of it', runOf('PLANNED', {}), { state: 'UNKNOWN', reason: null }],
    [
      'UNKNOWN where the run ended and nobody says what became of the intent',
      runOf('FAILED', submitted, 'reserve.confirm: RECEIPT_INVALID'),
      { state: 'UNKNOWN', reason: 'RECEIPT_INVALID' },
    ],
    [
      'UNKNOWN where the commit was refused and the amount is still set aside',
      runOf('REJECTED', { ...reserved, 'settle.confirm': { outcome: 'refused', reason: 'EPOCH_WRONG' } }),
      { state: 'UNKNOWN', reason: 'EPOCH_WRONG' },
    ],
    ['RESERVED while the model answers', runOf('RUNNING', reserved), { state: 'RESERVED', reason: null }],
    [
      'SETTLED once the ledger took it',
      runOf('SUCCEEDED', { ...reserved, 'settle.confirm': { outcome: 'committed', reason: null } }),
      { state: 'SETTLED', reason: null },
    ],
    [
      'RELEASED where nothing was used',
      runOf('SUCCEEDED', { ...reserved, 'settle.confirm': { outcome: 'released', reason: null } }),
      { state: 'RELEASED', reason: null },
    ],
    [
      'RELEASED where the charge was refused and given back',
      runOf(
        'FAILED',
        { ...reserved, 'settle.release.confirm': { outcome: 'released' } },
        'settle.submit: CHARGE_ABOVE_TERMS',
      ),
      { state: 'RELEASED', reason: 'CHARGE_ABOVE_TERMS' },
    ],
    [
      'RELEASED where the mandate did not allow it',
      runOf('REJECTED', {
        ...submitted,
        'reserve.confirm': { outcome: 'refused', reason: 'DELEGATE_LIMIT' },
      }),
      { state: 'RELEASED', reason: 'DELEGATE_LIMIT' },
    ],
    [
      'RELEASED where the run ended before it could begin',
      runOf('FAILED', {}, 'reserve.submit: INTENT_INVALID'),
      { state: 'RELEASED', reason: 'INTENT_INVALID' },
    ],
  ])('%s', (_, run, standing) => {
    expect(paymentOf(run)).toEqual(standing);
  });
});
