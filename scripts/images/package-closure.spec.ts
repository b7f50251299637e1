import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { billOfMaterials } from './bill-of-materials.js';
import { importedPackages } from './imported-packages.js';
import { type Lock, packageClosure } from './package-closure.js';
import { serviceImage } from './service-images.js';
import { stageFolder, wanted } from './staged-files.js';

const platform = { os: 'linux', cpu: 'x64' };
const root = mkdtempSync(join(tmpdir(), 'sealflow-staged-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('packages of an image', () => {
  it('are refused when the lock file does not have one', () => {
    expect(() => packageClosure({}, ['pg'], platform)).toThrow('the code needs pg, which is not there');
    const lock: Lock = { 'node_modules/pg': { dependencies: { 'pg-pool': '1' } } };
    expect(() => packageClosure(lock, ['pg'], platform)).toThrow('node_modules/pg needs pg-pool');
  });

  it('are those that Node finds: the nearest of a name, peers that are not optional, no other machine', () => {
    const lock: Lock = {
      'node_modules/a': {
        dependencies: { b: '1' },
        optionalDependencies: { native: '1', absent: '1', foreign: '1' },
        peerDependencies: { peer: '1', maybe: '1' },
        peerDependenciesMeta: { maybe: { optional: true } },
      },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/b': {},
      'node_modules/c': {},
      'node_modules/peer': {},
      'node_modules/maybe': {},
      'node_modules/native': { os: ['linux'], cpu: ['x64'] },
      'node_modules/foreign': { os: ['darwin'] },
      'node_modules/tool': { dev: true, dependencies: { c: '1' } },
    };
    expect(packageClosure(lock, ['a', 'tool'], platform)).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/native',
      'node_modules/peer',
    ]);
  });

  it('are read from the code, through libs and through scripts that are started by name', () => {
    write('dist/apps/x/main.js', "import { a } from '#lib';\nconst q = `select from 'table'`;\n");
    write('dist/lib/index.js', "export * from './part.js';\nawait import('@scope/late/deep.js');\n");
    write(
      'dist/lib/part.js',
      "scriptBeside(import.meta.url, 'child');\ncreateRequire(import.meta.url)('native');\n",
    );
    write('dist/lib/child.js', "import 'node:fs';\nimport 'quiet';\n");
    write('dist/lib/never.js', "import 'never';\n");
    const aliases = new Map([['#lib', './dist/lib/index.js']]);
    expect(importedPackages(root, 'dist/apps/x', aliases)).toEqual(['@scope/late', 'native', 'quiet']);
    expect(() => importedPackages(root, 'dist/apps/x', new Map())).toThrow(
      'dist/apps/x/main.js: #lib is not among the imports of package.json',
    );
  });
});

describe('files of an image', () => {
  it.each([
    'index.d.ts',
    'a/index.js.map',
    'README.md',
    'bin/napi-v6/darwin/arm64/x.node',
    'bin/linux/arm64/x.so',
  ])('leave out %s', (path) => expect(wanted(path, { cpu: 'x64' })).toBe(false));

  it.each(['index.js', 'LICENSE.md', 'bin/napi-v6/linux/x64/x.so', 'lib/darwinism.js'])('keep %s', (path) =>
    expect(wanted(path, { cpu: 'x64' })).toBe(true),
  );

  it('are refused where no image has that name', () => {
    expect(() => serviceImage('console')).toThrow('got console, expected one of orchestrator, tee-worker');
  });

  it('are refused where a folder is not there', () => {
    expect(() => stageFolder(join(root, 'nowhere'), join(root, 'out'), null)).toThrow('ENOENT');
  });
});

describe('a bill of materials', () => {
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { tools: [{ name: 'cli' }], timestamp: 'now' },
    components: ['a', 'b', 'c'].map((name) => ({ 'bom-ref': `${name}@1`, name, version: '1' })),
    dependencies: [{ ref: 'a@1', dependsOn: ['c@1', 'b@1'] }, { ref: 'b@1' }, { ref: 'c@1' }],
  };
  const subject = {
    name: 'sealflow/x',
    version: '1.0.0',
    license: 'Apache-2.0',
    createdMs: 0,
    packages: ['b@1', 'a@1'],
    direct: ['a@1'],
  };

  it('is refused when it would leave out a package of the image', () => {
    expect(() => billOfMaterials(bill, { ...subject, packages: ['z@1'] })).toThrow(
      'npm names no package z@1',
    );
  });

  it('names what is in the image and nothing else, the same for the same content', () => {
    const made = billOfMaterials(bill, subject);
    expect(made).toMatchObject({
      metadata: { timestamp: '1970-01-01T00:00:00.000Z', component: { name: 'sealflow/x' } },
      components: [{ name: 'a' }, { name: 'b' }],
      dependencies: [
        { ref: 'sealflow/x@1.0.0', dependsOn: ['a@1'] },
        { ref: 'a@1', dependsOn: ['b@1'] },
        { ref: 'b@1', dependsOn: [] },
      ],
    });
    expect(billOfMaterials({ ...bill, metadata: { ...bill.metadata, timestamp: 'later' } }, subject)).toEqual(
      made,
    );
    expect(billOfMaterials(bill, { ...subject, version: '1.0.1' })).not.toMatchObject({
      serialNumber: (made as { serialNumber: string }).serialNumber,
    });
  });
});

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}
