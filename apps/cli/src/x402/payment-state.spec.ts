import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#canonical';
import { paymentOf } from './payment-state.js';

type Run = Parameters<typeof paymentOf>[0];

/** A run of `agent-call` as far as its payment is read from it. */
function runOf(state: string, facts: Readonly<Record<string, JsonObject>>, reason = ''): Run {
  const steps = Object.entries(facts).map(([id, stated]) => ({ id, publicJson: JSON.stringify(stated) }));
  return { state: `RUN_STATE_${state}`, reason, steps } as unknown as Run;
}

const submitted = { 'reserve.submit': { ledger: 'eur' } };
const reserved = { ...submitted, 'reserve.confirm': { outcome: 'reserved', reason: null } };

describe('a payment is', () => {
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
