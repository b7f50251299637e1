import { existsSync, readFileSync } from 'node:fs';
import { describe } from 'vitest';
import type { Applicant } from './applicant.js';

/** The real UCI file; it lies beside a checkout of the project or nowhere. */
const path = '../shared/data/german-credit.csv';

/** Runs the tests on the real rows, or says in one line that they are skipped. */
export function describeWithCreditData(name: string, tests: (rows: readonly Applicant[]) => void): void {
  if (existsSync(path)) {
    describe(name, () => tests(readFileSync(path, 'utf8').trim().split('\n').map(parseRow)));
    return;
  }
  console.log('data absent: german-credit.csv skipped');
  describe.skip(name, () => tests([]));
}

/** Columns by number: `german.doc` of the data set lists twenty attributes and the outcome. */
function parseRow(line: string): Applicant {
  const cells = line.split(',');
  const text = (column: number) => cells[column] ?? '';
  return {
    checking: text(0),
    duration: Number(text(1)),
    history: text(2),
    purpose: text(3),
    amount: Number(text(4)),
    savings: text(5),
    employment: text(6),
    rate: Number(text(7)),
    guarantors: text(9),
    other_plans: text(13),
  };
}
