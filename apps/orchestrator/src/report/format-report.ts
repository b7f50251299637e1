import { createHash } from 'node:crypto';
import { sha256, toBase64, utf8 } from '#canonical';
import { csvRow } from '#evidence';
import type { Framework, Objective, ReportFacts } from './frameworks.js';

/** A run of the period whose evidence is not whole, or that did not go well. */
export interface Exception {
  readonly run: string;
  readonly state: string;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly createTime: string;
}

export interface Report {
  readonly tenant: string;
  readonly framework: Framework;
  readonly startTime: string;
  readonly endTime: string;
  readonly facts: ReportFacts;
  readonly objectives: readonly Objective[];
  readonly exceptions: readonly Exception[];
  /** How many there are, of which the first are listed. */
  readonly exceptionCount: number;
}

export const textFormats = ['json', 'csv', 'html', 'oscal'] as const;
export type TextFormat = (typeof textFormats)[number];
export const reportFormats = [...textFormats, 'pdf'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export const mediaTypes: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
  oscal: 'application/oscal+json; charset=utf-8',
  pdf: 'application/pdf',
};

export const NOTICE =
  'Engineering notes, not legal advice: they say what supports a rule and never that anybody complies. Counts are those ' +
  'of the orchestrator; whoever relies on a run verifies its bundle. All times are UTC.';
const OSCAL_VERSION = '1.1.2';

/** Equal reports give equal bytes. */
export function formatReport(format: TextFormat, report: Report): string {
  if (format === 'json')
    return `${JSON.stringify({ v: 'sealflow/period-report/v1', notice: NOTICE, ...report }, null, 2)}\n`;
  if (format === 'csv') return csv(report);
  return format === 'html' ? html(report) : `${JSON.stringify(oscal(report), null, 2)}\n`;
}

function csv({
  tenant,
  framework,
  startTime,
  endTime,
  facts,
  objectives,
  exceptions,
  exceptionCount,
}: Report): string {
  const rows: string[][] = [
    ['topic', 'name', 'value', 'gap'],
    ['report', 'notice', NOTICE, ''],
    ['report', 'tenant', tenant, ''],
    ['report', 'framework', framework.title, framework.notes],
    ['report', 'period', `${startTime} to before ${endTime}`, ''],
    ...Object.entries(facts).map(([name, value]) => ['fact', name, String(value), '']),
    ...objectives.map(({ rule, supports, gap }) => ['rule', rule, supports, gap]),
    ['exceptions', 'count', String(exceptionCount), ''],
    ...exceptions.map(({ run, state, reason, createTime }) => [
      'exception',
      run,
      `${state} ${reason} ${createTime}`,
      '',
    ]),
  ];
  return rows.map(csvRow).join('');
}

const style =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}' +
  'table{border-collapse:collapse;width:100%;margin-bottom:2rem}' +
  'th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}' +
  'th{background:#eee}@page{margin:15mm}@media print{body{max-width:none;margin:0;font-size:11px}tr{break-inside:avoid}thead{display:table-header-group}}';

/** One page for print and for PDF by the browser, without scripts, that loads nothing. */
function html(report: Report): string {
  const { tenant, framework, startTime, endTime, facts, objectives, exceptions, exceptionCount } = report;
  const policy = `default-src 'none'; style-src 'sha256-${toBase64(sha256(utf8(style)))}'`;
  const listed =
    exceptions.length < exceptionCount ? `, of which the first ${exceptions.length} are listed` : '';
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">\n`,
    `<title>${escaped(framework.title)}: ${escaped(tenant)}</title>\n<style>${style}</style>\n</head>\n<body>\n`,
    `<h1>What runs support of ${escaped(framework.title)}</h1>\n`,
    `<p>${escaped(tenant)}, runs created from ${escaped(startTime)} to before ${escaped(endTime)}.</p>\n`,
    `<p>${escaped(framework.notes)}</p>\n<p>${escaped(NOTICE)}</p>\n`,
    facts.simulatedSteps > 0
      ? `<p><strong>SIMULATED: ${facts.simulatedSteps} steps rest on simulated hardware or keys, which protect nothing.</strong></p>\n`
      : '',
    table(
      'Rules',
      ['rule', 'supported by', 'gap', 'exceptions'],
      objectives.map(({ rule, supports, gap, shown }) => [
        rule,
        supports,
        gap,
        shown ? 'none in the period' : 'see supported by',
      ]),
    ),
    table(
      'Counts',
      ['name', 'value'],
      Object.entries(facts).map(([name, value]) => [name, String(value)]),
    ),
    `<p>${exceptionCount} runs are exceptions${listed}.</p>\n`,
    table(
      'Exceptions',
      ['run', 'state', 'reason', 'created'],
      exceptions.map(({ run, state, reason, createTime }) => [run, state, reason, createTime]),
    ),
    '</body>\n</html>\n',
  ].join('');
}

function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>\n`;
  return `<h2>${escaped(title)}</h2>\n<table>\n<thead>${line('th', heads)}</thead>\n<tbody>\n${rows.map((row) => line('td', row)).join('')}</tbody>\n</table>\n`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/**
 * NIST OSCAL assessment results. It knows satisfied and not-satisfied alone, so the objectives are this project's own,
 * about what the period shows, and not the rules, which nobody can be said to satisfy by them.
 */
function oscal(report: Report): object {
  const { tenant, framework, startTime, endTime, objectives, exceptionCount } = report;
  const key = `${tenant}\n${framework.id}\n${startTime}\n${endTime}`;
  const uuid = (part: string): string => uuidOf(`${key}\n${part}`);
  return {
    'assessment-results': {
      uuid: uuid('results'),
      metadata: {
        title: `What runs of ${tenant} support of ${framework.title}`,
        'last-modified': endTime,
        version: '1',
        'oscal-version': OSCAL_VERSION,
        remarks: NOTICE,
      },
      'import-ap': { href: `#${uuid('plan')}` },
      results: [
        {
          uuid: uuid('result'),
          title: `Runs created from ${startTime} to before ${endTime}`,
          description: `${framework.notes} ${exceptionCount} runs are exceptions.`,
          start: startTime,
          end: endTime,
          'reviewed-controls': {
            'control-selections': [
              { 'include-controls': objectives.map(({ id }) => ({ 'control-id': id })) },
            ],
          },
          observations: objectives.map(({ id, supports }) => ({
            uuid: uuid(`observation ${id}`),
            description: supports,
            methods: ['EXAMINE'],
            collected: endTime,
          })),
          findings: objectives.map(({ id, rule, gap, shown }) => ({
            uuid: uuid(`finding ${id}`),
            title: rule,
            description: `Gap: ${gap}.`,
            target: {
              type: 'objective-id',
              'target-id': id,
              status: {
                state: shown ? 'satisfied' : 'not-satisfied',
                remarks: 'Of this objective alone, not of the rule.',
              },
            },
            'related-observations': [{ 'observation-uuid': uuid(`observation ${id}`) }],
          })),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: uuid('plan'),
            title: 'How this is assessed',
            description:
              'Counts over all runs of the period, and the evidence bundle of each; there is no separate assessment plan.',
          },
        ],
      },
    },
  };
}

/** RFC 9562, section 6.6: the namespace of addresses. */
const NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** Version 5, by name (section 5.5): the same report has the same ids. SHA-1 is of the version, nothing rests on it. */
function uuidOf(text: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(`https://sealflow.dev/report/v1\n${text}`);
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
