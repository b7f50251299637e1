import { beforeAll, describe, expect, it } from 'vitest';
import { headlineOf, simulatedWarning, verdictLines } from '#evidence';
import { forged, type JudgedBundle, judgedBundle, madeAtMs } from './judged-bundle.fixture.js';
import { pdfReport } from './pdf.js';

let good: JudgedBundle;
let bad: JudgedBundle;

beforeAll(async () => {
  good = await judgedBundle();
  bad = await judgedBundle(forged);
});

describe('a report on paper', () => {
  it('says of a forged bundle first that it is, and supports no rule', async () => {
    const text = flat((await pages({ ...bad, madeAtMs })).join(' '));
    expect(bad.verdict.exitCode).toBe(1);
    for (const line of verdictLines(bad.verdict)) expect(text).toContain(flat(line));
    expect(text.indexOf(headlineOf(bad.verdict))).toBeLessThan(text.indexOf('outcome'));
    expect(text).toContain('supports: nothing: the bundle is not verified');
    expect(text).not.toContain('VERIFIED ');
  });

  it('has every fact of the page, the assurance of each step and what is not proven', async () => {
    const text = flat((await pages({ ...good, madeAtMs })).join(' '));
    for (const { name, value } of good.facts) {
      expect(squeezed(text)).toContain(squeezed(name));
      expect(squeezed(text)).toContain(squeezed(value));
    }
    expect(good.verdict.notProven.length).toBeGreaterThan(0);
    for (const { integrity, confidentiality } of good.verdict.steps)
      expect(text).toContain(`${integrity} ${confidentiality}`);
  });

  it('says on each page that the hardware is simulated, and on none where it is not', async () => {
    const said = (await pages({ ...good, madeAtMs })).map(flat);
    expect(said.length).toBeGreaterThan(1);
    for (const page of said) expect(page).toContain(`SIMULATED: ${simulatedWarning}`);
    const genuine = { ...good.verdict, simulated: false };
    expect((await pages({ verdict: genuine, facts: [], madeAtMs })).join('')).not.toContain(simulatedWarning);
  });

  it('names what its fonts cannot show, keeps long names on the paper, and loads nothing', async () => {
    const hostile = [
      { topic: 'run', name: 'a\u0430', value: '\u202Egnp.exe (\u{1F600}) <script>' },
      { topic: 'run', name: 'n'.repeat(9000), value: 'v'.repeat(90_000) },
    ];
    const bytes = await pdfReport({ ...good, facts: hostile, madeAtMs });
    const text = flat((await pages({ ...good, facts: hostile, madeAtMs })).join(' '));
    expect(text).toContain('a<U+0430>');
    expect(text).toContain('<U+202E>gnp.exe (<U+1F600>) <script>');
    expect(text).toContain('... (90000 characters)');
    const file = Buffer.from(bytes).toString('latin1');
    expect(file).not.toMatch(/\/(FontFile|URI|JavaScript|JS|Launch|EmbeddedFile|OpenAction)\b/);
    const places = [...file.matchAll(/1 0 0 1 (\S+) (\S+) Tm/g)].map(([, x, y]) => [Number(x), Number(y)]);
    for (const [x = 0, y = 0] of places) {
      expect(x).toBeGreaterThanOrEqual(48);
      expect(y).toBeGreaterThan(48);
      expect(y).toBeLessThan(842);
    }
  });

  it('has the same bytes for the same time, and states another one', async () => {
    const [first, again] = [await pdfReport({ ...good, madeAtMs }), await pdfReport({ ...good, madeAtMs })];
    expect(Buffer.compare(first, again)).toBe(0);
    const later = Buffer.from(await pdfReport({ ...good, madeAtMs: madeAtMs + 1000 })).toString('latin1');
    expect(Buffer.from(first).toString('latin1')).toContain('(D:20261121080000Z)');
    expect(later).toContain('(D:20261121080001Z)');
  });
});

/** The text of each page, from its operators: the strings are hexadecimal, and one font is one byte a character. */
async function pages(input: Parameters<typeof pdfReport>[0]): Promise<string[]> {
  const file = Buffer.from(await pdfReport(input)).toString('latin1');
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

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A long word is broken where its line ends. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}
