import { describe, expect, it } from 'vitest';
import { type Applicant, goldenApplicant } from './applicant.js';
import { describeWithCreditData } from './credit-data.fixture.js';
import { decisionOf, scoreApplicant } from './scorecard.js';

const best: Applicant = {
  checking: 'A14',
  duration: 12,
  history: 'A34',
  purpose: 'A40',
  amount: 4000,
  savings: 'A64',
  employment: 'A74',
  rate: 1,
  guarantors: 'A103',
  other_plans: 'A143',
};

describe('scoreApplicant', () => {
  it('gives the golden applicant 673 points, an approval', () => {
    expect(scoreApplicant(goldenApplicant)).toBe(673);
    expect(decisionOf(673)).toBe('approve');
  });

  it('reaches 730 at best and 466 at worst', () => {
    expect(scoreApplicant(best)).toBe(730);
    const worst: Applicant = {
      ...best,
      checking: 'A11',
      duration: 37,
      history: 'A31',
      amount: 8001,
      savings: 'A61',
      employment: 'A72',
      rate: 4,
      guarantors: 'A102',
      other_plans: 'A141',
    };
    expect(scoreApplicant(worst)).toBe(466);
  });

  it('adds points only above a threshold, not at it', () => {
    const at = scoreApplicant(best);
    expect(scoreApplicant({ ...best, duration: 13 })).toBe(at - 13);
    expect(scoreApplicant({ ...best, amount: 4001 })).toBe(at - 15);
    expect(scoreApplicant({ ...best, amount: 1000 })).toBe(at - 11);
    expect(scoreApplicant({ ...best, rate: 2 })).toBe(at);
    expect(scoreApplicant({ ...best, rate: 3 })).toBe(at - 8);
  });

  it('refuses a code that it has no points for', () => {
    expect(() => scoreApplicant({ ...best, checking: 'A15' })).toThrow(RangeError);
  });

  describeWithCreditData('on the real file', (rows) => {
    it('decides 326, 359 and 315 rows', () => {
      const decisions = rows.map((row) => decisionOf(scoreApplicant(row)));
      const count = (name: string) => decisions.filter((decision) => decision === name).length;
      expect([count('approve'), count('review'), count('decline')]).toEqual([326, 359, 315]);
    });

    it('gives the golden rows their points', () => {
      const scores = [0, 1, 2, 9].map((index) => scoreApplicant(rows[index] ?? best));
      expect(scores).toEqual([623, 559, 673, 568]);
    });
  });
});

describe('decisionOf', () => {
  it('switches at 580 and 620', () => {
    expect([579, 580, 619, 620].map(decisionOf)).toEqual(['decline', 'review', 'review', 'approve']);
  });
});
