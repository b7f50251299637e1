import { describe, expect, it } from 'vitest';
import { type Check, failedChecks } from './check.js';

describe('failedChecks', () => {
  it('keeps failures and errors, and treats a check that could not run as no success', () => {
    const results = ['pass', 'warn', 'fail', 'skip', 'error'] as const;
    const checks = results.map(
      (result): Check => ({ id: result, title: result, result, reason: null, severity: 'blocker' }),
    );
    expect(failedChecks(checks).map((check) => check.id)).toEqual(['fail', 'error']);
  });
});
