import { describe, expect, it } from 'vitest';
import { runModel } from '../testing/model-run.fixture.js';

describe('the state machine of the page ledger', () => {
  it('decides 20,000 random intents, hostile ones among them, as a plain ledger does', () => {
    const { steps, batches, stepsPerSecond, answers } = runModel(7, 20_000, () => performance.now());
    console.info(`model: ${steps} steps in ${batches} batches, ${stepsPerSecond} steps/s`);
    expect(steps).toBe(20_000);
    // A run that never refuses, or never pays, would compare nothing.
    for (const answer of [
      ...[
        'applied',
        'LEDGER_WRONG',
        'ASSET_WRONG',
        'EPOCH_WRONG',
        'STALE_PAGE',
        'EXPIRED',
        'ACCOUNT_UNKNOWN',
      ],
      ...['ACCOUNT_EXISTS', 'ACCOUNT_FROZEN', 'ACCOUNT_CLOSED', 'ACCOUNT_NOT_EMPTY', 'SAME_ACCOUNT'],
      ...['NOT_OWNER', 'NOT_ISSUER', 'NOT_CLOSER', 'DELEGATE_NOT_ALLOWED', 'DELEGATE_EXPIRED'],
      ...['DELEGATE_LIMIT', 'REPLAYED', 'NONCE_TOO_OLD', 'NONCE_TOO_FAR', 'INSUFFICIENT'],
      ...['SUPPLY_EXCEEDED', 'RESERVATION_UNKNOWN'],
    ])
      expect.soft(answers.get(answer) ?? 0, answer).toBeGreaterThan(0);
  });
});
