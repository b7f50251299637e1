// Builds the verifier of evidence bundles as one file, dist/verifier/sealflow-verify.mjs: plain Node 20 or newer runs it
// without any package. Equal sources give equal bytes. `--out FILE` writes elsewhere, `--quiet` prints nothing.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { out: { type: 'string' }, quiet: { type: 'boolean' } } });
const out = values.out ?? join(root, 'dist/verifier/sealflow-verify.mjs');

// Modules that do something when they are loaded. All others are left out unless something in them is used: with them
// the engine that runs ciphertexts again (WebAssembly), and the constants of a hash that only provers compute.
const runsWhenLoaded = [/verify-thread/, /node_modules\/(?!poseidon-lite)/];
const built = await build({
  root,
  configFile: false,
  envDir: false,
  logLevel: 'warn',
  resolve: { conditions: ['sealflow-source', 'node', 'module', 'default'] },
  ssr: { noExternal: true, resolve: { conditions: ['sealflow-source', 'node', 'module', 'default'] } },
  build: {
    ssr: join(root, 'apps/cli/src/verifier.ts'),
    target: 'node20',
    write: false,
    minify: false,
    rolldownOptions: {
      // No names of modules in the output: they are paths, from wherever it is built.
      experimental: { attachDebugInfo: 'none' },
      treeshake: { moduleSideEffects: (id) => runsWhenLoaded.some((name) => name.test(id)) },
      output: { format: 'esm', codeSplitting: false },
    },
  },
});

const chunks = [built].flat().flatMap(({ output }) => output);
const [chunk, ...others] = chunks;
if (chunk?.type !== 'chunk' || others.length > 0)
  throw new Error(`expected one file, got ${chunks.map(({ fileName }) => fileName).join(', ')}`);
const foreign = [...chunk.imports, ...chunk.dynamicImports].filter((name) => !name.startsWith('node:'));
if (foreign.length > 0) throw new Error(`expected imports of Node alone, got ${foreign.join(', ')}`);

const packages = [...new Set(Object.keys(chunk.modules).flatMap(packageFolder))].sort();
const text = [
  '#!/usr/bin/env node',
  '// Sealflow evidence verifier: node sealflow-verify.mjs verify FILE --trust TRUST. Licence: Apache-2.0.',
  chunk.code.trimEnd(),
  ...packages.map(licence),
  '',
].join('\n');

mkdirSync(dirname(out), { recursive: true });
const half = `${out}.${process.pid}`;
writeFileSync(half, text, { mode: 0o755 });
renameSync(half, out);
if (values.quiet !== true) {
  console.log(`${out}: ${text.length} characters, ${Object.keys(chunk.modules).length} modules, packages:`);
  for (const folder of packages) console.log(`  ${nameOf(folder)}`);
}

/** Folder of the package that a module is of, from the last `node_modules` of its path. */
function packageFolder(id) {
  const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
  return found === null ? [] : [found[1]];
}

function nameOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version} (${license})`;
}

/** Licences ask that their text goes with every copy. */
function licence(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const body = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').replaceAll('*/', '* /');
  return `/*\n${nameOf(folder)}\n\n${body.trim()}\n*/`;
}
