import { sha256, toBase64, utf8 } from '#canonical';
import { headlineOf, simulatedWarning } from '../render/headlines.js';
import { explain } from '../verify/explanations.js';
import { type BundleVerdict, isFailure } from '../verify/verdict.js';
import { csvRow } from './csv.js';
import type { Fact } from './facts.js';
import { regulationRows } from './regulation.js';

export const reportFormats = ['html', 'csv', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** A report is a copy for reading: only the bundle itself can be verified. Equal arguments give equal bytes. */
export function exportReport(format: ReportFormat, verdict: BundleVerdict, facts: readonly Fact[]): string {
  if (format === 'csv') return csv(facts);
  return format === 'json' ? json(verdict, facts) : html(verdict, facts);
}

function json(verdict: BundleVerdict, facts: readonly Fact[]): string {
  const { outcome, exitCode, reason } = verdict;
  return `${JSON.stringify({ v: 'sealflow/report/v1', outcome, exitCode, reason, facts, regulation: regulationRows(verdict) }, null, 2)}\n`;
}

/** RFC 4180. */
function csv(facts: readonly Fact[]): string {
  const rows = [['topic', 'name', 'value'], ...facts.map(({ topic, name, value }) => [topic, name, value])];
  return rows.map(csvRow).join('');
}

const style =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
  'table{border-collapse:collapse;width:100%;margin-bottom:2rem}' +
  'th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}' +
  'th{background:#eee}.verdict{border:2px solid;padding:.6rem 1rem;font-weight:bold}';

/** One page without scripts, that loads nothing: the policy in it forbids both. */
function html(verdict: BundleVerdict, facts: readonly Fact[]): string {
  const policy = `default-src 'none'; style-src 'sha256-${toBase64(sha256(utf8(style)))}'`;
  const topics = [...new Set(facts.map(({ topic }) => topic))];
  const failures = verdict.stages.flatMap(({ checks }) => checks).filter(isFailure).length;
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">\n`,
    `<title>Evidence report</title>\n<style>${style}</style>\n</head>\n<body>\n<h1>Evidence report</h1>\n`,
    ...verdictLines(verdict).map((line) => `<p class="verdict">${escaped(line)}</p>\n`),
    `<p>${failures} failed checks. All times are UTC. This page is a copy for reading; verify the bundle itself.</p>\n`,
    ...topics.map((topic) =>
      table(
        topic,
        ['name', 'value'],
        facts.filter((fact) => fact.topic === topic).map(({ name, value }) => [name, value]),
      ),
    ),
    table(
      'rules that this run supports',
      ['rule', 'supports', 'gap'],
      regulationRows(verdict).map(({ rule, supports, gap }) => [rule, supports, gap]),
    ),
    '<p>Engineering notes, not legal advice.</p>\n</body>\n</html>\n',
  ].join('');
}

/** The first lines of a report: what the terminal says first, in the same words. */
export function verdictLines(verdict: BundleVerdict): string[] {
  const { outcome, reason, simulated } = verdict;
  const lines = [
    `${headlineOf(verdict)}${simulated ? ' [SIMULATED]' : ''}${reason === null ? '' : `  ${reason}`}`,
  ];
  if (simulated) lines.push(`SIMULATED: ${simulatedWarning}`);
  if (outcome !== 'verified') {
    const { meaning, advice } = explain(reason, outcome);
    lines.push(`${meaning} ${advice}`);
  }
  return lines;
}

function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>\n`;
  return `<h2>${escaped(title)}</h2>\n<table>\n${line('th', heads)}${rows.map((row) => line('td', row)).join('')}</table>\n`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
