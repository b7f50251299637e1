import type { Finding } from './finding.js';

const words: Readonly<Record<Finding['status'], string>> = {
  ok: 'ok',
  warning: 'WARNING',
  failed: 'FAILED',
  skipped: 'skipped',
};

/** A line for what is well, the whole finding for what is not. */
export function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ area, status, what, where, expected, got, todo }) => {
    const head = `${words[status].padEnd(8)} ${area.padEnd(12)} ${what}`;
    if (status === 'ok') return [`${head}: ${got}`];
    return [
      head,
      `           where     ${where}`,
      `           expected  ${expected}`,
      `           got       ${got}`,
      ...(todo === '' ? [] : [`           do        ${todo}`]),
    ];
  });
  const count = (status: Finding['status']): number => findings.filter((one) => one.status === status).length;
  const sum = `${count('failed')} failed, ${count('warning')} warnings, ${count('ok')} well`;
  return `${[...lines, '', sum].join('\n')}\n`;
}
