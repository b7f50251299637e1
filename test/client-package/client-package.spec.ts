import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeTrustFile } from '#evidence';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { goldenBundles } from '../golden/golden-bundles.js';

/*
 * What somebody has who installed the client: the files that npm packs, the packages that its manifest names, TypeScript
 * and Node. Nothing of the repository is in reach of it.
 */
const folder = mkdtempSync(join(tmpdir(), 'sealflow-consumer-'));
const modules = join(folder, 'node_modules');
const installed = join(modules, '@sealflow/client');
const readme = readFileSync(join(projectRoot, 'libs/client/README.md'), 'utf8');
let said: string;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

beforeAll(() => {
  const built = join(folder, 'built');
  said = node([join(projectRoot, 'scripts/build-client.mjs'), '--out', built]);
  const packed = JSON.parse(npm(built, 'pack', '--dry-run', '--json', '--ignore-scripts')) as {
    files: { path: string }[];
  }[];
  for (const { path } of packed[0]?.files ?? []) {
    mkdirSync(dirname(join(installed, path)), { recursive: true });
    cpSync(join(built, path), join(installed, path));
  }
  rmSync(built, { recursive: true });
  for (const name of [...Object.keys(manifest().dependencies), '@types/node', 'undici-types']) link(name);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest;
}

function link(name: string): void {
  mkdirSync(dirname(join(modules, name)), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules', name), join(modules, name));
}

function node(args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
}

function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function compile(options: object, files: readonly string[]): string {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { strict: true, target: 'ES2024', module: 'nodenext', outDir: 'out', ...options },
      files,
    }),
  );
  const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' }).stdout;
}

/** The blocks of the README that name a file. */
function examples(): string[] {
  return [...readme.matchAll(/^```ts (\S+)\n(.*?)^```/gms)].map(([, name = '', text = '']) => {
    writeFileSync(join(folder, name), text);
    return name;
  });
}

describe('the client as a package', () => {
  it('weighs what it may', () => {
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}: (\\d+) bytes compressed`, 'm').exec(said)?.[1]);
    expect(bytes('client')).toBeLessThanOrEqual(80_000);
    expect(bytes('client for browsers')).toBeLessThanOrEqual(80_000);
    expect(bytes('verifier for browsers')).toBeLessThanOrEqual(250_000);
  });

  it('has a licence, a README, the contract and no source, test or script', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'licences.txt', 'run.proto']));
    const known =
      /\.d\.ts$|^(index|browser|verify|verify-node|testing|shared-[\w-]+)\.js$|\.proto$|\.json$|\.md$|\.txt$|^LICENSE$/;
    expect(files.filter((name) => !known.test(name))).toEqual([]);
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest;
    expect(manifest()).toMatchObject({ name: '@sealflow/client', version });
    expect(Object.keys(manifest())).not.toContain('scripts');
  });

  it('names packages of npm and files of its own, and nothing of the house', () => {
    // A path goes on in a folder of the tree. The tree alone may lie in `/src` or `/work`, which other text holds too.
    const house = readdirSync(projectRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${join(projectRoot, name)}/`);
    expect(house).toContain(join(projectRoot, 'libs/'));
    for (const entry of readdirSync(installed, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|d\.ts)$/.test(entry)) continue;
      const text = readFileSync(join(installed, entry), 'utf8');
      // A bundler would name modules, by their paths from where it was started.
      expect(text.match(/^\/\/.*\b(?:libs|node_modules)\/.*$/m)?.[0], entry).toBeUndefined();
      expect(text.match(/(?:from|import\() ?['"]#[^'"]*['"]/)?.[0], entry).toBeUndefined();
      expect(
        house.filter((path) => text.includes(path)),
        entry,
      ).toEqual([]);
    }
    expect(Object.keys(manifest().dependencies)).not.toContain('node-seal');
  });

  it('is what its README says: the examples compile under strict rules and run', () => {
    const files = examples();
    expect(files).toEqual(['loan.ts', 'chat.ts', 'page.ts', 'check.ts', 'loan.test.ts']);
    expect(compile({ types: ['node'] }, files)).toBe('');
    expect(node(['out/loan.test.js'])).toContain('STEP_STATE_SUCCEEDED');
  });

  it('has types of the verifier that know no Node, for a bundler', () => {
    examples();
    const options = { module: 'esnext', moduleResolution: 'bundler', lib: ['ES2024'], types: [] };
    expect(compile(options, ['check.ts'])).toBe('');
  });

  it('has types of the client for a page, in which bytes are no Buffer of Node', () => {
    examples();
    const options = { module: 'esnext', moduleResolution: 'bundler', customConditions: ['browser'] };
    expect(compile({ ...options, lib: ['ES2024', 'DOM'], types: [] }, ['page.ts'])).toBe('');
    const types = join(installed, 'types/libs/contracts/src/generated');
    for (const entry of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
      if (entry.endsWith('.d.ts'))
        expect(readFileSync(join(types, entry), 'utf8'), entry).not.toMatch(/Buffer/);
    }
  });

  it('is taken for a page by a bundler that is told nothing, as one file that imports nothing', async () => {
    examples();
    const built = await build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, lib: { entry: 'page.ts', formats: ['es'], fileName: 'page' } },
    });
    const [chunk, ...others] = [built].flat().flatMap((made) => ('output' in made ? made.output : []));
    expect(others).toEqual([]);
    if (chunk?.type !== 'chunk') throw new Error('no script');
    expect([...chunk.imports, ...chunk.dynamicImports]).toEqual([]);
    const loaded = Object.keys(chunk.modules).map((path) => path.slice(path.lastIndexOf('/') + 1));
    expect(loaded).toEqual(expect.arrayContaining(['page.ts', 'browser.js']));
    expect(chunk.code).not.toMatch(/["'`](?:node:|@grpc\/)/);
  });

  it('comes to the verdict of the golden bundle by both files of the verifier', () => {
    const golden = goldenBundles()[0];
    if (golden === undefined) throw new Error('no golden bundle');
    writeFileSync(join(folder, 'bundle.json'), golden.bytes);
    writeFileSync(join(folder, 'trust.json'), encodeTrustFile(golden.trust));
    const by = (entry: string): unknown => {
      const script = `
        import { readFileSync } from 'node:fs';
        const { parseTrustFile, verifyBundle } = await import(${JSON.stringify(entry)});
        const [bundle, trust] = ['bundle.json', 'trust.json'].map((name) => new Uint8Array(readFileSync(name)));
        const { outcome, exitCode, notProven } = await verifyBundle(bundle, parseTrustFile(trust), { at: null });
        const changed = await verifyBundle(bundle.with(bundle.length >> 1, 0), parseTrustFile(trust), { at: null });
        console.log(JSON.stringify({ outcome, exitCode, notProven, changed: changed.exitCode }));`;
      return JSON.parse(node(['--input-type=module', '--eval', script]));
    };
    const forNode = by('@sealflow/client/verify');
    expect(forNode).toMatchObject({ outcome: golden.calls[0]?.answer.outcome });
    expect((forNode as { changed: number }).changed).not.toBe(0);
    expect(by(join(installed, 'verify.js'))).toEqual(forNode);
  });
});
