import { type Applicant, findApplicant, goldenApplicant } from '../credit/applicant.js';
import { decisionOf, scoreApplicant } from '../credit/scorecard.js';
import { seededRandom } from '../random.js';
import type { StatementProfile } from '../statement/profile.js';
import { generateStatement } from '../statement/statement.js';

/**
 * `approve`, `decline` and `review` are honest applications of these scores. `inconsistent` scores like an
 * approval, and its statement shows no work although the form claims four years in a job.
 */
export type DemoName = 'approve' | 'decline' | 'review' | 'inconsistent';

export interface DemoCase {
  readonly name: DemoName;
  readonly applicant: Applicant;
  /** Points of the scorecard. */
  readonly score: number;
  readonly profile: StatementProfile;
  readonly statement: string;
}

const salaried: StatementProfile = { employment: 'salaried', incomeBand: 2 };
const unemployed: StatementProfile = { employment: 'unemployed', incomeBand: 0 };

export const demoNames: readonly DemoName[] = ['approve', 'decline', 'review', 'inconsistent'];

/**
 * One fixed case of each kind. `approve` is the golden applicant. The statements' seed is one whose four texts
 * the committed model reads without doubt: a demo shows the mechanics, the model card tells the error rate.
 */
export function demoCase(name: DemoName): DemoCase {
  const applicant = applicantOf(name);
  const profile = name === 'inconsistent' ? unemployed : salaried;
  const statement = generateStatement(seededRandom(`sealflow/demo/${name}`), profile);
  return { name, applicant, score: scoreApplicant(applicant), profile, statement };
}

function applicantOf(name: DemoName): Applicant {
  if (name === 'approve' || name === 'inconsistent') return goldenApplicant;
  return findApplicant(
    `demo/${name}/applicant`,
    (applicant) => decisionOf(scoreApplicant(applicant)) === name && applicant.employment !== 'A71',
  );
}
