import type { AttackResult } from './run-pack.js';

/** Of one message; what targets say must not make a file that no reader takes. */
const TEXT_CHARS_MAX = 1_000;

/**
 * Results in the XML that build servers read (testsuites, testsuite, testcase; there is no standard, this is what the
 * readers of Jenkins and GitLab have in common). An attack that got through is a failure, one that did not end an error.
 */
export function junitOf(results: readonly AttackResult[]): string {
  const count = (...outcomes: readonly string[]): number =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const totals = [
    `tests="${results.length}"`,
    `failures="${count('got-through', 'other-code')}"`,
    `errors="${count('broken')}"`,
    `skipped="${count('skipped')}"`,
    `time="${inSeconds(results.reduce((sum, { ms }) => sum + ms, 0))}"`,
  ].join(' ');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sealflow attack" ${totals}>`,
    `  <testsuite name="sealflow attack" ${totals}>`,
    ...results.flatMap(testcase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testcase(result: AttackResult): string[] {
  const { attack, ms } = result;
  const head = `    <testcase classname="sealflow.attack.${escaped(attack.actor)}" name="${escaped(attack.name)}" time="${inSeconds(ms)}"`;
  const inner = innerOf(result);
  return inner === null ? [`${head}/>`] : [`${head}>`, `      ${inner}`, '    </testcase>'];
}

function innerOf({ attack, outcome, got, detail }: AttackResult): string | null {
  const message = `message="expected ${escaped(attack.expected)}, got ${escaped(got ?? 'none')}"`;
  switch (outcome) {
    case 'stopped':
      return null;
    case 'skipped':
      return `<skipped message="${escaped(detail)}"/>`;
    case 'broken':
      return `<error type="broken" ${message}>${escaped(detail)}</error>`;
    default:
      return `<failure type="${outcome}" ${message}>${escaped(detail)}</failure>`;
  }
}

function inSeconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Only characters that XML 1.0 has (section 2.2), and of those only what every encoding of a reader gets right. */
function escaped(text: string): string {
  return text
    .slice(0, TEXT_CHARS_MAX)
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
