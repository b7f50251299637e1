import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { methodTable } from '../../apps/orchestrator/src/auth/access-table.js';
import { settings } from '../../apps/orchestrator/src/config/config.js';
import { limits } from '../../apps/orchestrator/src/config/limits.js';
import { filesBelow, repositoryRoot } from '../architecture/source-file.js';
import { apiOverview } from './api-overview.js';
import { apiPages, callersOf } from './api-reference.js';
import { variables } from './cli-reference.js';
import { configurationReference } from './configuration-reference.js';
import { contractFiles } from './contract-descriptors.js';
import { anchorOf, cell } from './markdown.js';

const folder = join(repositoryRoot, 'docs/reference');
const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const limitsSource = read('apps/orchestrator/src/config/limits.ts');
const files = contractFiles();
const pages = [apiOverview(files, limitsSource), ...apiPages(files)];

describe('the reference of the API', () => {
  it.each(pages)('$path is as the contract says (npm run docs writes it)', async ({ path, text }) => {
    await expect(text).toMatchFileSnapshot(join(folder, path));
  });

  it('has no page of a package that there is not', () => {
    const made = pages.map(({ path }) => path).filter((path) => path.startsWith('api/'));
    expect(readdirSync(join(folder, 'api')).map((name) => `api/${name}`)).toEqual(made.sort());
  });

  it('has every method of the guard, with its callers', () => {
    const all = pages.map(({ text }) => text).join('\n');
    const own = Object.entries(methodTable).filter(([path]) => path.startsWith('/sealflow.'));
    expect(own.length).toBeGreaterThan(60);
    for (const [path, access] of own) {
      const row = all.split('\n').find((line) => line.startsWith(`| \`${path.split('/').at(-1)}\` | `));
      expect(row, path).toContain(callersOf(access));
    }
  });

  it('has every limit', () => {
    const [overview] = pages;
    const missing = Object.keys(limits).filter((name) => overview?.text.includes(`| \`${name}\` |`) !== true);
    expect(missing).toEqual([]);
  });

  it('links to headings that there are', () => {
    const anchors = new Map(
      pages.map(({ path, text }) => [
        path,
        [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)),
      ]),
    );
    const broken = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([a-z]+\.md)?#([a-z0-9_-]+)\)/g)]
        .filter(([, page, anchor = '']) => {
          const target = page === undefined ? path : `api/${page}`;
          return anchors.get(target)?.includes(anchor) !== true;
        })
        .map(([link]) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('writes out what a table would read otherwise, but in code', () => {
    expect(cell('a|b, <c> and `d<e>_f` of g_h')).toBe('a\\|b, &lt;c> and `d<e>_f` of g\\_h');
  });
});

describe('the reference of the settings', () => {
  const page = configurationReference(read('apps/orchestrator/src/config/config.ts'));

  it('is as the orchestrator reads them (npm run docs writes it)', async () => {
    await expect(page.text).toMatchFileSnapshot(join(folder, page.path));
    const missing = Object.keys(settings.shape).filter((name) => !page.text.includes(`| \`${name}\` |`));
    expect(missing).toEqual([]);
  });

  it('and the documents name every variable that a program reads', () => {
    const documents = [
      page.text,
      ...filesBelow('docs', (name) => name.endsWith('.md')).map(read),
      ...Object.keys(variables),
    ].join('\n');
    const sources = ['apps', 'libs'].flatMap((folder) =>
      filesBelow(folder, (name) => /\.ts$/.test(name) && !/\.(spec|fixture)\.ts$/.test(name)),
    );
    const named = sources.flatMap((path) => [
      ...read(path).matchAll(/\b[eE]nv(?:ironment)?\['(SEALFLOW_[A-Z_]*[A-Z])'\]/g),
    ]);
    expect(named.length).toBeGreaterThan(30);
    const unknown = new Set(named.map(([, name = '']) => name).filter((name) => !documents.includes(name)));
    expect([...unknown].sort()).toEqual(betweenProcesses);
  });
});

/** Set by a process of ours for another one that it starts; nobody else sets them. */
const betweenProcesses = ['SEALFLOW_EXIT_WITH_PARENT', 'SEALFLOW_OWNER_FOLDER'];
