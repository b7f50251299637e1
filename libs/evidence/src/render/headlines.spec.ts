import { beforeAll, describe, expect, it } from 'vitest';
import { exportReport } from '../report/export-report.js';
import { factsOf } from '../report/facts.js';
import { type Demo, demoRun } from '../testing/demo-run.fixture.js';
import { exitCodes, type Outcome } from '../verify/reasons.js';
import type { BundleVerdict } from '../verify/verdict.js';
import { verifyBundle } from '../verify/verify-bundle.js';
import { headlineOf, outcomeWords, simulatedWarning } from './headlines.js';
import { renderVerdict } from './render-verdict.js';

let demo: Demo;
let verdict: BundleVerdict;

beforeAll(async () => {
  demo = demoRun();
  verdict = await verifyBundle(demo.bytes, demo.trust, { at: null });
});

/** What the house says, by exit code; a headline has its own word and none of the others. */
const wordOf: Readonly<Record<Outcome, string>> = {
  verified: 'VERIFIED',
  failed: 'FORGED',
  incomplete: 'INCOMPLETE',
  policy: 'NOT ALLOWED',
  'trust-root': 'CANNOT CHECK',
  version: 'OUTDATED',
  malformed: 'MALFORMED',
};
const outcomes = Object.entries(wordOf) as [Outcome, string][];

function ending(outcome: Outcome): BundleVerdict {
  const reason = outcome === 'verified' ? null : 'SOME_REASON';
  return { ...verdict, outcome, exitCode: exitCodes[outcome], reason };
}

describe('the first line of a verdict', () => {
  it.each(outcomes)('of outcome %s says %s and nothing that means another exit code', (outcome, word) => {
    const line = headlineOf(ending(outcome)).toUpperCase();
    expect(outcomes.filter(([, other]) => line.includes(other))).toEqual([[outcome, word]]);
  });

  it('has another exit code and other words for each outcome', () => {
    const headlines = outcomes.map(([outcome]) => headlineOf(ending(outcome)));
    const codes = outcomes.map(([outcome]) => exitCodes[outcome]);
    for (const said of [headlines, codes, Object.values(outcomeWords)]) {
      expect(new Set<string | number>(said).size).toBe(outcomes.length);
    }
  });

  it.each(outcomes)('is the same in the terminal and on the page for outcome %s', (outcome) => {
    const ended = ending(outcome);
    const headline = headlineOf(ended);
    expect(renderVerdict(ended)).toContain(`\n${headline}`);
    expect(exportReport('html', ended, factsOf(demo.bytes, ended))).toContain(headline);
  });

  it('is followed by the warning about simulated hardware in both', () => {
    expect(verdict.simulated).toBe(true);
    expect(renderVerdict(verdict)).toContain(`SIMULATED  ${simulatedWarning}`);
    expect(exportReport('html', verdict, [])).toContain(`SIMULATED: ${simulatedWarning}`);
    const genuine = { ...verdict, simulated: false };
    expect(exportReport('html', genuine, [])).not.toContain('SIMULATED');
  });
});
