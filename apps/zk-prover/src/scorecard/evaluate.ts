// SPDX-License-Identifier: GPL-3.0
import { checkAttributes, type ScorecardAttributes } from './attributes.js';
import type { ScorecardModel } from './model.js';
import { ScorecardError } from './scorecard-error.js';

export type Decision = 'decline' | 'review' | 'approve';

export interface ScorecardResult {
  readonly score: number;
  readonly decision: Decision;
  readonly limitCents: number;
}

export const SCORE_MIN = 466;
export const SCORE_MAX = 730;

/**
 * The circuit's statement in plain integers. It is the reference that the circuit is tested against, and it tells
 * the runtime the private outputs (score and limit) that a proof hides.
 *
 * @throws ScorecardError ATTRIBUTE_OUT_OF_RANGE, SCORE_OUT_OF_RANGE: where the circuit has no witness
 */
export function evaluateScorecard(attributes: ScorecardAttributes, model: ScorecardModel): ScorecardResult {
  const indicators = indicatorsOf(checkAttributes(attributes));
  const score = model.weights.reduce(
    (sum, weight, index) => sum + (indicators[index] ? weight : 0),
    model.base,
  );
  if (score < SCORE_MIN || score > SCORE_MAX) {
    throw new ScorecardError(
      'SCORE_OUT_OF_RANGE',
      `score: expected ${SCORE_MIN} to ${SCORE_MAX}; check the model`,
    );
  }
  // A statement that contradicts the form goes to a person: it can lower an approval, never raise anything.
  const approved = score >= 620 && attributes.consistent === 1;
  if (score < 580) return { score, decision: 'decline', limitCents: 0 };
  if (!approved) return { score, decision: 'review', limitCents: 300_000 };
  return {
    score,
    decision: 'approve',
    limitCents: score >= 680 ? 1_000_000 : score >= 650 ? 600_000 : 300_000,
  };
}

/** The 33 indicators in the order of `FEATURES`. */
function indicatorsOf(applicant: ScorecardAttributes): readonly boolean[] {
  const is = (value: number, options: readonly number[]): boolean[] =>
    options.map((option) => value === option);
  const over = (value: number, thresholds: readonly number[]): boolean[] =>
    thresholds.map((threshold) => value > threshold);
  return [
    ...is(applicant.checking, [1, 2, 3, 4]),
    ...over(applicant.duration, [12, 24, 36]),
    ...is(applicant.history, [0, 1, 2, 3, 4]),
    ...is(applicant.savings, [1, 2, 3, 4, 5]),
    ...is(applicant.employment, [1, 2, 3, 4, 5]),
    ...is(applicant.guarantors, [1, 2, 3]),
    ...is(applicant.otherPlans, [1, 2, 3]),
    ...over(applicant.amount, [1000, 4000, 8000]),
    ...over(applicant.rate, [2, 3]),
  ];
}
