// SPDX-License-Identifier: GPL-3.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedArtifacts } from '../circuit/circuit.js';
import type { ScorecardAttributes } from './attributes.js';
import { evaluateScorecard } from './evaluate.js';
import { goldenRows, parseCreditRow } from './golden-rows.fixture.js';
import { parseModel } from './model.js';
import { ScorecardError } from './scorecard-error.js';

const model = parseModel(readFileSync(join(shippedArtifacts('scorecard'), 'model.json')));
const [demo] = goldenRows;
const creditFile = join(shippedArtifacts('scorecard'), '../../../../../shared/data/german-credit.csv');

function withBase(base: number): typeof model {
  return { ...model, base };
}

/** The demo applicant with the base moved so that the score is `score`. */
function decide(score: number, change: Partial<ScorecardAttributes> = {}) {
  const base = model.base + score - demo.score;
  const { decision, limitCents } = evaluateScorecard({ ...demo.attributes, ...change }, withBase(base));
  return [decision, limitCents];
}

describe('evaluateScorecard', () => {
  it.each(goldenRows)('gives golden row $row its score $score', ({ attributes, score, decision }) => {
    expect(evaluateScorecard(attributes, model)).toMatchObject({ score, decision });
  });

  it.each([
    [466, 'decline', 0],
    [579, 'decline', 0],
    [580, 'review', 300_000],
    [619, 'review', 300_000],
    [620, 'approve', 300_000],
    [649, 'approve', 300_000],
    [650, 'approve', 600_000],
    [679, 'approve', 600_000],
    [680, 'approve', 1_000_000],
    [730, 'approve', 1_000_000],
  ])('turns score %i into %s with limit %i', (score, decision, limitCents) => {
    expect(decide(score)).toEqual([decision, limitCents]);
  });

  it('sends an approval to review when the statement contradicts the form, and raises nothing', () => {
    expect(decide(730, { consistent: 0 })).toEqual(['review', 300_000]);
    expect(decide(600, { consistent: 0 })).toEqual(['review', 300_000]);
    expect(decide(500, { consistent: 0 })).toEqual(['decline', 0]);
  });

  it('refuses a score outside the card, where the circuit has no witness', () => {
    expect(() => decide(465)).toThrow(ScorecardError);
    expect(() => decide(731)).toThrow(ScorecardError);
  });

  it('spans exactly 466 to 730 over all applicants', () => {
    const worst = {
      checking: 1,
      duration: 72,
      history: 1,
      savings: 1,
      employment: 2,
      guarantors: 2,
      otherPlans: 1,
    };
    const best = {
      checking: 4,
      duration: 6,
      history: 4,
      savings: 4,
      employment: 4,
      guarantors: 3,
      otherPlans: 3,
    };
    const rest = { incomeBand: 0, consistent: 1 };
    expect(evaluateScorecard({ ...worst, ...rest, amount: 9000, rate: 4 }, model).score).toBe(466);
    expect(evaluateScorecard({ ...best, ...rest, amount: 2000, rate: 1 }, model).score).toBe(730);
  });
});

const present = existsSync(creditFile);
if (!present) console.log('data absent: german-credit skipped');

describe.skipIf(!present)('the card on the German credit file', () => {
  const rows = present ? readFileSync(creditFile, 'utf8').trim().split('\n').map(parseCreditRow) : [];
  const scored = rows.map(({ attributes, bad }) => ({
    score: evaluateScorecard(attributes, model).score,
    bad,
  }));

  it('approves, reviews and declines the published shares', () => {
    const share = (low: number, high: number) => {
      const band = scored.filter(({ score }) => score >= low && score <= high);
      return [band.length, band.filter(({ bad }) => bad).length];
    };
    expect(scored).toHaveLength(1000);
    expect(share(620, 730)).toEqual([326, 27]);
    expect(share(580, 619)).toEqual([359, 83]);
    expect(share(466, 579)).toEqual([315, 190]);
  });

  it('has the published quantiles', () => {
    const sorted = scored.map(({ score }) => score).sort((a, b) => a - b);
    const quantile = (share: number) => {
      const at = share * (sorted.length - 1);
      const low = sorted[Math.floor(at)] ?? 0;
      return Math.round(low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? 0) - low));
    };
    expect([0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map(quantile)).toEqual([513, 541, 573, 600, 629, 662, 694]);
  });

  it.each([
    [0, 623],
    [1, 559],
    [2, 673],
    [9, 568],
  ])('scores line %i as %i', (line, score) => {
    expect(scored[line]?.score).toBe(score);
  });
});
