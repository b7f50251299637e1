import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { type Demo, demoRun } from '../testing/demo-run.fixture.js';
import type { BundleVerdict } from '../verify/verdict.js';
import { verifyBundle } from '../verify/verify-bundle.js';
import { diffFacts, renderDifferences } from './diff-facts.js';
import { exportReport } from './export-report.js';
import { type Fact, factsOf } from './facts.js';
import { regulationRows } from './regulation.js';

let demo: Demo;
let verdict: BundleVerdict;
let facts: Fact[];

beforeAll(async () => {
  demo = demoRun();
  verdict = await verifyBundle(demo.bytes, demo.trust, { at: null });
  facts = factsOf(demo.bytes, verdict);
});

const hostile: Fact = { topic: 'run', name: '=HYPERLINK("x")', value: '<script>"a"&\'b\'</script>' };

describe('a report', () => {
  it('says of a file that is no bundle only that', async () => {
    const bytes = utf8('{');
    const refused = await verifyBundle(bytes, demo.trust, { at: null });
    const rows = factsOf(bytes, refused);
    expect(new Set(rows.map(({ topic }) => topic))).toEqual(new Set(['verdict', 'check']));
    expect(exportReport('html', refused, rows)).toContain('MALFORMED');
  });

  it('supports no rule unless the run is verified', () => {
    const rows = regulationRows({ ...verdict, outcome: 'failed' });
    expect(new Set(rows.map(({ supports }) => supports))).toEqual(
      new Set(['nothing: the bundle is not verified']),
    );
    expect(JSON.stringify(regulationRows(verdict))).not.toMatch(/compliant|compliance/i);
  });

  it('shows hostile names in HTML as text, on a page that may load and run nothing', () => {
    const page = exportReport('html', verdict, [...facts, hostile]);
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;');
    expect(page).toMatch(/content="default-src &#39;none&#39;; style-src &#39;sha256-[^&]+&#39;"/);
    expect(page).not.toMatch(/(src|href)=/);
    expect(page).toContain('SIMULATED');
  });

  it('writes CSV that reads back, with formulas made inert', () => {
    const rows = csvRows(exportReport('csv', verdict, [...facts, hostile]));
    expect(rows[0]).toEqual(['topic', 'name', 'value']);
    expect(rows.at(-1)).toEqual(['run', `'${hostile.name}`, hostile.value]);
    expect(rows).toHaveLength(facts.length + 2);
  });

  it('writes JSON that reads back to the same facts, and equal bytes every time', () => {
    const text = exportReport('json', verdict, facts);
    expect(JSON.parse(text)).toMatchObject({ v: 'sealflow/report/v1', outcome: 'verified', facts });
    expect(exportReport('json', verdict, factsOf(demo.bytes, verdict))).toBe(text);
  });
});

describe('what differs between two bundles', () => {
  it('is nothing between a bundle and itself', () => {
    expect(diffFacts(facts, facts)).toEqual([]);
    expect(renderDifferences([])).toContain('same');
  });

  it('names run, decision and verdict of another run, by topic and name', async () => {
    const other = demoRun({ seed: 'other', decision: 'decline' });
    const judged = await verifyBundle(other.bytes, other.trust, { at: null });
    const found = diffFacts(facts, factsOf(other.bytes, judged));
    expect(found.map(({ topic, name }) => `${topic} ${name}`)).toEqual(
      expect.arrayContaining(['run id', 'run root', 'run status']),
    );
    const status = found.find(({ topic, name }) => topic === 'run' && name === 'status');
    expect([status?.left, status?.right]).toEqual(['completed', 'rejected']);
  });

  it('sees what only one of them speaks of, and facts of one name one by one', () => {
    const [a, b] = [
      { topic: 't', name: 'n', value: '1' },
      { topic: 't', name: 'n', value: '2' },
    ];
    expect(diffFacts([a, b], [a])).toEqual([{ topic: 't', name: 'n', left: '2', right: null }]);
    expect(diffFacts([a], [a, b])).toEqual([{ topic: 't', name: 'n', left: null, right: '2' }]);
  });
});

/** RFC 4180 read back; every cell is quoted. */
function csvRows(text: string): string[][] {
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => (cell ?? '').replaceAll('""', '"')),
    );
}
