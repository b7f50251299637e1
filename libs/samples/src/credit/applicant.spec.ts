import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import { type Applicant, findApplicant, generateApplicant, goldenApplicant } from './applicant.js';
import { describeWithCreditData } from './credit-data.fixture.js';

const draw = (seed: number, count: number) => {
  const rng = seededRandom(seed);
  return Array.from({ length: count }, () => generateApplicant(rng));
};

const share = (applicants: readonly Applicant[], test: (applicant: Applicant) => boolean) =>
  applicants.filter(test).length / applicants.length;

const codeFields = [
  'checking',
  'history',
  'purpose',
  'savings',
  'employment',
  'guarantors',
  'other_plans',
  'rate',
] as const;

describe('generateApplicant', () => {
  const applicants = draw(11, 20_000);

  it('gives the same applicants for the same seed', () => {
    expect(draw(5, 3)).toEqual(draw(5, 3));
    expect(draw(5, 3)).not.toEqual(draw(6, 3));
  });

  it('stays inside the ranges of the form', () => {
    const within = (value: number, min: number, max: number) =>
      Number.isInteger(value) && value >= min && value <= max;
    const outside = applicants.filter(
      ({ duration, amount, rate }) =>
        !(within(duration, 4, 72) && within(amount, 250, 18_424) && within(rate, 1, 4)),
    );
    expect(outside).toEqual([]);
  });

  it('keeps the documented marginals within a percentage point', () => {
    expect(share(applicants, (a) => a.checking === 'A14')).toBeCloseTo(0.394, 1.9);
    expect(share(applicants, (a) => a.employment === 'A71')).toBeCloseTo(0.062, 1.9);
    expect(share(applicants, (a) => a.amount <= 2320)).toBeCloseTo(0.5, 1.9);
    expect(share(applicants, (a) => a.duration <= 36)).toBeCloseTo(0.9, 1.5);
  });

  describeWithCreditData('beside the real file', (rows) => {
    it.each(codeFields)('has the same %s shares within a percentage point', (field) => {
      for (const value of new Set(rows.map((row) => row[field]))) {
        const real = share(rows, (row) => row[field] === value);
        expect(Math.abs(share(applicants, (a) => a[field] === value) - real)).toBeLessThan(0.011);
      }
    });
  });
});

describe('findApplicant', () => {
  it('finds the first applicant of the stream that fits', () => {
    const found = findApplicant('seed', (applicant) => applicant.employment === 'A71');
    expect(found.employment).toBe('A71');
    expect(findApplicant('seed', (applicant) => applicant.employment === 'A71')).toEqual(found);
  });

  it('says so when nothing fits', () => {
    expect(() => findApplicant(1, () => false)).toThrow('no applicant of seed 1');
  });
});

describe('goldenApplicant', () => {
  it('claims four to seven years in the present job', () => {
    expect(goldenApplicant.employment).toBe('A74');
  });
});
