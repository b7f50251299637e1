import { seconds } from '../output/format.js';
import { type AttackFacts, actors, type Prepared } from './attack-case.js';
import { type AttackResult, type Outcome, packPassed } from './run-pack.js';

const words: Readonly<Record<Outcome, string>> = {
  stopped: 'stopped',
  'other-code': 'OTHER CODE',
  'got-through': 'GOT THROUGH',
  skipped: 'SKIPPED',
  broken: 'BROKEN',
};
const WORD_CHARS = 12;
const CODE_CHARS = 28;

/** One attack on two lines: what came of it, and what that rests on. */
export function renderResult({ attack, outcome, got, detail, ms }: AttackResult): string {
  const { name, tries, expected } = attack;
  const code = outcome === 'stopped' ? expected : `expected ${expected}, got ${got ?? 'none'}`;
  const shown = outcome === 'skipped' ? expected : code;
  const lines = [
    `  ${words[outcome].padEnd(WORD_CHARS)} ${shown.padEnd(CODE_CHARS)} ${name}: ${tries}  (${seconds(ms)})`,
    `               ${printable(detail)}`,
  ];
  return lines.join('\n');
}

export function countsOf(results: readonly AttackResult[]): Readonly<Record<Outcome, number>> {
  const counts: Record<Outcome, number> = {
    stopped: 0,
    'other-code': 0,
    'got-through': 0,
    skipped: 0,
    broken: 0,
  };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

/** How long it took, and the honest work before the attacks of it, which they share and wait for. */
export interface Took {
  readonly ms: number;
  readonly prepared: readonly Prepared[];
}

export function renderSummary(results: readonly AttackResult[], { ms, prepared }: Took): string {
  const counts = countsOf(results);
  const rest = (['other-code', 'got-through', 'broken', 'skipped'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `, ${counts[outcome]} ${words[outcome]}`);
  const made = prepared.map(({ work, ms: workMs }) => `, ${work} made in ${seconds(workMs)}`).join('');
  const verdict = packPassed(results) ? 'PASSED' : 'FAILED';
  return `${verdict}  ${counts.stopped} of ${results.length} stopped by the expected code${rest.join('')}, ${seconds(ms)}${made}`;
}

export function resultsJson(
  target: string,
  results: readonly AttackResult[],
  { ms, prepared }: Took,
): object {
  return {
    target,
    passed: packPassed(results),
    counts: countsOf(results),
    ms: Math.round(ms),
    prepared,
    attacks: results.map(({ attack, outcome, got, detail, ms: caseMs }) => ({
      ...caseJson(attack),
      outcome,
      got,
      detail,
      ms: caseMs,
    })),
  };
}

export function caseJson({ name, actor, tries, expected, noticedBy, needs, leaves }: AttackFacts): object {
  return { name, actor, tries, expected, noticedBy, needs, leaves };
}

/** What `--list` prints. */
export function renderList(cases: readonly AttackFacts[]): string {
  const lines = actors.flatMap((actor) => {
    const own = cases.filter((attack) => attack.actor === actor);
    return own.length === 0 ? [] : [actor, ...own.map(listLine)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function listLine({ name, tries, expected, noticedBy, needs }: AttackFacts): string {
  const where = needs === 'target' ? 'any target' : 'own stack only';
  return `  ${name.padEnd(26)} ${expected.padEnd(CODE_CHARS)} ${noticedBy.padEnd(16)} ${where.padEnd(15)} ${tries}`;
}

/** Details quote errors of the target: nothing in them may move the cursor of a terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
