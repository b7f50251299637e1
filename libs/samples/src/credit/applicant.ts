import type { SeededRandom } from '../random.js';
import { seededRandom } from '../random.js';

/** A credit application in the attributes and codes of the UCI Statlog German credit data. */
export interface Applicant {
  /** A11..A14: state of the checking account. */
  readonly checking: string;
  /** Months. */
  readonly duration: number;
  /** A30..A34: credit history. */
  readonly history: string;
  /** A40..A410. Not scored. */
  readonly purpose: string;
  /** Whole currency units. */
  readonly amount: number;
  /** A61..A65. */
  readonly savings: string;
  /** A71 (unemployed), A72..A75 (years in the present job). */
  readonly employment: string;
  /** Instalment rate, 1..4. */
  readonly rate: number;
  /** A101..A103. */
  readonly guarantors: string;
  /** A141..A143: other instalment plans. */
  readonly other_plans: string;
}

/** The demo input: scores 673. */
export const goldenApplicant: Applicant = {
  checking: 'A14',
  duration: 12,
  history: 'A34',
  purpose: 'A46',
  amount: 2096,
  savings: 'A61',
  employment: 'A74',
  rate: 2,
  guarantors: 'A101',
  other_plans: 'A143',
};

type Counts<T> = readonly (readonly [value: T, count: number])[];

/** Counts per 1000 applicants of the Statlog file. */
const marginals = {
  checking: counts({ A11: 274, A12: 269, A13: 63, A14: 394 }),
  history: counts({ A30: 40, A31: 49, A32: 530, A33: 88, A34: 293 }),
  purpose: counts({
    A40: 234,
    A41: 103,
    A410: 12,
    A42: 181,
    A43: 280,
    A44: 12,
    A45: 22,
    A46: 50,
    A48: 9,
    A49: 97,
  }),
  savings: counts({ A61: 603, A62: 103, A63: 63, A64: 48, A65: 183 }),
  employment: counts({ A71: 62, A72: 172, A73: 339, A74: 174, A75: 253 }),
  guarantors: counts({ A101: 907, A102: 41, A103: 52 }),
  other_plans: counts({ A141: 139, A142: 47, A143: 814 }),
} as const;

const rateCounts: Counts<number> = [
  [1, 136],
  [2, 231],
  [3, 157],
  [4, 476],
];

type Quantiles = readonly (readonly [share: number, value: number])[];

const durationMonths: Quantiles = [
  [0, 4],
  [0.1, 9],
  [0.25, 12],
  [0.5, 18],
  [0.75, 24],
  [0.9, 36],
  [1, 72],
];

const amounts: Quantiles = [
  [0, 250],
  [0.1, 932],
  [0.25, 1366],
  [0.5, 2320],
  [0.75, 3972],
  [0.9, 7179],
  [1, 18_424],
];

/** An invented applicant: every attribute is drawn by its marginal, independently of the others. */
export function generateApplicant(rng: SeededRandom): Applicant {
  return {
    checking: rng.weighted(marginals.checking),
    duration: quantile(durationMonths, rng.float()),
    history: rng.weighted(marginals.history),
    purpose: rng.weighted(marginals.purpose),
    amount: quantile(amounts, rng.float()),
    savings: rng.weighted(marginals.savings),
    employment: rng.weighted(marginals.employment),
    rate: rng.weighted(rateCounts),
    guarantors: rng.weighted(marginals.guarantors),
    other_plans: rng.weighted(marginals.other_plans),
  };
}

const searchMax = 100_000;

/** The first applicant of the seed's stream that satisfies the predicate; throws after 100 000 tries. */
export function findApplicant(
  seed: number | string,
  predicate: (applicant: Applicant) => boolean,
): Applicant {
  const rng = seededRandom(seed);
  for (let tries = 0; tries < searchMax; tries += 1) {
    const applicant = generateApplicant(rng);
    if (predicate(applicant)) return applicant;
  }
  throw new RangeError(`no applicant of seed ${seed} satisfies the predicate in ${searchMax} tries`);
}

function counts(table: Readonly<Record<string, number>>): Counts<string> {
  return Object.entries(table);
}

/** Linear between the known quantiles, rounded to a whole unit. */
function quantile(points: Quantiles, share: number): number {
  let [fromShare, fromValue] = [0, 0];
  for (const [toShare, toValue] of points) {
    if (share < toShare) {
      const along = (share - fromShare) / (toShare - fromShare);
      return Math.round(fromValue + along * (toValue - fromValue));
    }
    [fromShare, fromValue] = [toShare, toValue];
  }
  return fromValue;
}
