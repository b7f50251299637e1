import type { Applicant } from './applicant.js';

export type Decision = 'decline' | 'review' | 'approve';

const baseScore = 617;

const codePoints: Readonly<Record<string, number>> = {
  A11: -23,
  A12: -11,
  A13: 6,
  A14: 27,
  A30: -13,
  A31: -16,
  A32: 2,
  A33: 6,
  A34: 21,
  A61: -15,
  A62: -11,
  A63: 1,
  A64: 14,
  A65: 11,
  A71: -1,
  A72: -11,
  A73: -4,
  A74: 12,
  A75: 4,
  A101: -7,
  A102: -14,
  A103: 21,
  A141: -8,
  A142: 1,
  A143: 7,
};

type Steps = readonly (readonly [above: number, points: number])[];

/** Cumulative: every threshold that the value exceeds adds its points. */
const durationSteps: Steps = [
  [12, -13],
  [24, -8],
  [36, -5],
];
const amountSteps: Steps = [
  [1000, 11],
  [4000, -15],
  [8000, -16],
];
const rateSteps: Steps = [
  [2, -8],
  [3, -10],
];

/**
 * The demo scorecard in the clear, 466..730. It chooses sample applicants and checks the circuit from outside;
 * the decision of a run comes from the proof, never from here.
 */
export function scoreApplicant(applicant: Applicant): number {
  const codes = [
    applicant.checking,
    applicant.history,
    applicant.savings,
    applicant.employment,
    applicant.guarantors,
    applicant.other_plans,
  ];
  return (
    baseScore +
    codes.reduce((sum, code) => sum + pointsOf(code), 0) +
    climb(durationSteps, applicant.duration) +
    climb(amountSteps, applicant.amount) +
    climb(rateSteps, applicant.rate)
  );
}

/** 620 and above approves, below 580 declines, a person reviews the rest. */
export function decisionOf(score: number): Decision {
  if (score >= 620) return 'approve';
  return score >= 580 ? 'review' : 'decline';
}

function pointsOf(code: string): number {
  const points = codePoints[code];
  if (points === undefined) throw new RangeError(`the scorecard has no points for code ${code}`);
  return points;
}

function climb(steps: Steps, value: number): number {
  return steps.reduce((sum, [above, points]) => (value > above ? sum + points : sum), 0);
}
