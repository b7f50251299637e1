import type { Applicant } from '../credit/applicant.js';
import type { SeededRandom } from '../random.js';

export type IncomeBand = 0 | 1 | 2 | 3;

export type EmploymentStatus = 'salaried' | 'self-employed' | 'unemployed' | 'retired' | 'student';

/** Who the holder of a generated statement is. */
export interface StatementProfile {
  readonly incomeBand: IncomeBand;
  readonly employment: EmploymentStatus;
  /** Name printed as account holder; drawn when absent. */
  readonly holder?: string;
  /** About how many words to write; 530 to 640 when absent. Income is always written in full. */
  readonly words?: number;
}

/**
 * Average net income of a month in EUR, `[from, below)`. Income is what a household lives on again and again:
 * pay, own trade, benefits, pensions, grants, rents, annuities. Refunds, gifts, own transfers, loans and
 * reimbursed expenses are not income.
 */
export const incomeBandBounds: readonly (readonly [fromEuro: number, belowEuro: number])[] = [
  [0, 1100],
  [1100, 2000],
  [2000, 3500],
  [3500, 7500],
];

export const employmentStatuses: readonly EmploymentStatus[] = [
  'salaried',
  'self-employed',
  'unemployed',
  'retired',
  'student',
];

/**
 * The truth that the model's second head learns: pay from an employer, or payments of customers to an own
 * trade, in every month of the statement. A job that ended after the first month, odd jobs, benefits,
 * pensions and grants are not regular earnings.
 */
export function hasRegularEarnings(status: EmploymentStatus): boolean {
  return status === 'salaried' || status === 'self-employed';
}

/** A profile that agrees with the employment code of the form: A71 without earnings, A72..A75 with. */
export function profileOf(applicant: Applicant, rng: SeededRandom): StatementProfile {
  if (applicant.employment === 'A71') {
    return { employment: rng.pick(['unemployed', 'unemployed', 'retired']), incomeBand: rng.pick([0, 1]) };
  }
  const employment = rng.weighted<EmploymentStatus>([
    ['salaried', 4],
    ['self-employed', 1],
  ]);
  return { employment, incomeBand: rng.pick<IncomeBand>([1, 2, 2, 3]) };
}
