import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIBS_OF, LINES_MAX, machinePaths, ownerOf, RULES, type Rule } from './architecture/rules.js';
import { filesBelow, parseSource, readSource, repositoryRoot } from './architecture/source-file.js';

const isSource = (name: string) => /\.(ts|tsx)$/.test(name) && !name.endsWith('.d.ts');
const sources = ['apps', 'libs', 'scripts', 'test', 'tools']
  .flatMap((folder) => filesBelow(folder, isSource))
  .map(readSource);

function rule(name: string): Rule {
  const found = RULES[name];
  if (found === undefined) throw new Error(`no rule "${name}"`);
  return found;
}

describe('a rule catches', () => {
  it.each<[name: string, path: string, text: string]>([
    ['imports only the libs it may', 'libs/canonical/src/x.ts', `import '#sealing';`],
    ['imports only the libs it may', 'libs/attestation/src/x.ts', `export * from '#evidence';`],
    ['imports only the libs it may', 'libs/unknown/src/x.ts', `import '#canonical';`],
    ['imports only the libs it may', 'apps/orchestrator/src/x.ts', `await import('#client');`],
    [
      'cannot open an envelope in the orchestrator',
      'apps/orchestrator/src/x.ts',
      `import { openEnvelope } from '#sealing';`,
    ],
    [
      'cannot open an envelope in the orchestrator',
      'apps/orchestrator/src/x.ts',
      `import { openEnvelope as a } from '#sealing';`,
    ],
    [
      'cannot open an envelope in the orchestrator',
      'apps/orchestrator/src/x.ts',
      `import * as sealing from '#sealing';`,
    ],
    [
      'cannot open an envelope in the orchestrator',
      'apps/orchestrator/src/x.ts',
      `const a = await import('#sealing');`,
    ],
    [
      'cannot open an envelope in the orchestrator',
      'apps/orchestrator/src/x.ts',
      `import { bootWorker } from '#worker';`,
    ],
    ['imports only the libs it may', 'apps/console/src/x.tsx', `import { unary } from '#contracts';`],
    ['never climbs out of its app or lib', 'apps/cli/src/x.ts', `import './x.css';`],
    ['imports only the libs it may', 'apps/orchestrator/src/x.ts', `import '#samples';`],
    ['imports only the libs it may', 'apps/tee-worker/src/x.ts', `import type { A } from '#samples';`],
    ['imports only the libs it may', 'apps/cli/src/x.ts', `import { a } from '#evidence/bundle/x.js';`],
    ['imports only the libs it may', 'libs/client/src/x.ts', `let a: import('#telemetry').Logger;`],
    ['never climbs out of its app or lib', 'libs/proofs/src/x.ts', `import '../../canonical/src/index.js';`],
    ['never climbs out of its app or lib', 'apps/cli/src/x.ts', `import '../../orchestrator/src/main.js';`],
    ['never climbs out of its app or lib', 'apps/cli/src/x.ts', `import './y';`],
    ['never climbs out of its app or lib', 'apps/cli/src/x.ts', `import '../../../test/x.fixture.js';`],
    ['never climbs out of its app or lib', 'apps/cli/src/x.ts', `import 'libs/canonical/src/index.js';`],
    ['leaves packages with one home there', 'libs/proofs/src/x.ts', `import * as snarkjs from 'snarkjs';`],
    ['leaves packages with one home there', 'apps/orchestrator/src/x.ts', `require('circomlib/circuits');`],
    ['leaves packages with one home there', 'apps/fhe-service/src/x.ts', `await import('node-seal');`],
    ['leaves packages with one home there', 'test/e2e/x.ts', `import 'snarkjs';`],
    [
      'keeps Nest in apps and telemetry',
      'libs/worker/src/x.ts',
      `import { Injectable } from '@nestjs/common';`,
    ],
    ['keeps Nest in apps and telemetry', 'libs/worker/src/x.ts', `@Injectable() class A {}`],
    ['keeps the trust core pure', 'libs/evidence/src/x.ts', `import { readFileSync } from 'node:fs';`],
    ['keeps the trust core pure', 'libs/evidence/src/x.ts', `import net from 'node:net';`],
    ['keeps the trust core pure', 'libs/evidence/src/x.ts', `import { createHash } from 'node:crypto';`],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `import pg from 'pg';`],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `const now = Date.now();`],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `const now = globalThis.Date.now();`],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `const now = new Date();`],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `const a = process.env['HOME'];`],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `const { env } = process;`],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `process.exit(1);`],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `console.log(secret);`],
    ['keeps the trust core pure', 'libs/sealing/src/x.ts', `const a = Math.random();`],
    ['keeps the trust core pure', 'libs/sealing/src/x.ts', `const a = Math['random']();`],
    ['keeps the trust core pure', 'libs/sealing/src/x.ts', `const { random } = Math; random();`],
    ['keeps the trust core pure', 'libs/sealing/src/x.ts', `globalThis.crypto.getRandomValues(a);`],
    ['keeps the trust core pure', 'libs/sealing/src/x.ts', `setTimeout(() => {}, 1);`],
    ['keeps the trust core pure', 'libs/sealing/src/x.ts', `await fetch(url);`],
    [
      'asks for a noise budget in tests only',
      'libs/ciphertext/src/x.ts',
      `decryptor.invariantNoiseBudget(a);`,
    ],
    ['has one folder level in a lib', 'libs/worker/src/fhe/child/x.ts', ''],
    ['is short', 'apps/cli/src/x.ts', '\n'.repeat(LINES_MAX + 1)],
  ])('%s: %s %s', (name, path, text) => {
    expect(rule(name)(parseSource(path, text))).not.toEqual([]);
  });

  it.each<[name: string, path: string, text: string]>([
    [
      'keeps the trust core pure',
      'libs/workflow/src/x.ts',
      `// Date.now() and process.env\nconst a = 'Math.random';`,
    ],
    ['keeps the trust core pure', 'libs/workflow/src/x.ts', `const at = new Date(ms); const process = 1;`],
    ['keeps the trust core pure', 'libs/ciphertext/src/x.ts', `const version = process.versions.node;`],
    ['keeps the trust core pure', 'libs/workflow/src/x.spec.ts', `import 'node:fs'; Date.now();`],
    [
      'keeps the trust core pure',
      'libs/canonical/src/primitives.ts',
      `import { createHash } from 'node:crypto';`,
    ],
    ['imports only the libs it may', 'apps/tee-worker/scripts/train.ts', `import '#samples';`],
    ['imports only the libs it may', 'libs/evidence/src/x.ts', `import '#attestation';`],
    ['leaves packages with one home there', 'apps/zk-prover/src/x.ts', `await import('snarkjs');`],
  ])('nothing where nothing is wrong, %s: %s', (name, path, text) => {
    expect(rule(name)(parseSource(path, text))).toEqual([]);
  });
});

describe('every file', () => {
  it('is found', () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it.each(Object.keys(RULES))('%s', (name) => {
    const check = rule(name);
    const broken = sources.flatMap((file) => check(file).map((what) => `${file.path} ${what}`));
    expect(broken).toEqual([]);
  });
});

describe('every lib', () => {
  const libs = [...new Set(sources.map(({ path }) => ownerOf(path)))].filter((owner) =>
    owner.startsWith('libs/'),
  );
  const { imports } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    imports: Record<string, Record<string, string>>;
  };

  it.each(libs)('%s has an index, a name in package.json and a place in the import rules', (lib) => {
    const name = lib.slice('libs/'.length);
    expect(existsSync(join(repositoryRoot, lib, 'src/index.ts'))).toBe(true);
    expect(imports[`#${name}`]).toEqual({
      'sealflow-source': `./${lib}/src/index.ts`,
      default: `./dist/${lib}/src/index.js`,
    });
    expect(LIBS_OF[lib]).toBeDefined();
  });

  it('imports only libs that do not import it', () => {
    for (const [owner, libsOf] of Object.entries(LIBS_OF)) {
      for (const lib of libsOf) {
        expect((LIBS_OF[`libs/${lib}`] ?? []).map((name) => `libs/${name}`)).not.toContain(owner);
      }
    }
  });
});

describe('no text', () => {
  const isText = (name: string) => /\.(ts|tsx|js|mjs|json|md|yaml|yml|proto|circom|sh|sql)$/.test(name);
  const texts = [
    ...['apps', 'libs', 'scripts', 'test', 'docs', 'proto', 'examples'].flatMap((folder) =>
      filesBelow(folder, isText),
    ),
    ...['README.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CONTRIBUTING.md', 'package.json'].filter((name) =>
      existsSync(join(repositoryRoot, name)),
    ),
  ];

  it('names a path of somebody’s machine', () => {
    const found = texts.flatMap((path) =>
      machinePaths(readFileSync(join(repositoryRoot, path), 'utf8')).map((machine) => `${path}: ${machine}`),
    );
    expect(found).toEqual([]);
  });

  it('but the search for them works', () => {
    expect(machinePaths(`see ${['', 'home', 'me', 'x'].join('/')}`)).toHaveLength(1);
    expect(machinePaths(['https://sealflow.dev', 'work', 'x'].join('/'))).toEqual([]);
  });
});
