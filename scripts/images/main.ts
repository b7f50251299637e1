// `npm run images -- [--out FOLDER] [--base IMAGE@sha256:...]`: all images as one OCI layout, and their digests.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildImages, writeDigests } from './build-images.js';
import { Buildah, missingForImages } from './buildah.js';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'dist/images' }, base: { type: 'string' } },
});
const base = values.base ?? null;
if (base !== null && !/@sha256:[0-9a-f]{64}$/.test(base))
  throw new Error(`--base: expected IMAGE@sha256:<64 hex digits>, since a tag can be moved, got ${base}`);
const missing = missingForImages();
if (missing !== null) throw new Error(`images cannot be built here: ${missing}`);

const root = process.cwd();
const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
// A tree with changes is no commit.
const commit = git('status', '--porcelain') === '' ? git('rev-parse', 'HEAD') : null;
const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? git('log', '-1', '--format=%ct'));
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const out = resolve(values.out);
const layout = join(out, 'layout');
rmSync(layout, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'sealflow-stage-'));
const engine = new Buildah();
try {
  const images = buildImages(engine, { root, work, commit, seconds, version, base });
  const digests = new Map(images.map(({ name, tag }) => [name, engine.push(tag, layout, name)]));
  writeDigests(join(out, 'images.json'), version, digests);
  for (const [name, digest] of digests) process.stdout.write(`${name.padEnd(14)}${digest}\n`);
  if (commit === null) process.stdout.write('commit: none, since the checkout has changes\n');
  process.stdout.write(`${base === null ? 'base: packages of Debian, for tests\n' : ''}${out}\n`);
} finally {
  engine.close();
  rmSync(work, { recursive: true, force: true });
}
