import { type BundleVerdict, explain, outcomeWords } from '#evidence';
import type { FileVerdict } from './verify-one.js';

/** One line a file, for people. */
export function lineOf({ file, verdict, error }: FileVerdict): string {
  if (verdict === null) return `${'UNREADABLE'.padEnd(13)}  ${printable(error)}\n`;
  const word = outcomeWords[verdict.outcome].padEnd(13);
  const reason = verdict.reason === null ? '' : `  ${verdict.reason}`;
  const simulated = verdict.simulated ? '  SIMULATED' : '';
  const since = hindsightOf(verdict);
  return `${word}  ${printable(file)}  ${verdict.run?.name ?? ''} ${verdict.run?.status ?? ''}${reason}${simulated}${since}\n`;
}

function hindsightOf({ hindsight }: BundleVerdict): string {
  if (hindsight === null) return '';
  return `  in hindsight ${outcomeWords[hindsight.outcome]} ${hindsight.reason ?? ''}`.trimEnd();
}

/** One line a file, for programs. */
export function jsonLineOf({ file, exitCode, verdict, error }: FileVerdict): string {
  return `${JSON.stringify(verdict === null ? { file, exitCode, error } : { file, ...verdict })}\n`;
}

export function summaryOf(verdicts: readonly FileVerdict[], milliseconds: number): string {
  const counts = new Map<string, number>();
  for (const { verdict } of verdicts) {
    const word = verdict === null ? 'unreadable' : verdict.outcome;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = [...counts].map(([word, count]) => `${count} ${word}`);
  return `${verdicts.length} bundles in ${(milliseconds / 1000).toFixed(2)} s: ${parts.join(', ')}\n`;
}

/** The form that CI systems read: a bundle is a test case, and what decided its verdict is the failure. */
export function junitOf(verdicts: readonly FileVerdict[]): string {
  const failures = verdicts.filter(({ exitCode }) => exitCode !== 0).length;
  const cases = verdicts.map(({ file, exitCode, verdict, error }) => {
    const name = `name="${escaped(file)}" classname="sealflow.verify"`;
    if (exitCode === 0) return `  <testcase ${name}/>`;
    const decisive = verdict?.reason === null ? verdict.hindsight : verdict;
    const reason = decisive?.reason ?? 'UNREADABLE';
    const text = verdict === null ? error : explain(reason, decisive?.outcome ?? verdict.outcome).meaning;
    return `  <testcase ${name}><failure type="${escaped(reason)}" message="${escaped(text)}"/></testcase>`;
  });
  const head = `<testsuite name="sealflow verify" tests="${verdicts.length}" failures="${failures}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...cases, '</testsuite>', ''].join('\n');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\x20-\x7e]/g, '?');
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
