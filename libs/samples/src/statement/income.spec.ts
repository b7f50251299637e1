import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import { statementMonths } from './booking.js';
import { incomeBookings } from './income.js';
import { employmentStatuses, type IncomeBand, incomeBandBounds } from './profile.js';

const period = { year: 2024, firstMonth: 10 };
const bands: readonly IncomeBand[] = [0, 1, 2, 3];
const cases = employmentStatuses.flatMap((employment) =>
  bands.map((incomeBand) => ({ employment, incomeBand })),
);

describe('incomeBookings', () => {
  it.each(cases)('averages inside band $incomeBand for $employment', (profile) => {
    const rng = seededRandom(`${profile.employment}${profile.incomeBand}`);
    const [from, below] = incomeBandBounds[profile.incomeBand] ?? [0, 0];
    for (let i = 0; i < 100; i += 1) {
      const bookings = incomeBookings(profile, period, rng);
      const euro = bookings.reduce((sum, { cents }) => sum + cents, 0) / statementMonths / 100;
      expect(euro).toBeGreaterThanOrEqual(from);
      expect(euro).toBeLessThan(below);
      expect(bookings.length === 0 && profile.employment !== 'unemployed').toBe(false);
      expect(bookings.every(({ cents, day }) => cents > 0 && day >= 1 && day <= 28)).toBe(true);
    }
  });

  it.each(['salaried', 'self-employed'] as const)('gives %s something in every month', (employment) => {
    const rng = seededRandom(employment);
    for (let i = 0; i < 100; i += 1) {
      const months = incomeBookings({ employment, incomeBand: 1 }, period, rng).map(({ month }) => month);
      expect(new Set(months).size).toBe(statementMonths);
    }
  });
});
