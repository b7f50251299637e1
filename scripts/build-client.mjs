// Builds the client as a package that npm packs, dist/client-package/: client and verifier, each for Node and for browsers,
// a mock orchestrator for tests, types that stand alone, and the contract. Equal sources give equal bytes. Prints
// what each part weighs and fails above its budget. `--out FOLDER` writes elsewhere, `--quiet` prints nothing.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { browserConditions, forBrowsers, treeshakeFor } from './for-browsers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { out: { type: 'string' }, quiet: { type: 'boolean' } } });
const out = resolve(values.out ?? join(root, 'dist/client-package'));
const half = `${out}.${process.pid}`;
const house = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const sources = join(root, 'libs/client/src/published');

/** Compressed bytes. The client is what a program loads over and above the verifier; packages of npm are on neither side. */
const budgets = { client: 80_000, 'client for browsers': 80_000, 'verifier for browsers': 250_000 };

/** Entries of the package that have types. */
const typedEntries = ['index', 'browser', 'verify', 'testing'];

const conditions = ['sealflow-source', 'node', 'module', 'default'];
const treeshake = treeshakeFor();

/** No names of modules in the output: they are paths, from wherever it is built. */
const experimental = { attachDebugInfo: 'none' };

rmSync(half, { recursive: true, force: true });
mkdirSync(half, { recursive: true });
try {
  const node = await nodeFiles();
  const browser = await browserFile('browser');
  const verifier = await browserFile('verify');
  for (const { fileName, code } of [...node, browser, verifier]) writeFileSync(join(half, fileName), code);
  const packages = writeTypes();
  writeManifest(node, packages);
  cpSync(join(root, 'proto/sealflow'), join(half, 'proto/sealflow'), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(half, 'LICENSE'));
  cpSync(join(root, 'libs/client/README.md'), join(half, 'README.md'));
  writeFileSync(join(half, 'licences.txt'), licences([...browser.modules, ...verifier.modules]));
  const bare = {
    browser: await browserFile('browser', { outside: true }),
    verifier: await browserFile('verify', { outside: true }),
  };
  weigh(node, { browser, verifier, bare });
  rmSync(out, { recursive: true, force: true });
  renameSync(half, out);
} finally {
  rmSync(half, { recursive: true, force: true });
}

/** Entries and what they share. Packages stay packages: npm brings them. */
async function nodeFiles() {
  const entries = { index: 'index.ts', 'verify-node': 'verify.ts', testing: 'testing.ts' };
  const built = await build({
    root,
    configFile: false,
    envDir: false,
    logLevel: 'error',
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    build: {
      ssr: true,
      target: 'node22',
      write: false,
      minify: false,
      rolldownOptions: {
        experimental,
        input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(sources, file)])),
        checks: { pluginTimings: false },
        treeshake,
        output: {
          format: 'esm',
          entryFileNames: '[name].js',
          chunkFileNames: 'shared-[hash].js',
          // Comments are a quarter of the text, and the types have them.
          comments: false,
        },
      },
    },
  });
  return [built].flat().flatMap(({ output }) => output);
}

/** An entry as one file that imports nothing, or with `outside`, for the scales alone, as one that imports its packages. */
async function browserFile(name, { outside = false } = {}) {
  const fileName = `${name}.js`;
  const built = await build({
    root,
    configFile: false,
    envDir: false,
    logLevel: 'error',
    resolve: { conditions: browserConditions },
    plugins: [forBrowsers(root)],
    build: {
      target: 'es2023',
      write: false,
      minify: true,
      reportCompressedSize: false,
      lib: { entry: join(sources, `${name}.ts`), formats: ['es'], fileName: () => fileName },
      rolldownOptions: {
        experimental,
        checks: { pluginTimings: false },
        treeshake,
        output: { codeSplitting: false },
        ...(outside ? { external: (id) => /^[@a-z]/.test(id) && !id.startsWith('#') } : {}),
      },
    },
  });
  const [chunk, ...others] = [built].flat().flatMap(({ output }) => output);
  if (chunk?.type !== 'chunk' || others.length > 0) throw new Error(`${fileName}: expected one file`);
  const foreign = [...chunk.imports, ...chunk.dynamicImports].filter((other) => other !== fileName);
  if (!outside && foreign.length > 0)
    throw new Error(`${fileName}: expected no imports, got ${foreign.join(', ')}`);
  return { fileName, code: chunk.code, modules: Object.keys(chunk.modules) };
}

/** Declarations of the entries and of all that they name, with paths in the place of the house's own names. */
function writeTypes() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const made = mkdtempSync(join(root, 'dist/client-types-'));
  try {
    const project = join(made, 'tsconfig.json');
    const options = {
      declaration: true,
      emitDeclarationOnly: true,
      noEmit: false,
      rootDir: root,
      outDir: join(made, 'out'),
    };
    const files = typedEntries.map((name) => join(sources, `${name}.ts`));
    writeFileSync(
      project,
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: options,
        files,
        include: [],
        exclude: [],
      }),
    );
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
      stdio: 'inherit',
    });
    return copyTypes(join(made, 'out'));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** @returns the packages that the declarations import */
function copyTypes(from) {
  const waiting = typedEntries.map((name) => `libs/client/src/published/${name}.d.ts`);
  const seen = new Set(waiting);
  const packages = new Set();
  for (const path of waiting) {
    const text = withoutBuffers(readFileSync(join(from, path), 'utf8')).replace(
      /(from |import\(|import )(['"])([^'"]+)\2/g,
      (_all, before, quote, specifier) => {
        const target = place(path, specifier);
        if (target === null) {
          if (!builtinModules.includes(specifier.replace(/^node:/, '')))
            packages.add(
              specifier
                .split('/')
                .slice(0, specifier.startsWith('@') ? 2 : 1)
                .join('/'),
            );
          return `${before}${quote}${specifier}${quote}`;
        }
        const declared = target.replace(/\.js$/, '.d.ts');
        if (!existsSync(join(from, declared))) throw new Error(`${path}: no declaration of ${specifier}`);
        if (!seen.has(declared)) {
          seen.add(declared);
          waiting.push(declared);
        }
        const way = relative(dirname(path), target);
        return `${before}${quote}${way.startsWith('.') ? way : `./${way}`}${quote}`;
      },
    );
    const to = join(half, 'types', path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
  return packages;
}

/** Bytes of messages are a Buffer in Node, which is a Uint8Array too, and in a page that alone. */
function withoutBuffers(declarations) {
  return declarations.replace(/Buffer \| Uint8Array(?= \| string)|\(Buffer\)/g, 'Uint8Array');
}

/** Where a module of the house lies; null for one of npm or Node. */
function place(path, specifier) {
  if (specifier.startsWith('.')) return join(dirname(path), specifier);
  if (specifier.startsWith('#')) return `libs/${specifier.slice(1)}/src/index.js`;
  return null;
}

function writeManifest(node, packagesOfTypes) {
  const imports = node.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  const used = imports
    .filter(
      (name) =>
        !name.startsWith('node:') &&
        !builtinModules.includes(name) &&
        !node.some(({ fileName }) => fileName === name),
    )
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  const dependencies = Object.fromEntries(
    [...new Set([...used, ...packagesOfTypes])].sort().map((name) => {
      const version = house.dependencies[name];
      if (version === undefined) throw new Error(`${name}: imported, and no dependency of the house`);
      return [name, version];
    }),
  );
  const types = (name) => `./types/libs/client/src/published/${name}.d.ts`;
  const manifest = {
    name: '@sealflow/client',
    version: house.version,
    description: 'Plan, appraise, seal, run, watch, open and verify private workflows of Sealflow',
    license: house.license,
    type: 'module',
    sideEffects: false,
    engines: house.engines,
    exports: {
      '.': {
        browser: { types: types('browser'), default: './browser.js' },
        types: types('index'),
        default: './index.js',
      },
      './verify': { types: types('verify'), node: './verify-node.js', default: './verify.js' },
      './testing': { types: types('testing'), default: './testing.js' },
      './package.json': './package.json',
    },
    dependencies,
  };
  writeFileSync(join(half, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function weigh(node, { browser, verifier: alone, bare }) {
  const gzipped = (code) => gzipSync(code, { level: 9 }).length;
  const reach = (name, seen = new Set()) => {
    const file = node.find(({ fileName }) => fileName === name);
    if (file === undefined || seen.has(name)) return seen;
    seen.add(name);
    for (const next of [...file.imports, ...file.dynamicImports]) reach(next, seen);
    return seen;
  };
  const verifier = reach('verify-node.js');
  const client = [...reach('index.js')].filter((name) => !verifier.has(name));
  const sum = (names) =>
    node.filter(({ fileName }) => names.includes(fileName)).reduce((all, { code }) => all + gzipped(code), 0);
  const weights = {
    client: sum(client),
    'verifier for Node': sum([...verifier]),
    // What comes over and above the verifier, which is in the same file; the packages too are in it.
    'client for browsers': gzipped(bare.browser.code) - gzipped(bare.verifier.code),
    'client for browsers, verifier and packages in it': gzipped(browser.code),
    'verifier for browsers': gzipped(alone.code),
  };
  for (const [name, bytes] of Object.entries(weights)) {
    const budget = budgets[name];
    if (budget !== undefined && bytes > budget)
      throw new Error(`${name}: ${bytes} bytes compressed, budget ${budget}`);
    if (values.quiet !== true)
      console.log(`${name}: ${bytes} bytes compressed${budget === undefined ? '' : ` of ${budget}`}`);
  }
  if (values.quiet !== true)
    console.log(`files: ${node.map(({ fileName, code }) => `${fileName} ${gzipped(code)}`).join(', ')}`);
}

/** Licences ask that their text goes with every copy: of what the files for browsers have inside. */
function licences(modules) {
  const folders = [
    ...new Set(modules.flatMap((id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? [])),
  ].sort();
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((entry) => /^(un)?licen[cs]e/i.test(entry));
      const body = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
      return `${name} ${version} (${license})\n\n${body}\n`;
    })
    .join('\n');
}
