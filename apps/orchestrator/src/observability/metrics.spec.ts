import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { gauges } from './gauges.js';
import { registry } from './instruments.js';
import { operationLabel } from './labels.js';

const deploy = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../deploy/${path}`, import.meta.url)), 'utf8');

/** Labels that Prometheus and histograms add. */
const added = ['job', 'instance', 'le'];

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly labelNames?: readonly string[];
}

const metrics: readonly Metric[] = registry.getMetricsAsArray().map((metric) => ({
  name: (metric as unknown as Metric).name,
  type: metric.constructor.name,
  labelNames: (metric as unknown as Metric).labelNames ?? [],
}));

/** What a series is called on the wire, by the metric it is of. */
const series = new Map(
  metrics.flatMap((metric) => {
    const suffixes = metric.type === 'Histogram' ? ['_bucket', '_sum', '_count'] : [''];
    return suffixes.map((suffix) => [`${metric.name}${suffix}`, metric] as const);
  }),
);

function expressionsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(expressionsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'expr' && typeof member === 'string' ? [member] : expressionsOf(member),
  );
}

const files = [
  ['the dashboard', expressionsOf(JSON.parse(deploy('grafana/sealflow.json')))],
  ['the alerts', expressionsOf(parse(deploy('prometheus/alerts.yml')))],
] as const;

describe.each(files)('%s', (_name, expressions) => {
  it('asks for something', () => {
    expect(expressions.length).toBeGreaterThan(5);
  });

  it.each(expressions)('%s names series that exist, and labels that they have', (expression) => {
    const named = expression.match(/\b(?:sealflow|process|nodejs)_[a-z0-9_]+/g) ?? [];
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !series.has(name))).toEqual([]);
    const labels = new Set(named.flatMap((name) => series.get(name)?.labelNames ?? []));
    const matched = [...expression.matchAll(/([a-z_]+)\s*(?:=~|!=|=)\s*"/g)].map(([, label]) => label ?? '');
    const grouped = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) =>
      (list ?? '').split(/,\s*/),
    );
    const unknown = [...matched, ...grouped].filter((label) => !labels.has(label) && !added.includes(label));
    expect(unknown).toEqual([]);
  });
});

describe('the metrics', () => {
  it('of this house are all on the dashboard', () => {
    const shown = files[0][1].join('\n');
    const own = metrics.filter(({ name }) => name.startsWith('sealflow_')).map(({ name }) => name);
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('have labels from closed sets alone, never of a caller', () => {
    const labels = new Set(
      metrics.filter(({ name }) => name.startsWith('sealflow_')).flatMap(({ labelNames = [] }) => labelNames),
    );
    expect([...labels].sort()).toEqual(['code', 'file', 'limit', 'method', 'operation', 'outcome', 'state']);
  });

  it('say in a sentence what they are', async () => {
    for (const { help } of await registry.getMetricsAsJSON()) expect(help.length).toBeGreaterThan(10);
    expect(Object.keys(gauges).length).toBeGreaterThan(10);
  });
});

describe('the label of an operation', () => {
  it.each([['document.extract'], ['ledger.reserve.authorize'], ['human.approve']])('is %s itself', (name) => {
    expect(operationLabel(name)).toBe(name);
  });

  it.each([['made.up'], [''], ['x'.repeat(10_000)], ['__proto__']])('is other for %s', (name) => {
    expect(operationLabel(name)).toBe('other');
  });
});
