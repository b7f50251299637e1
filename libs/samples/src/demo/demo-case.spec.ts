import { describe, expect, it } from 'vitest';
import { goldenApplicant } from '../credit/applicant.js';
import { decisionOf } from '../credit/scorecard.js';
import { demoCase, demoNames } from './demo-case.js';

describe('demoCase', () => {
  it.each(['approve', 'decline', 'review'] as const)('scores the %s case as its name says', (name) => {
    expect(decisionOf(demoCase(name).score)).toBe(name);
  });

  it('uses the golden applicant for the approval', () => {
    expect(demoCase('approve')).toMatchObject({ applicant: goldenApplicant, score: 673 });
  });

  it('scores the inconsistent case as an approval and shows no work in its statement', () => {
    const { score, profile } = demoCase('inconsistent');
    expect(decisionOf(score)).toBe('approve');
    expect(profile.employment).toBe('unemployed');
  });

  it.each(demoNames)('gives the same %s case every time', (name) => {
    expect(demoCase(name)).toEqual(demoCase(name));
  });
});
