import { describe, expect, it } from 'vitest';
import { parseJsonStrict } from '#canonical';
import { formatReport, type Report } from './format-report.js';
import { type FrameworkId, frameworkIds, frameworks, objectivesOf, type ReportFacts } from './frameworks.js';
import { paperReport } from './paper-report.js';

const whole: ReportFacts = {
  runs: 12,
  endedRuns: 12,
  openRuns: 0,
  unstampedRuns: 0,
  deletedRuns: 0,
  uncountedRuns: 0,
  steps: 60,
  coveredSteps: 60,
  simulatedSteps: 0,
  decisions: 2,
  accesses: 3,
  retentionRules: 1,
  holds: 0,
  witnesses: 2,
  quorum: 1,
  policies: 1,
};

function report(facts: Partial<ReportFacts> = {}, framework: FrameworkId = 'ai-act'): Report {
  const all = { ...whole, ...facts };
  return {
    tenant: 'tenants/bank',
    framework: frameworks[framework],
    startTime: '2026-11-01T00:00:00.000Z',
    endTime: '2026-12-01T00:00:00.000Z',
    facts: all,
    objectives: objectivesOf(framework, all),
    exceptions: [
      {
        run: 'tenants/bank/runs/01JD0000000000000000000001',
        state: 'FAILED',
        reason: '<script>alert(1)</script>',
        createTime: '2026-11-02T00:00:00.000Z',
      },
      {
        run: '=cmd',
        state: 'EXPIRED',
        reason: 'DEADLINE_EXCEEDED',
        createTime: '2026-11-03T00:00:00.000Z',
      },
    ],
    exceptionCount: 2,
  };
}

const shownOf = (facts: Partial<ReportFacts>): boolean[] =>
  frameworkIds.flatMap((id) => objectivesOf(id, { ...whole, ...facts }).map(({ shown }) => shown));

describe('what a period shows', () => {
  it('is nothing where a single step is on simulated hardware', () => {
    expect(shownOf({ simulatedSteps: 1 })).not.toContain(true);
  });

  it('is nothing of a period without runs, but that nothing was deleted', () => {
    const none = { runs: 0, endedRuns: 0, steps: 0, coveredSteps: 0, decisions: 0, accesses: 0, quorum: 0 };
    expect(
      frameworkIds.flatMap((id) => objectivesOf(id, { ...whole, ...none }).filter(({ shown }) => shown)),
    ).toEqual([expect.objectContaining({ id: 'ai-act-19' }), expect.objectContaining({ id: 'hipaa-316-b' })]);
  });

  it.each([
    ['a bundle that retention took', { deletedRuns: 1 }],
    ['a run without counted levels', { uncountedRuns: 1 }],
    ['a bundle without every timestamp', { unstampedRuns: 1 }],
    ['a step that its operator can read', { coveredSteps: 59 }],
    ['a log that nobody witnesses', { quorum: 0 }],
  ])('lacks something with %s', (_what, facts) => {
    expect(shownOf({})).not.toContain(false);
    expect(shownOf(facts)).toContain(false);
  });

  it('never says that anybody complies, and says a gap in every line', () => {
    for (const id of frameworkIds) {
      const objectives = objectivesOf(id, whole);
      expect(JSON.stringify([frameworks[id], objectives])).not.toMatch(
        /compliant|complies|ensures|guarantee/i,
      );
      for (const { gap } of objectives) expect(gap).toMatch(/\w+ \w+/);
    }
  });
});

describe('a report', () => {
  it('runs nothing that names hold, in a page or in a spreadsheet', () => {
    const page = formatReport('html', report());
    expect(page).not.toMatch(/<script|src=|href=|@import/);
    expect(page).toContain('&#60;script&#62;');
    expect(formatReport('csv', report())).toContain(`"'=cmd"`);
  });

  it('says first that hardware is simulated', () => {
    expect(formatReport('html', report({ simulatedSteps: 5 }))).toContain('<strong>SIMULATED: 5 steps');
  });

  it('has the same bytes for the same facts, and other ids for another period', () => {
    const one = formatReport('oscal', report());
    expect(formatReport('oscal', report())).toBe(one);
    const later = formatReport('oscal', { ...report(), endTime: '2026-12-02T00:00:00.000Z' });
    const idsOf = (text: string) => new Set(text.match(/[0-9a-f-]{36}/g));
    expect([...idsOf(later)].filter((id) => idsOf(one).has(id))).toEqual([]);
  });

  it('as OSCAL has what assessment results must have, and every reference has its target', () => {
    const document = parseJsonStrict(
      Buffer.from(formatReport('oscal', report({ quorum: 0 }, 'dora'))),
    ) as never;
    const results = document['assessment-results'] as Record<string, never>;
    expect(Object.keys(results)).toEqual(['uuid', 'metadata', 'import-ap', 'results', 'back-matter']);
    expect(results['metadata']).toMatchObject({
      'oscal-version': '1.1.2',
      version: '1',
      title: expect.any(String),
    });
    const uuids = JSON.stringify(document).match(/"uuid":"[^"]+"/g) ?? [];
    expect(new Set(uuids).size).toBe(uuids.length);
    for (const uuid of uuids) {
      expect(uuid).toMatch(/"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/);
    }
    const [result] = results['results'] as unknown as Record<string, unknown>[];
    const findings = result?.['findings'] as { target: { status: { state: string } } }[];
    expect(findings.map(({ target }) => target.status.state)).toEqual([
      'not-satisfied',
      'satisfied',
      'satisfied',
    ]);
    const references = JSON.stringify(findings).match(/"observation-uuid":"([^"]+)"/g) ?? [];
    const observed = JSON.stringify(result?.['observations']);
    expect(references).toHaveLength(3);
    for (const reference of references) expect(observed).toContain(reference.slice(20, -1));
  });

  it.each(['json', 'csv', 'html', 'oscal'] as const)('as %s is as it was', async (format) => {
    await expect(formatReport(format, report())).toMatchFileSnapshot(`golden/report.${format}`);
  });
});

describe('a report on paper', () => {
  it('has every rule with its gap and every exception, and markup as text', async () => {
    const text = (await pagesOf(report())).join(' ');
    for (const { rule, gap } of report().objectives) {
      expect(squeezed(text)).toContain(squeezed(rule));
      expect(squeezed(text)).toContain(squeezed(gap));
    }
    expect(text).toContain('FAILED <script>alert(1)</script>');
    expect(squeezed(text)).toContain('Engineeringnotes,notlegaladvice');
  });

  it('says on each page that hardware is simulated, and on none where it is not', async () => {
    const pages = await pagesOf(report({ simulatedSteps: 3 }));
    expect(pages.length).toBeGreaterThan(0);
    for (const page of pages) expect(page).toContain('SIMULATED: 3 steps rest on simulated hardware');
    expect((await pagesOf(report())).join('')).not.toContain('SIMULATED:');
  });

  it('has the same bytes for the same period', async () => {
    expect(Buffer.compare(await paperReport(report()), await paperReport(report()))).toBe(0);
  });
});

/** The text of each page, from its operators: the strings are hexadecimal, and one font is one byte a character. */
async function pagesOf(of: Report): Promise<string[]> {
  const file = Buffer.from(await paperReport(of)).toString('latin1');
  return [...file.matchAll(/^stream\n([\s\S]*?)\nendstream/gm)]
    .map(([, stream = '']) =>
      [...stream.matchAll(/^\[(.*)\] TJ$/gm)].map(([, shown = '']) => glyphs(shown)).join(' '),
    )
    .filter((text) => text !== '');
}

function glyphs(shown: string): string {
  const hex = [...shown.matchAll(/<([0-9a-f]*)>/g)].map(([, part]) => part).join('');
  return Buffer.from(hex, 'hex').toString('latin1');
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}
