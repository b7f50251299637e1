// SPDX-License-Identifier: GPL-3.0
/** Applicants for tests: four published rows with their scores, and a seeded source of others. */
import { ATTRIBUTES, parseAttributes, type ScorecardAttributes } from './attributes.js';
import type { Decision } from './evaluate.js';

export interface GoldenRow {
  readonly row: number;
  readonly attributes: ScorecardAttributes;
  readonly score: number;
  readonly decision: Decision;
}

const fixed = { guarantors: 1, otherPlans: 3, incomeBand: 1, consistent: 1 };

/** Rows 3 (the demo applicant), 1, 2 and 10 of the German credit file. */
export const goldenRows: readonly [GoldenRow, ...GoldenRow[]] = [
  {
    row: 3,
    attributes: {
      checking: 4,
      duration: 12,
      history: 4,
      savings: 1,
      employment: 4,
      amount: 2096,
      rate: 2,
      ...fixed,
    },
    score: 673,
    decision: 'approve',
  },
  {
    row: 1,
    attributes: {
      checking: 1,
      duration: 6,
      history: 4,
      savings: 5,
      employment: 5,
      amount: 1169,
      rate: 4,
      ...fixed,
    },
    score: 623,
    decision: 'approve',
  },
  {
    row: 2,
    attributes: {
      checking: 2,
      duration: 48,
      history: 2,
      savings: 1,
      employment: 3,
      amount: 5951,
      rate: 2,
      ...fixed,
    },
    score: 559,
    decision: 'decline',
  },
  {
    row: 10,
    attributes: {
      checking: 2,
      duration: 30,
      history: 4,
      savings: 1,
      employment: 1,
      amount: 5234,
      rate: 4,
      ...fixed,
    },
    score: 568,
    decision: 'decline',
  },
];

/** Uniform over the ranges, edges of the thresholds included; equal seeds give equal applicants. */
export function randomApplicants(seed: number, count: number): readonly ScorecardAttributes[] {
  let state = seed >>> 0;
  const next = (): number => {
    // Numerical Recipes' 32-bit generator: good enough to spread test cases.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const edges: Readonly<Record<string, readonly number[]>> = {
    duration: [0, 12, 13, 24, 25, 36, 37, 127],
    amount: [0, 1000, 1001, 4000, 4001, 8000, 8001, 65_535],
  };
  return Array.from({ length: count }, () =>
    parseAttributes(
      ATTRIBUTES.map(({ name, min, max }) => {
        const special = edges[name];
        if (special !== undefined && next() < 0.5) return `${special[Math.floor(next() * special.length)]}`;
        return `${min + Math.floor(next() * (max - min + 1))}`;
      }),
    ),
  );
}

/** One line of the German credit file (UCI Statlog), read for tests where the file is at hand. */
export function parseCreditRow(line: string): {
  readonly attributes: ScorecardAttributes;
  readonly bad: boolean;
} {
  const cells = line.split(',');
  const code = (index: number): number => Number(cells[index]?.slice(-1));
  const number = (index: number): number => Number(cells[index]);
  const attributes = {
    checking: code(0),
    duration: number(1),
    history: code(2),
    savings: code(5),
    employment: code(6),
    guarantors: code(9),
    otherPlans: code(13),
    amount: number(4),
    rate: number(7),
    incomeBand: 0,
    consistent: 1,
  };
  return { attributes, bad: cells[20]?.trim() === '2' };
}
