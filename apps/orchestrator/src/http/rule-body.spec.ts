import { describe, expect, it } from 'vitest';
import { ruleOf } from './rule-body.js';

describe('a rule of retention over HTTP', () => {
  it.each([
    [{ payloadDays: '30' }, 'payloadDays'],
    [{ payloadDays: 1.5 }, 'payloadDays'],
    [{ evidenceDays: [] }, 'evidenceDays'],
    [{ remove: 'yes' }, 'remove'],
    [{ class: 7 }, 'class'],
    [{ days: 30 }, 'days'],
  ])('is refused for %o, by the name of what is wrong', (body, field) => {
    expect(() => ruleOf(body)).toThrow(
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        violations: [expect.objectContaining({ field })],
      }),
    );
  });

  it('keeps for ever what it says no days of, and never by zero days', () => {
    const rule = ruleOf({ class: 'gdpr-30d', payloadDays: 30, evidenceDays: null, reason: 'law' });
    expect(rule).toMatchObject({ class: 'gdpr-30d', payloadDays: 30, remove: false, validateOnly: false });
    expect('evidenceDays' in rule).toBe(false);
    expect(ruleOf({ payloadDays: 0 }).payloadDays).toBe(0);
  });
});
