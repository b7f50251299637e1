import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readRelease } from './release.js';

const root = mkdtempSync(join(tmpdir(), 'sealflow-release-'));
const below = join(root, 'dist', 'libs');
mkdirSync(below, { recursive: true });
writeFileSync(join(root, 'package.json'), JSON.stringify({ version: '1.2.3' }));

afterEach(() => rmSync(join(root, 'release.json'), { force: true }));

it('knows no commit in a checkout, whose files may be anything', () => {
  expect(readRelease('orchestrator', below)).toEqual({
    program: 'orchestrator',
    release: '1.2.3',
    commit: null,
    node: process.versions.node,
  });
});

it('says the commit that an image was built from', () => {
  const commit = 'ab'.repeat(20);
  writeFileSync(join(root, 'release.json'), JSON.stringify({ commit }));
  expect(readRelease('orchestrator', below).commit).toBe(commit);
});

it('fails where there is no package at all', () => {
  expect(() => readRelease('orchestrator', '/')).toThrow('no package.json above /');
});
