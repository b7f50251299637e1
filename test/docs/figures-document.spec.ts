import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../architecture/source-file.js';
import type { FigureRecord } from '../bench/figure-record.js';
import { parts } from '../bench/parts.js';
import { figuresDocument, linesOf, sections } from './figures-document.js';
import { blocksOf } from './markdown-blocks.js';

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const record = JSON.parse(read('docs/figures.json')) as FigureRecord;

describe('docs/figures.md', () => {
  it('is made of what the bench measured (vitest -u writes it)', async () => {
    await expect(figuresDocument(record)).toMatchFileSnapshot(join(repositoryRoot, 'docs/figures.md'));
  });

  it('has a section for each part of the bench, and each part once', () => {
    expect(sections.flatMap((section) => section.parts).sort()).toEqual([...parts].sort());
  });

  it('has figures of each part', () => {
    expect(Object.keys(record).sort()).toEqual([...parts].sort());
    for (const [part, measured] of Object.entries(record)) expect(measured.figures, part).not.toEqual([]);
  });

  it('has every figure that the README shows', () => {
    const known = new Set(Object.values(record).flatMap(linesOf));
    const shown = blocksOf(read('README.md'))
      .filter(({ heading }) => heading === 'Figures')
      .flatMap(({ text }) => text.split('\n').filter((line) => line !== ''));
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((line) => !known.has(line))).toEqual([]);
  });
});
